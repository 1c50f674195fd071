"""What outside bodies are to be told, and what is to be published."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from django.urls import reverse

from incidents.models import AuthorityReport, Publication
from musashimurayama_isms.accounts.models import User

from ..desk import Item, waits


@waits
def authority_reports(user: User, at: datetime) -> Iterator[Item]:
    """Reports to authorities that this person sends: a row an incident, with the most urgent one (3.4.2.10.3)."""
    rows = AuthorityReport.objects.waiting_for(user, at=at).with_facts().by_due()
    for _, found in groupby(sorted(rows, key=lambda row: str(row.incident_id)), key=lambda row: row.incident_id):
        reports = list(found)
        first, incident = reports[0], reports[0].incident
        yield Item(
            title=f"{incident.mark}{incident.number} 外部への報告",
            url=reverse("incidents:authorities", args=[incident.pk]),
            since=first.opened_at,
            kind="外部への報告",
            due=first.due_on,
            why=f"{first.stage}" + (f"ほか{len(reports) - 1}件" if len(reports) > 1 else ""),
            is_urgent=incident.is_grave,
        )


@waits
def publications(user: User, at: datetime) -> Iterator[Item]:
    """Proposals to publish that this person may decide about as a member of the committee (3.4.2.10.4)."""
    rows = Publication.objects.proposed().visible_to(user, at=at).exclude(proposed_by=user)
    for row in rows.select_related("incident__department__parent", "proposed_by"):
        if row.decider(user, at=at):
            yield Item(
                title=f"{row.incident.mark}{row.incident.number} 公表の案",
                url=reverse("incidents:decide_publication", args=[row.pk]),
                since=row.proposed_at,
                kind="公表の決定",
                why=f"{row.proposed_by.name}さんの案「{row.get_way_display()}」",
            )

"""What the audits want from a person."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from audits.models import Assignment, Engagement
from audits.waiting import waiting_for
from musashimurayama_isms.accounts.models import RoleCode, User

from ..desk import Item, waits_if
from ..whom import Whom


def _concerned(who: Whom) -> Q:
    """As the section, as an auditor, as the head or the CISO."""
    asked = Assignment.objects.standing().filter(person=who.person).values("engagement")
    return (who.near() & Q(announced_at__isnull=False)) | Q(pk__in=asked) | who.wears(RoleCode.AUDIT_HEAD, RoleCode.CISO)


@waits_if(lambda who: Engagement.objects.open().filter(_concerned(who)))
def audits(user: User, at: datetime) -> Iterator[Item]:
    """Requests to audit, days to settle, surveys, papers, evidence, reports (3.13.1)."""
    for row in waiting_for(user, at=at):
        yield Item(
            title=row.words,
            leads_to=row.url,
            since=row.since,
            kind="監査",
            due=row.due,
            why=f"{row.engagement.number} {row.engagement.what}",
        )

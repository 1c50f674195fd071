"""The live figures of what this room keeps (policy.mechanisms)."""

from datetime import datetime

from django.urls import reverse

from incidents.models import AuthorityReport, Incident, Publication
from musashimurayama_isms.accounts.standing import day_of
from policy.mechanisms import Figures


def reports(*, at: datetime) -> Figures:
    """Reports to authorities (3.4.2.10.3): open, late, all that were due."""
    rows = AuthorityReport.objects.real()
    return Figures(
        open=rows.open().count(),
        late=rows.overdue(on=day_of(at)).count(),
        total=rows.exclude(status=AuthorityReport.Status.OUT).count(),
        url=reverse("incidents:authority_reports"),
    )


def publications(*, at: datetime) -> Figures:
    """Decisions to publish (3.4.2.10.4): incidents that wait for one, all incidents that need one."""
    rows = Incident.objects.submitted().real().exclude(status__in=(Incident.Status.MISTAKEN, Incident.Status.MERGED))
    decided = Publication.objects.in_force().values("incident")
    return Figures(open=rows.exclude(pk__in=decided).count(), late=0, total=rows.count(), url=reverse("incidents:half_years"))

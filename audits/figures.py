"""The live figures of what the audits keep (policy.mechanisms)."""

from datetime import datetime

from django.urls import reverse

from audits.duty import MECHANISM
from audits.models import Engagement
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties.figures import figures
from policy.mechanisms import Figures


def ledger(*, at: datetime) -> Figures:
    """Audits that run, those past their planned end, all there are."""
    rows = Engagement.objects.exclude(phase=Engagement.Phase.CANCELLED)
    running = rows.filter(phase__in=Engagement.BEFORE_REPORT)
    return Figures(running.count(), running.filter(ends_on__lt=day_of(at)).count(), rows.count(), reverse("audits:engagements"))


def duty(*, at: datetime) -> Figures:
    """The yearly round of auditing."""
    found = figures(MECHANISM, at=at)
    return Figures(found.open, found.late, found.total, found.url)

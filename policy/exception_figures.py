"""The live figures of what keeps exceptions (policy.mechanisms); those of the applications come with their type."""

from datetime import datetime, timedelta

from django.db.models import Count, Q
from django.urls import reverse

from musashimurayama_isms.accounts.standing import day_of
from policy.exception_days import answer_days, latest_before, review_months
from policy.mechanisms import Figures
from policy.models import PolicyException

Kind, Status = PolicyException.Kind, PolicyException.Status


def _url(state: str = "") -> str:
    return reverse("policy:exceptions") + (f"?state={state}" if state else "")


def emergencies(*, at: datetime) -> Figures:
    """The reports of 3.11.4.2: open until the CISO has answered, late beyond the term of a decision."""
    waiting, days = PolicyException.objects.unacknowledged().select_related("request"), answer_days()
    late = [row for row in waiting if at >= row.acknowledge_by(days)]
    return Figures(len(waiting), len(late), PolicyException.objects.filter(kind=Kind.EMERGENCY).count(), _url("waiting"))


def ledger(*, at: datetime) -> Figures:
    """All exceptions (3.11.4.3): those in force are open, those over without a closing report late."""
    is_open, on = Q(status=Status.IN_FORCE), day_of(at)
    counts = PolicyException.objects.aggregate(
        open=Count("pk", filter=is_open), late=Count("pk", filter=is_open & Q(until__lt=on)), total=Count("pk")
    )
    return Figures(**counts, url=_url())


def reviews(*, at: datetime) -> Figures:
    """The looks of the CISO (3.11.4.3): those due are open, those due before today late, all running ones the total."""
    on, months = day_of(at), review_months()
    is_due, is_late = (Q(checked_on__lte=latest_before(day, months)) for day in (on, on - timedelta(days=1)))
    counts = PolicyException.objects.running(on=on).aggregate(
        open=Count("pk", filter=is_due), late=Count("pk", filter=is_late), total=Count("pk")
    )
    return Figures(**counts, url=_url("review"))


EXCEPTION_KEEPERS = {
    "request:emergency-exception": emergencies,
    "ledger:exception": ledger,
    "duty:exception-review": reviews,
}

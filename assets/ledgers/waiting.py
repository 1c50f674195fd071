"""What the ledgers have waiting for a person: days that have come, IDs to answer."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet

from assets.models import IdCheck, LedgerEntry
from assets.registers import RegisterReach
from musashimurayama_isms.accounts.standing import day_of

SHOWN = 20


def days_of_officer(reach: RegisterReach, *, at: datetime) -> list[LedgerEntry]:
    """Open rows whose day has come, of the sections that the person answers for; the oldest first."""
    if not reach.officer_of:
        return []
    rows = LedgerEntry.objects.filter(department__in=reach.officer_of).due(until=day_of(at))
    return list(rows.order_by("due_on", "pk")[:SHOWN])


def ids_to_answer(reach: RegisterReach) -> QuerySet[IdCheck]:
    """Open rounds with IDs without an answer, for the 職員課; each with their number as `waiting`."""
    if not reach.is_personnel:
        return IdCheck.objects.none()
    return IdCheck.objects.open().annotate(waiting=Count("lines", filter=Q(lines__answer=""))).filter(waiting__gt=0)

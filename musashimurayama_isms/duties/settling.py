"""A deed that is recorded elsewhere settles the rounds that asked for it."""

from datetime import datetime

from musashimurayama_isms.accounts.models import User

from .models import Occurrence
from .models.occurrence_rows import OccurrenceQuerySet
from .parties import Reach


def settle(rows: OccurrenceQuerySet, *, by: User, at: datetime, note: str) -> int:
    """Complete those open rounds among `rows` that the person holds; gives their number. In the caller's transaction.

    All of them are locked before the first is recorded: nothing waits for a row behind the head of the trail.
    """
    locked = Occurrence.objects.select_for_update(of=("self",)).filter(pk__in=rows.open().order_by().values("pk")).order_by("pk")
    reach = Reach(by, at=at)
    held = [row for row in locked.open().select_related("duty", "department__parent") if row.holder(by, at=at, reach=reach)]
    for row in held:
        row.complete(by=by, at=at, note=note)
    return len(held)

"""What floors above count of this one: plain numbers, so that nothing above has to know the rows."""

from dataclasses import dataclass
from datetime import datetime

from musashimurayama_isms.accounts.standing import day_of

from .models import Circulation, Item, Meeting, Reply


@dataclass(frozen=True)
class Tally:
    """How much is under way, how much of it late, and how much there has been in all."""

    open: int
    late: int
    total: int


def business(*, at: datetime) -> Tally:
    """The business of the committees: items, meetings, and answers to what they circulate (mechanism code `business`)."""
    meetings = Meeting.objects.all()
    return Tally(
        open=Item.objects.live().count() + meetings.open_to_items().count() + Reply.objects.awaited().count(),
        late=Item.objects.late(at=at).count() + meetings.unrecorded(at=at).count() + Reply.objects.late(on=day_of(at)).count(),
        total=Item.objects.count() + meetings.count() + Circulation.objects.count(),
    )

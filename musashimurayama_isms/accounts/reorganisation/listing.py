"""What begins and ends in the last and the coming year: departments and posts, latest day first."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F

from ..departments import departments
from ..models.appointment import Appointment
from ..models.department import Department
from ..models.post import Post

YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Turn:
    """One day on which a department or a post begins, or one after which it is no more."""

    on: date
    thing: Department | Post
    is_end: bool
    today: date
    staying: int = 0  # people whose appointment runs beyond the end

    @property
    def is_post(self) -> bool:
        return isinstance(self.thing, Post)

    @property
    def word(self) -> str:
        """新設, 廃止, 職の新設 or 職の廃止."""
        return ("職の" if self.is_post else "") + ("廃止" if self.is_end else "新設")

    @property
    def name(self) -> str:
        return str(self.thing) if self.is_post else self.thing.full_name

    @property
    def department(self) -> Department:
        return self.thing.department if self.is_post else self.thing

    @property
    def successor(self) -> Department | None:
        """Who follows an ended department."""
        return None if self.is_post or not self.is_end else self.thing.successor

    @property
    def can_take_back(self) -> bool:
        """A planned end until its day is over."""
        return self.is_end and self.on >= self.today

    @property
    def can_withdraw(self) -> bool:
        """A department that has not begun."""
        return not self.is_end and not self.is_post and self.on > self.today


def turns(today: date) -> list[Turn]:
    """All of the two years, in a fixed number of queries; a post that begins or ends with its department is not told twice."""
    first, last = today - YEAR, today + YEAR
    known = departments()
    found = []
    for row in known.values():
        found += [Turn(row.since, row, False, today)] if first <= row.since <= last else []
        found += [Turn(row.until, row, True, today)] if row.until and first <= row.until <= last else []
    rows = Post.objects.select_related("department__parent", "department__successor")
    begun = rows.filter(since__range=(first, last)).exclude(since=F("department__since"))
    ended = rows.filter(until__range=(first, last), department__until=None) | rows.filter(until__range=(first, last)).exclude(
        until=F("department__until")
    )
    found += [Turn(row.since, row, False, today) for row in begun]
    found += [Turn(row.until, row, True, today) for row in ended.distinct()]
    staying = _staying(first, last)
    found = [_with_people(turn, staying) for turn in found]
    return sorted(found, key=lambda turn: (-turn.on.toordinal(), turn.is_post, turn.department.position, turn.name))


def _staying(first: date, last: date) -> Counter:
    """Department → people with an appointment beyond the last day of its post."""
    rows = Appointment.objects.filter(post__until__range=(first, last)).exclude(until__lte=F("post__until"))
    return Counter(pk for pk, _ in rows.order_by().values_list("post__department", "person").distinct())


def _with_people(turn: Turn, staying: Counter) -> Turn:
    if not turn.is_end or turn.is_post:
        return turn
    return Turn(turn.on, turn.thing, True, turn.today, staying[turn.thing.pk])

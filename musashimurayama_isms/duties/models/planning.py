"""Making occurrences ahead: what a duty's rule wants from now on against what is there already.

Run as often as you like: what was done, skipped or moved stays; only what lies ahead untouched follows a changed rule or a
reorganisation. Nothing that people have seen is deleted: it is left out with a reason.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.standing import day_of, main_department
from musashimurayama_isms.fiscal import next_working_day

from ..intervals import Interval, Period, horizon
from .occurrence import Occurrence
from .remark import Remark

if TYPE_CHECKING:
    from .duty import Duty

LOOK_BACK = timedelta(days=366)  # a beat that stood still for less loses nothing
RULE_CHANGED = "業務の定めか組織が変わったため、この回は行いません。"
STOPPED = "業務を停止したため、この回は行いません。"

Wanted = dict[tuple[int | None, str], Period]


def plan(duty: "Duty", *, at: datetime, months: int) -> tuple[int, int]:
    """Bring the occurrences of a duty in line with its rule; gives (made or dated anew, dropped).

    The caller has locked the duty with its open occurrences.
    """
    today, rows = day_of(at), list(duty.occurrences.open())
    known = set(duty.occurrences.order_by().values_list("department_id", "period"))
    if duty.interval == Interval.ONCE:
        return _date_anew(duty, rows, known, at=at)
    places = Places(duty)
    wanted = _wanted(duty, places, today=today, months=months)
    ahead = [row for row in rows if row.is_ahead(on=today)]
    made = _make(duty, {key: period for key, period in wanted.items() if key not in known}, today=today)
    dated = sum(_align(duty, row, wanted[_key(row)]) for row in ahead if _key(row) in wanted)
    gone = [row for row in ahead if _key(row) not in wanted and not _still_named(row, duty, places, today=today)]
    _drop(gone, RULE_CHANGED, at=at)
    return made + dated, len(gone)


def _drop(rows: list[Occurrence], reason: str, *, at: datetime) -> None:
    """What nobody could have seen yet is simply not made; what was seen is left out with the reason."""
    touched = set(Remark.objects.filter(occurrence__in=rows).values_list("occurrence", flat=True))
    unseen = {row.pk for row in rows if row.appears_on > day_of(at)} - touched
    Occurrence.objects.filter(pk__in=unseen).delete()
    for row in rows:
        if row.pk not in unseen:
            row.drop(reason, at=at)


def _key(row: Occurrence) -> tuple[int | None, str]:
    return row.department_id, row.period


def _still_named(row: Occurrence, duty: "Duty", places: "Places", *, today: date) -> bool:
    """Whether the rule knows this period too, only on a day that is over: then it stays on the day it has."""
    periods = {period.key for period in duty.rule.periods(today - LOOK_BACK, row.due_on)}
    return row.period in periods and row.department_id in {_pk(place) for place in places.on(row.due_on)}


def drop_open(duty: "Duty", *, at: datetime) -> int:
    """End every open occurrence of a duty that is stopped."""
    rows = list(duty.occurrences.open())
    _drop(rows, STOPPED, at=at)
    return len(rows)


def _wanted(duty: "Duty", places: "Places", *, today: date, months: int) -> Wanted:
    periods = duty.rule.periods(max(duty.planned_from, today - LOOK_BACK), horizon(today, months))
    return {(_pk(place), period.key): period for period in periods for place in places.on(period.due)}


def _wanted_once(duty: "Duty", *, today: date) -> Wanted:
    period = Period(duty.anchor_on.isoformat(), duty.anchor_on, next_working_day(duty.anchor_on))
    return {(_pk(place), period.key): period for place in duty.departments(on=max(today, period.due))}


class Places:
    """The departments that have a duty on a day, read once however many days are asked."""

    def __init__(self, duty: "Duty") -> None:
        self.duty = duty
        self.posts = list(duty.posts().select_related("department__parent")) if duty.is_for_each else []

    def on(self, day: date) -> Iterator[Department | None]:
        if not self.duty.is_for_each:
            yield self.duty.department
            return
        posts = [post for post in self.posts if post.is_in_force(day) and post.department.is_in_force(day)]
        yield from {post.department_id: post.department for post in posts}.values()


def _pk(place: Department | None) -> int | None:
    return place.pk if place else None


def hand(duty: "Duty", rows: QuerySet[Occurrence], *, on: date) -> None:
    """Give the rounds to the person named for the duty; where nobody is, or a transfer ends it, they are the role's."""
    rows.update(handed_to=duty.hands_to, handed_in=_workplace(duty, on=on))


def _workplace(duty: "Duty", *, on: date) -> Department | None:
    return main_department(duty.hands_to, on=on) if duty.hands_to else None


def _make(duty: "Duty", missing: Wanted, *, today: date) -> int:
    lead, workplace = timedelta(days=duty.lead_days), _workplace(duty, on=today)
    rows = [
        Occurrence(
            duty=duty,
            department_id=place,
            period=key,
            due_on=period.due,
            first_due_on=period.due,
            appears_on=period.due - lead,
            handed_to=duty.hands_to,
            handed_in=workplace,
        )
        for (place, key), period in missing.items()
    ]
    return len(Occurrence.objects.bulk_create(rows, batch_size=500))


def _align(duty: "Duty", row: Occurrence, period: Period) -> bool:
    """Give an untouched occurrence the days of the rule as it is now."""
    days = (period.due, period.due, period.due - timedelta(days=duty.lead_days))
    if (row.due_on, row.first_due_on, row.appears_on) == days:
        return False
    row.due_on, row.first_due_on, row.appears_on = days
    row.save(update_fields=["due_on", "first_due_on", "appears_on"])
    return True


def _date_anew(duty: "Duty", rows: list[Occurrence], known: set[tuple[int | None, str]], *, at: datetime) -> tuple[int, int]:
    """What is to be done once has one open occurrence: a new day of the duty is its day, also where the old one has passed."""
    wanted = _wanted_once(duty, today=day_of(at))
    waiting = {row.department_id: row for row in rows if not row.event}
    if not duty.is_for_each and waiting:
        waiting = {_pk(duty.department): next(iter(waiting.values()))}  # another section's now: the round goes with it
    changed = 0
    for (place, key), period in wanted.items():
        row = waiting.pop(place, None)
        if row is None and (place, key) not in known:
            changed += _make(duty, {(place, key): period}, today=day_of(at))
        elif row is not None and (row.period != key or row.department_id != place or not row.is_moved):
            row.period, row.department_id = key, place
            row.save(update_fields=["period", "department"])
            changed += _align(duty, row, period)
    _drop(list(waiting.values()), RULE_CHANGED, at=at)
    return changed, len(waiting)

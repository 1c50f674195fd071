"""What begins and ends in the last and the coming year: departments and posts, latest day first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, Q

from ..departments import departments
from ..models.appointment import Appointment
from ..models.department import Department
from ..models.post import Post
from .guards import DAY

YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Turn:
    """One day on which a department or a post begins or changes, or one after which it is no more."""

    on: date
    thing: Department | Post
    is_end: bool
    today: date
    before: tuple[Department | Post, ...] = ()  # what a beginning department or post follows
    is_change: bool = False  # of a name, a 部, a title or roles: the line of what ended is left out
    people: int = 0  # whose appointment runs beyond the end

    @property
    def is_post(self) -> bool:
        return isinstance(self.thing, Post)

    @property
    def word(self) -> str:
        """新設, 名称・部の変更, 廃止, 職の新設, 職の変更 or 職の廃止."""
        if self.is_change:
            return "職の変更" if self.is_post else "名称・部の変更"
        return ("職の" if self.is_post else "") + ("廃止" if self.is_end else "新設")

    @property
    def name(self) -> str:
        return str(self.thing) if self.is_post else self.thing.full_name

    @property
    def department(self) -> Department:
        return self.thing.department if self.is_post else self.thing

    @property
    def tie(self) -> str:
        """What it follows, what follows it, or what a change of a post changes."""
        if self.is_post:
            return "、".join(self._differences()) if self.is_change else ""
        if self.is_end:
            return f"承継先 {self.thing.successor.full_name}" if self.thing.successor else ""
        return f"前の組織 {'、'.join(row.full_name for row in self.before)}" if self.before else ""

    def _differences(self) -> list[str]:
        old = self.before[0]
        had, has = list(old.roles.all()), list(self.thing.roles.all())
        words = [f"前の職名 {old.title}"] if old.title != self.thing.title else []
        words += [f"加わる役割 {role.name}" for role in has if role not in had]
        words += [f"なくなる役割 {role.name}" for role in had if role not in has]
        return words or ["委員会が変わります"]

    @property
    def people_words(self) -> str:
        """What becomes of the people who are in it: they go over by themselves on the day, or somebody is left."""
        if not self.people:
            return ""
        is_to_come = self.on > self.today if self.is_change else self.on >= self.today
        return f"その日に移る人 {self.people}人（適用待ちの異動を含む）" if is_to_come else f"発令の残る人 {self.people}人"

    @property
    def can_take_back(self) -> bool:
        """A planned end until its day is over."""
        return self.is_end and self.on >= self.today

    @property
    def can_withdraw(self) -> bool:
        """A department, a post or a change that has not begun."""
        return not self.is_end and self.on > self.today


def turns(today: date) -> list[Turn]:
    """All of the two years, in a fixed number of queries; a post that begins or ends with its department is not told twice."""
    first, last = today - YEAR, today + YEAR
    people = _people(first, last)
    found = [*_departments(today, first, last, people), *_posts(today, first, last, people)]
    return sorted(found, key=lambda turn: (-turn.on.toordinal(), turn.is_post, turn.department.position, turn.name))


def _departments(today: date, first: date, last: date, people: dict[int, tuple[int, set]]) -> Iterator[Turn]:
    known = departments()
    linked = Post.objects.filter(successor__since__range=(first, last)).exclude(successor__department=F("department"))
    renamed = dict(linked.order_by().values_list("successor__department", "department").distinct())  # new → old
    before: dict[int, list[Department]] = {}
    for row in known.values():
        if row.successor_id and row.until and row.until + DAY == row.successor.since:
            before.setdefault(row.successor_id, []).append(row)
    staying: dict[int, set] = {}
    for department, persons in people.values():
        staying.setdefault(department, set()).update(persons)
    for row in known.values():
        if first <= row.since <= last:
            count = len(staying.get(renamed.get(row.pk), ()))
            yield Turn(row.since, row, False, today, tuple(before.get(row.pk, ())), row.pk in renamed, count)
        if row.until and first <= row.until <= last and renamed.get(row.successor_id) != row.pk:
            yield Turn(row.until, row, True, today, people=len(staying.get(row.pk, ())))


def _posts(today: date, first: date, last: date, people: dict[int, tuple[int, set]]) -> Iterator[Turn]:
    rows = Post.objects.select_related("department__parent", "department__successor")
    begun = rows.filter(since__range=(first, last)).exclude(since=F("department__since"))
    for row in begun.prefetch_related("roles", "predecessors__roles"):
        old = tuple(one for one in row.predecessors.all() if one.department_id == row.department_id)
        count = sum(len(people[one.pk][1]) for one in old if one.pk in people)
        yield Turn(row.since, row, False, today, old, bool(old), count)
    ended = rows.filter(until__range=(first, last)).filter(Q(successor=None) | ~Q(successor__department=F("department")))
    for row in ended.filter(Q(department__until=None) | ~Q(until=F("department__until"))):
        yield Turn(row.until, row, True, today)


def _people(first: date, last: date) -> dict[int, tuple[int, set[int]]]:
    """Post that ends → its department, and the people with an appointment beyond its last day."""
    rows = Appointment.objects.filter(post__until__range=(first, last)).exclude(until__lte=F("post__until"))
    found: dict[int, tuple[int, set[int]]] = {}
    for post, department, person in rows.order_by().values_list("post", "post__department", "person"):
        found.setdefault(post, (department, set()))[1].add(person)
    return found

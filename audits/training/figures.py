"""Training counted: the records of attendance for policy.mechanisms, and the year by section."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from audits.models import Attendance, Course
from audits.training.hands import Chief, Hands
from musashimurayama_isms.accounts.departments import departments
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_label
from musashimurayama_isms.prepared import Prepared
from policy.mechanisms import Figures

YEARS_SHOWN = 5


def records(*, at: datetime) -> Figures:
    """ledger:training: who is asked and not through with it is open, past the day late."""
    counts = Attendance.objects.to_do().aggregate(open=Count("pk"), late=Count("pk", filter=Q(due_on__lt=day_of(at))))
    return Figures(**counts, total=Attendance.objects.asked().count(), url=reverse("audits:training_year"))


@dataclass(frozen=True)
class Line:
    """One section in a 年度: how many were asked, how many are through; the rate of the year before beside it."""

    department: Department
    asked: int
    done: int
    before: int | None

    @property
    def rate(self) -> int:
        return percent(self.done, self.asked)


def percent(done: int, asked: int) -> int:
    """Per cent, rounded down, so that 100 is truly everybody; 0 of nobody."""
    return done * 100 // asked if asked else 0


def _by_department(chief: Chief | None, course: int | None, year: int, before: int) -> QuerySet:
    """Of all departments, or of those for whose people a chief answers; of all courses or of one."""
    rows = Attendance.objects.asked().in_years(before, year)
    if chief is not None:
        rows = rows.filter(chief.rows("department"))
    if course is not None:
        rows = rows.filter(session__course=course)
    done = Count("pk", filter=Q(status=Attendance.Status.COMPLETED))
    return rows.order_by().values_list("session__fiscal_year", "department").annotate(asked=Count("pk"), done=done)


_COUNTED = Prepared(_by_department)


class Year:
    """The figures of one 年度 as far as a person sees them; two queries whatever the staff."""

    def __init__(self, user: User, *, at: datetime, year: str = "", course: str = "") -> None:
        self.user, self.at, self.hands = user, at, Hands(user, at=at)
        self.this_year = fiscal_year(day_of(at))
        self.year = int(year) if year.isdecimal() and len(year) == 4 else self.this_year
        self.course = int(course) if course.isdecimal() else None

    @property
    def may_see(self) -> bool:
        return self.hands.is_wide or self.hands.is_chief or bool(self.hands.kinds)

    @property
    def label(self) -> str:
        return fiscal_year_label(self.year)

    @property
    def before_label(self) -> str:
        return fiscal_year_label(self.year - 1)

    @property
    def years(self) -> list[tuple[int, str]]:
        """The coming one first: what is planned for April is announced in March."""
        return [(year, fiscal_year_label(year)) for year in range(self.this_year + 1, self.this_year - YEARS_SHOWN, -1)]

    @cached_property
    def courses(self) -> list[Course]:
        """Those held in this year or the one before."""
        held = Q(sessions__fiscal_year__in=(self.year, self.year - 1), sessions__status__in=("open", "closed"))
        return list(Course.objects.filter(pk__in=Course.objects.filter(held).order_by().values("pk")))

    @cached_property
    def _counted(self) -> dict[int, dict[int, tuple[int, int]]]:
        """Year → department → asked, through: of this year and the one before, in one question."""
        found = {self.year: {}, self.year - 1: {}}
        chief = None if self.hands.is_wide or self.hands.kinds else self.hands.chief
        for year, department, *counts in _COUNTED(chief=chief, course=self.course, year=self.year, before=self.year - 1):
            found[year][department] = tuple(counts)
        return found

    @cached_property
    def lines(self) -> list[Line]:
        """The sections in the order of the organisation."""
        now, before = self._now, self._before
        here = [row for row in departments().values() if row.pk in now]
        return [Line(row, *now[row.pk], percent(before[row.pk][1], before[row.pk][0]) if row.pk in before else None) for row in here]

    @property
    def _now(self) -> dict[int, tuple[int, int]]:
        return self._counted[self.year]

    @property
    def _before(self) -> dict[int, tuple[int, int]]:
        return self._counted[self.year - 1]

    @property
    def rate_before(self) -> int | None:
        """The rate of the year before; None where nobody was asked."""
        asked, done = (sum(pair[place] for pair in self._before.values()) for place in (0, 1))
        return percent(done, asked) if asked else None

    @property
    def asked(self) -> int:
        return sum(line.asked for line in self.lines)

    @property
    def done(self) -> int:
        return sum(line.done for line in self.lines)

    @property
    def rate(self) -> int:
        return percent(self.done, self.asked)

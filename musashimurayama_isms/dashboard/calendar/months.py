"""The days of a month as weeks, and the months of a 年度 as lines; nothing here asks the database but `entries`."""

from calendar import Calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import groupby

import jpholiday
from django.utils.http import urlencode

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_bounds, fiscal_year_label, is_closing_day, wareki_month

from .entries import Asked, Entry, Kind, Scope, entries, kinds

WEEK = Calendar(firstweekday=6)  # Sunday first, as Japanese calendars are printed
WEEKDAYS = "日月火水木金土"
SHOWN = 4  # of a day; the rest unfolds
FIRST_YEAR, LAST_YEAR = 2020, 2090


@dataclass(frozen=True)
class Day:
    """One cell of the month."""

    day: date
    entries: list[Entry]
    is_today: bool
    is_outside: bool

    @property
    def holiday(self) -> str:
        return jpholiday.is_holiday_name(self.day) or ""

    @property
    def is_closed(self) -> bool:
        return is_closing_day(self.day)

    @property
    def shown(self) -> list[Entry]:
        return self.entries[:SHOWN]

    @property
    def folded(self) -> list[Entry]:
        return self.entries[SHOWN:]


@dataclass(frozen=True)
class Line:
    """In a month of the year: what comes up, on which days."""

    kind: Kind
    title: str
    url: str
    days: list[date]
    count: int
    is_late: bool

    @property
    def days_words(self) -> str:
        """3日・10日."""
        return "・".join(f"{day.day}日" for day in self.days)


@dataclass(frozen=True)
class Month:
    """One month of the year plan."""

    first: date
    lines: list[Line] = field(default_factory=list)

    @property
    def label(self) -> str:
        return wareki_month(self.first)

    @property
    def address(self) -> tuple[int, int]:
        return self.first.year, self.first.month


class View:
    """What both views share: whose, how far, which kinds; kept in the address."""

    def __init__(self, user, *, at, since: date, until: date, query: Mapping[str, str]) -> None:
        scope = query.get("scope", Scope.MINE)
        self.scope = Scope(scope) if scope in Scope.values else Scope.MINE
        self.kind = query.get("kind", "") if query.get("kind", "") in Kind.values else ""
        self.today = day_of(at)
        self.asked = Asked(user, at, since, until, self.scope)

    @cached_property
    def entries(self) -> list[Entry]:
        return entries(self.asked, only=[Kind(self.kind)] if self.kind else ())

    @property
    def late(self) -> int:
        return sum(entry.count for entry in self.entries if entry.is_late(self.today))

    @property
    def scopes(self) -> list[tuple[Scope, str]]:
        return [(scope, self._address(scope=scope)) for scope in Scope]

    @property
    def kinds(self) -> list[Kind]:
        return kinds()

    @property
    def address(self) -> str:
        return self._address()

    def _address(self, **changed: str) -> str:
        """scope=city&kind=duty."""
        wanted = {"scope": self.scope, "kind": self.kind} | changed
        return urlencode({name: str(value) for name, value in wanted.items() if value})


class MonthView(View):
    """A month in weeks."""

    def __init__(self, user, year: int, month: int, *, at, query: Mapping[str, str]) -> None:
        """LookupError for a month no calendar shows."""
        if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
            raise LookupError
        self.first = date(year, month, 1)
        self.days = list(WEEK.itermonthdates(year, month))
        super().__init__(user, at=at, since=self.days[0], until=self.days[-1], query=query)

    @property
    def label(self) -> str:
        return wareki_month(self.first)

    @property
    def before(self) -> date:
        return (self.first - timedelta(days=1)).replace(day=1)

    @property
    def after(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def year(self) -> int:
        return fiscal_year(self.first)

    @property
    def weekdays(self) -> str:
        return WEEKDAYS

    @cached_property
    def weeks(self) -> list[list[Day]]:
        by_day = {day: list(rows) for day, rows in groupby(self.entries, key=lambda entry: entry.day)}
        cells = [Day(day, by_day.get(day, []), day == self.today, day.month != self.first.month) for day in self.days]
        return [cells[place : place + 7] for place in range(0, len(cells), 7)]

    @property
    def in_month(self) -> int:
        return sum(entry.count for entry in self.entries if entry.day.month == self.first.month)


class YearView(View):
    """The twelve months of a 年度; what comes several times in a month is one line with its days."""

    def __init__(self, user, year: int, *, at, query: Mapping[str, str]) -> None:
        """LookupError for a 年度 no calendar shows."""
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise LookupError
        self.year = year
        since, until = fiscal_year_bounds(year)
        super().__init__(user, at=at, since=since, until=until, query=query)

    @property
    def label(self) -> str:
        return fiscal_year_label(self.year)

    @cached_property
    def months(self) -> list[Month]:
        found = [Month(date(self.year + (month < 4), month, 1)) for month in (*range(4, 13), 1, 2, 3)]
        by_month: dict[tuple[int, int], list[Entry]] = {}
        for entry in self.entries:
            by_month.setdefault((entry.day.year, entry.day.month), []).append(entry)
        return [replace(month, lines=self._lines(by_month.get(month.address, ()))) for month in found]

    def _lines(self, rows: Iterable[Entry]) -> list[Line]:
        grouped: dict[tuple[Kind, str, str], list[Entry]] = {}
        for entry in rows:
            grouped.setdefault((entry.kind, entry.title, entry.place), []).append(entry)
        order = {kind: place for place, kind in enumerate(Kind)}
        lines = [self._line(kind, title, place, group) for (kind, title, place), group in grouped.items()]
        return sorted(lines, key=lambda line: (order[line.kind], line.days[0], line.title))

    def _line(self, kind: Kind, title: str, place: str, group: list[Entry]) -> Line:
        words = f"{title}（{place}）" if place and self.scope == Scope.CITY else title
        days = list(dict.fromkeys(entry.day for entry in group))
        late = any(entry.is_late(self.today) for entry in group)
        return Line(kind, words, group[0].url, days, sum(entry.count for entry in group), late)

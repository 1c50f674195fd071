"""How often a duty comes round: pure reckoning with days, no rows.

A period has a name that outlives a change of the day within it (令和8年度 is R8 whether the drill is in June or November),
so that what was done once is not asked again. A due date on a closing day moves to the next working day (fiscal).
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models

from musashimurayama_isms.fiscal import fiscal_year, next_working_day, wareki

LONGEST_CLOSING = timedelta(days=21)  # no run of closing days is longer: a due date never moves further than this
WEEK = 7
LAST_DAY = 31
WEEKDAYS = "月火水木金土日"


class Interval(models.TextChoices):
    """The kinds of coming round; an event may be added to any of them."""

    YEARLY = "yearly", "毎年"
    MONTHS = "months", "数か月ごと"
    MONTHLY = "monthly", "毎月"
    WEEKLY = "weekly", "毎週"
    ONCE = "once", "1回だけ"
    EVENT = "event", "できごとがあったとき"


@dataclass(frozen=True)
class Period:
    """One coming round: its name, the day the rule names, the day it falls due."""

    key: str
    nominal: date
    due: date


@dataclass(frozen=True)
class Rule:
    """An interval with what it needs: days of the year as MM-DD (31 is the last day of any month), day of the month, number
    of months, weekday (0 is Monday), anchor.
    """

    interval: str
    days: tuple[str, ...] = ()
    day: int | None = None
    every_months: int | None = None
    weekday: int | None = None
    anchor_on: date | None = None

    def periods(self, first: date, last: date) -> list[Period]:
        """The periods that fall due from `first` to `last`, both included, in order."""
        found = (Period(key, day, next_working_day(day)) for key, day in self._nominal(first - LONGEST_CLOSING, last))
        return [period for period in found if first <= period.due <= last]

    def _nominal(self, first: date, last: date) -> Iterator[tuple[str, date]]:
        if self.interval == Interval.ONCE:
            yield self.anchor_on.isoformat(), self.anchor_on
        elif self.interval == Interval.WEEKLY:
            yield from self._weeks(first, last)
        elif self.interval != Interval.EVENT:
            for year, month in _months(first, last):
                if wanted := self._day_in(year, month):
                    day = clamp(year, month, wanted)
                    yield self._key(day), day

    def _weeks(self, first: date, last: date) -> Iterator[tuple[str, date]]:
        day = first + timedelta(days=(self.weekday - first.weekday()) % WEEK)
        while day <= last:
            year, week, _ = day.isocalendar()
            yield f"{year}-W{week:02d}", day
            day += timedelta(days=WEEK)

    def _day_in(self, year: int, month: int) -> int | None:
        """The day on which the rule falls in a month, or None."""
        if self.interval == Interval.YEARLY:
            return next((int(each[3:]) for each in self.days if int(each[:2]) == month), None)
        if self.interval == Interval.MONTHS:
            since = year * 12 + month - self.anchor_on.year * 12 - self.anchor_on.month
            return None if since % self.every_months else self.day
        return self.day

    def _key(self, day: date) -> str:
        """Once a year: the 年度; else the month."""
        is_of_year = self.interval == Interval.YEARLY and len(self.days) == 1
        return f"FY{fiscal_year(day)}" if is_of_year else f"{day:%Y-%m}"

    @property
    def words(self) -> str:
        """毎年6月末日, 3か月ごと（1月・4月・7月・10月の末日）."""
        if self.interval == Interval.YEARLY:
            return f"毎年{self._days_words}"
        if self.interval == Interval.MONTHS and self.every_months == 12:
            return f"毎年{self.anchor_on.month}月{self._day_words}"
        if self.interval == Interval.MONTHS and self.every_months > 1:
            return f"{self.every_months}か月ごと（{self._months_words}）"
        if self.interval in (Interval.MONTHS, Interval.MONTHLY):
            return f"毎月{self._day_words}"
        if self.interval == Interval.WEEKLY:
            return f"毎週{WEEKDAYS[self.weekday]}曜日"
        return f"{wareki(self.anchor_on)}に1回" if self.interval == Interval.ONCE else ""

    @property
    def _day_words(self) -> str:
        return _day_words(self.day)

    @property
    def _days_words(self) -> str:
        """1月・4月・7月・10月の末日 where it is the same day of each month, else day by day."""
        days = sorted(self.days)
        if len(days) > 1 and len({each[3:] for each in days}) == 1:
            return f"{'・'.join(f'{int(each[:2])}月' for each in days)}の{_day_words(int(days[0][3:]))}"
        return "・".join(say_day(each) for each in days)

    @property
    def _months_words(self) -> str:
        """The months of the year where they are the same every year, else the month it began with."""
        if 12 % self.every_months:
            return f"{self.anchor_on.year}年{self.anchor_on.month}月から、{self._day_words}"
        months = sorted((self.anchor_on.month - 1 + step) % 12 + 1 for step in range(0, 12, self.every_months))
        return f"{'・'.join(f'{month}月' for month in months)}の{self._day_words}"


def in_months(months: Iterable[int], *, day: int = LAST_DAY) -> list[str]:
    """The days of a yearly duty that falls due on the same day of several months: [1, 7] gives ["01-31", "07-31"]."""
    return [f"{month:02d}-{day:02d}" for month in months]


def say_day(each: str) -> str:
    """6月末日 for 06-31, 4月1日 for 04-01."""
    return f"{int(each[:2])}月{_day_words(int(each[3:]))}"


def _day_words(day: int) -> str:
    return "末日" if day == LAST_DAY else f"{day}日"


def clamp(year: int, month: int, day: int) -> date:
    """The day of a month, or its last day where the month is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def horizon(today: date, months: int) -> date:
    """The day so many months ahead."""
    number = today.year * 12 + today.month - 1 + months
    return clamp(number // 12, number % 12 + 1, today.day)


def _months(first: date, last: date) -> Iterator[tuple[int, int]]:
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        yield number // 12, number % 12 + 1

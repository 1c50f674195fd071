"""Days as a Japanese city counts them: 年度, 和暦, closing days, office hours.

Everything is in Asia/Tokyo. Eras, year-end days and office hours are data, so a new era or other hours change one line.
Closing days of the city itself are given by the caller (`extra`): a leaf has no model to keep them in.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import jpholiday

TOKYO = ZoneInfo("Asia/Tokyo")

# First day and name, newest first; earlier days are written in the Western calendar.
ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)

OPENS = time(8, 30)  # the city's default office hours; the lunch hour counts, a deadline does not stop for it
CLOSES = time(17, 15)
YEAR_END_CLOSING = ((12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3))  # by ordinance, as in nearly every city
FIRST_MONTH = 4
SATURDAY = 5


def fiscal_year(day: date) -> int:
    """The 年度 of a day (1 April to 31 March), named by the Western year it begins in."""
    return day.year if day.month >= FIRST_MONTH else day.year - 1


def fiscal_year_bounds(year: int) -> tuple[date, date]:
    """First and last day of a 年度."""
    return date(year, FIRST_MONTH, 1), date(year + 1, FIRST_MONTH, 1) - timedelta(days=1)


def fiscal_year_label(year: int) -> str:
    """令和8年度 for 2026; a 年度 in which the era changed carries the new era (令和元年度 for 2019)."""
    return f"{_era_year(date(year, 12, 31))}年度"


def wareki(day: date) -> str:
    """令和8年11月22日, or 1925年1月1日 before the first era in ERAS; a datetime raises TypeError, its day depends on a zone."""
    return f"{wareki_month(day)}{day.day}日"


def wareki_month(day: date) -> str:
    """令和8年11月: the month of a day."""
    return f"{_era_year(day)}年{day.month}月"


def _era_year(day: date) -> str:
    for first, name in ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{name}{'元' if year == 1 else year}"
    return str(day.year)


def is_closing_day(day: date, extra: Collection[date] = ()) -> bool:
    """Whether the city hall is closed: Saturday, Sunday, national holiday, 29 December to 3 January, or one of `extra`."""
    return day.weekday() >= SATURDAY or (day.month, day.day) in YEAR_END_CLOSING or day in extra or jpholiday.is_holiday(day)


def is_working_day(day: date, extra: Collection[date] = ()) -> bool:
    """The opposite of `is_closing_day`."""
    return not is_closing_day(day, extra)


def next_working_day(day: date, extra: Collection[date] = ()) -> date:
    """The day itself when the city hall is open, else the first open day after it (how a statutory day moves)."""
    while is_closing_day(day, extra):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, n: int, extra: Collection[date] = ()) -> date:
    """The n-th open day after a day, which itself is not counted; for 0 the day itself or the next open one.

    Raises ValueError for a negative n.
    """
    if n < 0:
        raise ValueError("営業日数は0以上にしてください。")
    if n == 0:
        return next_working_day(day, extra)
    for _ in range(n):
        day = next_working_day(day + timedelta(days=1), extra)
    return day


def add_working_time(start: datetime, minutes: int, extra: Collection[date] = ()) -> datetime:
    """The moment at which so many minutes of office hours (OPENS to CLOSES on open days) have passed since `start`.

    `start` is aware; outside office hours the clock starts at the next opening. The answer is in Asia/Tokyo; time that is
    used up exactly at closing ends at closing, not on the next morning. Raises ValueError for a naive `start` or negative minutes.
    """
    if start.tzinfo is None or minutes < 0:
        raise ValueError("時間帯のある日時と、0以上の分数を指定してください。")
    moment, left = _working_moment(start.astimezone(TOKYO), extra), timedelta(minutes=minutes)
    while (today := _at(moment.date(), CLOSES) - moment) < left:
        left -= today
        moment = _at(next_working_day(moment.date() + timedelta(days=1), extra), OPENS)
    return moment + left


def closing_after(start: datetime, days: int, extra: Collection[date] = ()) -> datetime:
    """Closing time of the n-th open day after the day of `start`: how a term in working days ends. ValueError for a naive `start`."""
    if start.tzinfo is None:
        raise ValueError("時間帯のある日時を指定してください。")
    return _at(add_working_days(start.astimezone(TOKYO).date(), days, extra), CLOSES)


def closing_on(day: date) -> datetime:
    """Closing time of a day, in Asia/Tokyo, whether the city hall is open on it or not."""
    return _at(day, CLOSES)


def _working_moment(moment: datetime, extra: Collection[date]) -> datetime:
    """The moment itself in office hours, closing time included, else the next opening."""
    day = moment.date()
    if is_working_day(day, extra) and moment <= _at(day, CLOSES):
        return max(moment, _at(day, OPENS))
    return _at(next_working_day(day + timedelta(days=1), extra), OPENS)


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, tzinfo=TOKYO)

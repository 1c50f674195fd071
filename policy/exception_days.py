"""The days of an exception: how long it may run and when it is looked at again, as the city has chosen (未定事項)."""

from calendar import monthrange
from datetime import date, timedelta

from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_bounds
from musashimurayama_isms.parameters.values import Values, value

SIX_MONTHS, ONE_YEAR = 6, 12


def months_later(day: date, months: int) -> date:
    """The same day so many months later (negative: earlier), or the last one of a month that is too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, _length(year, month + 1)))


def latest_before(day: date, months: int) -> date:
    """The latest day from which so many months have passed on `day`: what is due is asked of the database with it."""
    earlier = months_later(day, -months)
    is_last_of_month = day.day == _length(day.year, day.month)
    return earlier.replace(day=_length(earlier.year, earlier.month)) if is_last_of_month else earlier


def _length(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def latest_end(start: date) -> date:
    """The last day that an exception beginning on `start` may be given (exceptions.longest_run)."""
    chosen = value("exceptions.longest_run")
    if chosen == "fiscal_year_end":
        return fiscal_year_bounds(fiscal_year(start))[1]
    return months_later(start, SIX_MONTHS if chosen == "six_months" else ONE_YEAR) - timedelta(days=1)


def answer_days(chosen: Values | None = None) -> int:
    """In how many working days the CISO answers the report of an emergency: the term of every decision."""
    return (chosen or Values())["approvals.step_working_days"]


def review_months(chosen: Values | None = None) -> int:
    """After how many months an exception is looked at again (3.11.4.3)."""
    return (chosen or Values())["exceptions.review_months"]

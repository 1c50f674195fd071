"""When the 保存年限 of a kind is over."""

from datetime import date, datetime, time

from django.db import models
from django.utils import timezone

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.parameters.values import Values

from .kinds import Kind

FOR_GOOD = 0
COUNTED_FROM = "retention.counted_from"


def cut_off(kind: Kind, *, on: date, values: Values) -> date | None:
    """What ended before this day has reached its end; None where the kind is kept for good.

    A 文書保存年限 of N years runs from 1 April after the fiscal year of the end (未定事項 retention.counted_from), so what ended
    in 令和2年度 with 5 years goes from 1 April 令和8年.
    """
    years = values[kind.parameter]
    if years == FOR_GOOD:
        return None
    if values[COUNTED_FROM] == "next_fiscal_year":
        return date(fiscal_year(on) - years, 4, 1)
    try:
        return on.replace(year=on.year - years)
    except ValueError:  # 29 February
        return date(on.year - years, 2, 28)


def over(kind: Kind, *, at: datetime, values: Values | None = None) -> models.QuerySet:
    """The records of a kind whose time is over, with `record_end`."""
    cut = cut_off(kind, on=day_of(at), values=values or Values())
    if cut is None:
        return kind.rows().none()
    return kind.rows().filter(record_end__lt=_begin(kind, cut))


def ended_in(kind: Kind, rows: models.QuerySet, year: int) -> models.QuerySet:
    """Those that ended in a fiscal year."""
    return rows.filter(record_end__gte=_begin(kind, date(year, 4, 1)), record_end__lt=_begin(kind, date(year + 1, 4, 1)))


def _begin(kind: Kind, day: date) -> date | datetime:
    """The first moment of a day, for a kind that ends by the moment."""
    return timezone.make_aware(datetime.combine(day, time.min)) if kind.is_by_moment else day


def end_day(value: date | datetime) -> date:
    """The day on which a record ended."""
    return day_of(value) if isinstance(value, datetime) else value

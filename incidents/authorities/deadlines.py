"""Until when an authority is told: 開庁日 for the city's own haste, days of the calendar where the law counts (practice.md 2.2).

Pure: the day of knowing and the values of the parameters come in. The day of knowing is day 1 unless the city chooses otherwise.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import models

from musashimurayama_isms.fiscal import add_working_days, next_working_day

FIRST_REPORT_DAYS = "incidents.first_report_working_days"
PROMPT_DAYS = "incidents.privacy_prompt_days"
PROMPT_LATEST_DAYS = "incidents.privacy_prompt_latest_days"
FINAL_DAYS = "incidents.privacy_final_days"
FINAL_WRONGFUL_DAYS = "incidents.privacy_final_wrongful_days"
DAY_ONE = "incidents.privacy_day_one"
ON_CLOSING_DAY = "incidents.privacy_final_on_closing_day"


class DueRule(models.TextChoices):
    FIRST_REPORT = "first_report", "市が定めた開庁日数"
    PRIVACY_PROMPT = "privacy_prompt", "速報（知ってから概ね3～5日）"
    PRIVACY_FINAL = "privacy_final", "確報（知ってから30日、不正の目的のおそれは60日）"
    WITHOUT_DELAY = "without_delay", "速やかに（日数の定めなし）"


@dataclass(frozen=True)
class Term:
    """The day a report is due; `latest` where the law leaves a span and this is its end."""

    due: date | None = None
    latest: date | None = None


def term(rule: str, *, known_on: date, is_longer: bool, values: Mapping[str, Any], closed: Collection[date] = ()) -> Term:
    """The term of one stage, counted from the day on which the first member of staff knew.

    `is_longer`: a wrongful purpose is found, so the final report has the longer term. `closed` are further closing days.
    """
    if rule == DueRule.FIRST_REPORT:
        return Term(add_working_days(known_on, values[FIRST_REPORT_DAYS], closed))
    if rule == DueRule.PRIVACY_PROMPT:
        return _prompt(known_on, values)
    if rule == DueRule.PRIVACY_FINAL:
        return _final(known_on, values, is_longer=is_longer, closed=closed)
    return Term()


def _prompt(known_on: date, values: Mapping[str, Any]) -> Term:
    """Closing days count and move nothing; the aim never lies behind the last day."""
    latest = _nth_day(known_on, values[PROMPT_LATEST_DAYS], values)
    return Term(min(_nth_day(known_on, values[PROMPT_DAYS], values), latest), latest)


def _final(known_on: date, values: Mapping[str, Any], *, is_longer: bool, closed: Collection[date]) -> Term:
    day = _nth_day(known_on, values[FINAL_WRONGFUL_DAYS if is_longer else FINAL_DAYS], values)
    return Term(next_working_day(day, closed) if values[ON_CLOSING_DAY] == "next_working_day" else day)


def _nth_day(known_on: date, number: int, values: Mapping[str, Any]) -> date:
    """The n-th day of the calendar, with the day of knowing as the first or, where the city says so, the day after it."""
    return known_on + timedelta(days=number - 1 if values[DAY_ONE] == "day_of_knowing" else number)

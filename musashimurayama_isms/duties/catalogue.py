"""The duties that the policy asks for, as reference data (fixtures/duties.json): added where they are not there yet, never overwritten.

How often is what the city has chosen under 未定事項: a new choice reaches the duty at once, and with the daily round at the
latest. What the city has changed on the page of the duty stays until the next choice.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.accounts.reference import Loaded, path_of
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.parameters.values import Values

from .intervals import Interval, in_months
from .models import Duty

FIXTURE = "duties.json"
APRIL, YEAR = 4, 12
MONTH_OF_DAYS = 30


def _in_months(months: list[int]) -> dict[str, Any]:
    return {"interval": Interval.YEARLY, "days": in_months(months)}


def _on_days(days: list[str]) -> dict[str, Any]:
    return {"interval": Interval.YEARLY, "days": days}


def _by_the_last(months: list[int]) -> dict[str, Any]:
    """One round a 年度, due with the last of its months."""
    return _in_months([max(months, key=lambda month: (month - APRIL) % YEAR)])


def _every(months: int) -> dict[str, Any]:
    return {"interval": Interval.MONTHS, "every_months": months, "day": 31}


def _after_joining(months: int) -> dict[str, Any]:
    """For those of 1 April a round each year; for those who come later one of their own."""
    last = (APRIL - 1 + months - 1) % YEAR + 1
    return {**_in_months([last]), "event": "new-staff", "days_after_event": months * MONTH_OF_DAYS}


def _owned_by(role: str) -> dict[str, Any]:
    return {"owner": role, "per": Duty.Per.SECTIONS if role == RoleCode.SECTION_OFFICER else Duty.Per.ONE}


def _on_personnel_change(wanted: bool) -> dict[str, Any]:
    return {"event": "personnel-change" if wanted else ""}


RULES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "duties.training_months": _in_months,
    "duties.new_staff_training_months": _after_joining,
    "duties.new_staff_training_owner": _owned_by,
    "duties.drill_months": _in_months,
    "duties.education_every_months": _every,
    "duties.backup_every_months": _every,
    "duties.log_inspection_every_months": _every,
    "duties.unused_ids_months": _in_months,
    "duties.tamper_check_every_months": _every,
    "duties.patterns_every_months": _every,
    "duties.staff_scan_every_months": _every,
    "duties.compliance_watch_every_months": _every,
    "duties.compliance_check_every_months": _every,
    "duties.access_review_every_months": _every,
    "duties.security_information_every_months": _every,
    "duties.risk_assessment_every_months": _every,
    "duties.bcp_review_every_months": _every,
    "duties.contact_list_days": _on_days,
    "duties.contact_list_on_personnel_change": _on_personnel_change,
    "policy.review_months": _by_the_last,
    "policy.bcp_owner": _owned_by,
    "audits.self_inspection_months": _by_the_last,
}


@dataclass(frozen=True)
class Row:
    """One duty of the fixture: columns of the model, and the parameters that say how often."""

    code: str
    columns: dict[str, Any]
    follows: tuple[str, ...] = ()
    from_month: int | None = field(default=None)

    def rule(self, values: Values) -> dict[str, Any]:
        """What the parameters say, as columns of the model."""
        found: dict[str, Any] = {}
        for code in self.follows:
            found |= RULES[code](values[code])
        return found

    def anchor(self, today: date) -> dict[str, Any]:
        """From which month on an interval in months counts: the next time that month comes."""
        if self.from_month is None:
            return {}
        return {"anchor_on": date(today.year + (self.from_month < today.month), self.from_month, 1)}


def rows() -> Iterator[Row]:
    """The rows of the fixture."""
    for row in json.loads(path_of(FIXTURE).read_text(encoding="utf-8")):
        columns = {name: value for name, value in row.items() if name not in ("code", "follows", "from_month")}
        yield Row(row["code"], columns, tuple(row.get("follows", ())), row.get("from_month"))


@transaction.atomic
def load_duties(*, at: datetime | None = None) -> Loaded:
    """Set up the duties whose code is unknown, with their rounds of the coming months; part of `load_reference`."""
    at, values, wanted = at or timezone.now(), Values(), list(rows())
    known = set(Duty.objects.filter(content_type__isnull=True).values_list("code", flat=True))
    new = [row for row in wanted if row.code not in known]
    for row in new:
        Duty.ensure(row.code, at=at, **row.columns | row.anchor(day_of(at)) | row.rule(values))
    return Loaded(FIXTURE, len(new), len(wanted) - len(new))


def follow_choices(*, at: datetime, only: Iterable[str] = ()) -> int:
    """Bring the duties in line with what the city has chosen since their rule was last set; gives how many follow.

    `only` narrows to some parameters, whose choice counts whenever it was made.
    """
    values, only = Values(), set(only)
    chosen = {choice.code: day_of(choice.chosen_at) for choice in ParameterChoice.objects.in_force().filter(code__in=RULES)}
    known = {duty.code: duty for duty in Duty.objects.active().filter(content_type__isnull=True)}
    due = [row for row in rows() if row.code in known and _is_behind(known[row.code], row, chosen, only)]
    for row in due:
        known[row.code].follow(at=at, **row.rule(values))
    return len(due)


def _is_behind(duty: Duty, row: Row, chosen: dict[str, date], only: set[str]) -> bool:
    if only:
        return bool(only & set(row.follows))
    return any(duty.planned_from < chosen[code] for code in row.follows if code in chosen)


def follow_choice(sender=None, *, entry, **kwargs) -> None:
    """Receiver of `trail.signals.recorded`: a choice reaches its duties once it is committed; the trail's head is free again then."""
    if entry.verb == "parameters.parameter.chosen" and (code := entry.changes["parameter"]) in RULES:
        transaction.on_commit(lambda: follow_choices(at=entry.at, only=[code]), robust=True)

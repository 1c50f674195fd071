"""What has reached its end, by kind, year and section; and what of it is kept back, with the reason."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Count, F
from django.db.models.functions import TruncMonth

from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_label
from musashimurayama_isms.parameters.values import Values

from .content import key_of
from .ends import end_day, ended_in, over
from .hands import Hands
from .kinds import Holder, Kind
from .models import DisposalRow, Hold
from .registry import KINDS

HELD = "保存延長が付いている"


def due(kind: Kind, *, at: datetime, values: Values | None = None) -> models.QuerySet:
    """The records of a kind whose time is over and that stand in no disposal."""
    return over(kind, at=at, values=values).exclude(pk__in=DisposalRow.objects.taken().as_keys(kind))


def total(*, at: datetime) -> int:
    """How many records are due in the whole city, those that something keeps back included; one query a kind."""
    values = Values()
    return sum(due(kind, at=at, values=values).count() for kind in KINDS.values())


def holder_of(kind: Kind, department: Department | int | None) -> str:
    """Who answers: for a record of a section that names none, the city."""
    return Holder.CENTRAL if kind.holder == Holder.SECTION and department is None else kind.holder


@dataclass(frozen=True)
class Batch:
    """So many records of a kind that ended in a fiscal year, of one section or of the city."""

    kind: Kind
    year: int
    department: Department | None
    count: int

    @property
    def label(self) -> str:
        return fiscal_year_label(self.year)


def batches(hands: Hands, *, at: datetime) -> list[Batch]:
    """What the person may see of what is due."""
    return [batch for batch in every_batch(at=at) if sees(hands, batch.kind, batch.department)]


def every_batch(*, at: datetime) -> list[Batch]:
    """All that is due: one query a kind, whatever the number of records."""
    values, found = Values(), []
    for kind in KINDS.values():
        place = F(kind.department) if kind.department else models.Value(None, output_field=models.IntegerField())
        rows = due(kind, at=at, values=values).annotate(record_month=TruncMonth("record_end"), record_place=place)
        counts: dict[tuple[int, int | None], int] = defaultdict(int)
        for month, department, count in rows.order_by().values_list("record_month", "record_place").annotate(record_count=Count("pk")):
            counts[fiscal_year(end_day(month)), department] += count
        found += [(kind, year, department, count) for (year, department), count in sorted(counts.items(), key=_in_order)]
    places = Department.objects.select_related("parent").in_bulk({department for _, _, department, _ in found if department})
    return [Batch(kind, year, places.get(department), count) for kind, year, department, count in found]


def _in_order(item: tuple[tuple[int, int | None], int]) -> tuple[int, int]:
    (year, department), _ = item
    return year, department or 0


def sees(hands: Hands, kind: Kind, department: Department | None) -> bool:
    """Whether a person may see what is due of a kind, for a section or the city."""
    holder = holder_of(kind, department)
    return bool(hands.proposing_hat(holder, department)) or hands.reads(holder)


def of_batch(kind: Kind, year: int, department: Department | None, *, at: datetime) -> models.QuerySet:
    """The records of one batch, the oldest first."""
    rows = ended_in(kind, due(kind, at=at), year)
    if kind.department:
        rows = rows.filter(**{kind.department: department})
    return rows.order_by("record_end", "pk")


@dataclass(frozen=True)
class Line:
    """A record as the list of what is due shows it."""

    row: Any
    typed: str
    number: str
    ended_on: date
    kept_by: str
    url: str


def kept_back(kind: Kind, rows: Sequence[Any], *, at: datetime) -> dict[str, str]:
    """Key → why a record stays although its time is over: held, or something about it is not at its end."""
    keys = {row.pk: key_of(row) for row in rows}
    reasons: dict[str, str] = {}
    for block in kind.blocks:
        for pk in block.keys(list(keys)):
            reasons.setdefault(keys[pk], block.words)
    for key in Hold.objects.keys(kind, list(keys.values()), on=day_of(at)):
        reasons[key] = HELD
    return reasons


def lines(kind: Kind, rows: Sequence[Any], *, at: datetime) -> list[Line]:
    """Some records with what keeps them back; as many queries as the kind has blocks."""
    rows = list(rows)
    reasons = kept_back(kind, rows, at=at)
    return [
        Line(row, _typed(kind, row), kind.number(row), end_day(row.record_end), reasons.get(key_of(row), ""), _url(row)) for row in rows
    ]


def _typed(kind: Kind, row: Any) -> str:
    """What is typed to find it (finding.py): its number where that is there once, else its key."""
    columns = {field.name for field in kind.model._meta.concrete_fields}
    is_known = "number" in columns or ({"fiscal_year", "sequence"} <= columns and "ledger" not in columns)
    number = kind.number(row)
    return number if is_known and (number.startswith("R") or "number" in columns) else key_of(row)


def _url(row: Any) -> str:
    return row.get_absolute_url() if hasattr(row, "get_absolute_url") else ""

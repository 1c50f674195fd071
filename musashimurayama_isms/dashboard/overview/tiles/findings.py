"""Findings of audits not yet dealt with: how old they are, and whose (3.13.1.10)."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from audits.models import CorrectiveAction, Finding
from audits.models.corrective_action import Part, is_overdue
from musashimurayama_isms.prepared import Prepared, in_one_row

from ..charts import Bar, Bars
from ..look import Look
from ..tile import Figure, Tile, address

MONTH = timedelta(days=30)
SECTIONS = 3


class Section(NamedTuple):
    """The open measures of one department: all, by their age since the order, and those past their day."""

    department: int
    name: str
    all: int
    young: int
    old: int
    older: int
    oldest: int
    late: int


def _by_age(part: Part, on: date, month: datetime, quarter: datetime, half: datetime) -> QuerySet:
    rows = CorrectiveAction.objects.within(part).open().order_by().values_list("finding__department", "finding__department__name")
    return rows.annotate(
        all=Count("pk"),
        young=Count("pk", filter=Q(ordered_at__gt=month)),
        old=Count("pk", filter=Q(ordered_at__lte=month, ordered_at__gt=quarter)),
        older=Count("pk", filter=Q(ordered_at__lte=quarter, ordered_at__gt=half)),
        oldest=Count("pk", filter=Q(ordered_at__lte=half)),
        late=Count("pk", filter=is_overdue(on)),
    )


_OPEN = Prepared(_by_age)
_UNORDERED = Prepared(lambda reach: in_one_row(Finding.objects.within(reach).unordered(), Count("pk")))


def findings(look: Look) -> Tile:
    """By age since the order, then the sections that have most of them; what nobody was ordered to deal with as well."""
    month, quarter, half = (look.at - MONTH * months for months in (1, 3, 6))
    sections = [Section(*row) for row in _OPEN(part=look.actions, on=look.on, month=month, quarter=quarter, half=half)]
    found = {name: sum(getattr(row, name) for row in sections) for name in ("all", "young", "old", "older", "oldest", "late")}
    ((unordered,),) = _UNORDERED(reach=look.actions.audits) or [(0,)]
    bars = [
        Bar("30日以内に指示", found["young"]),
        Bar("90日以内", found["old"]),
        Bar("180日以内", found["older"]),
        Bar("181日以上", found["oldest"], tone="late"),
        *_sections(sections),
    ]
    words = "改善の済んでいない指摘はありません。"
    if unordered:
        words = f"対処の指示を待つ指摘が{unordered}件あります。"
    elif found["all"]:
        words = f"指示から半年を超えたものが{found['oldest']}件あります。" if found["oldest"] else "指示から半年を超えたものはありません。"
    return Tile(
        slug="findings",
        title="監査の指摘",
        sentence=words,
        url=address("audits:actions", status="open"),
        figures=(
            Figure(found["all"], "改善中", address("audits:actions", status="open")),
            Figure(unordered, "未指示", address("audits:unordered")),
            Figure(found["late"], "期限超過", address("audits:actions", late="yes"), tone="late"),
        ),
        chart=Bars("指示からの日数と、所管ごとの件数", bars) if found["all"] else None,
        clause="3.13.1.10",
    )


def _sections(sections: list[Section]) -> list[Bar]:
    """Where most of it lies; the own 課 alone needs no such line."""
    most = sorted(sections, key=lambda row: (-row.all, row.department))[:SECTIONS]
    if len(most) < 2:
        return []
    return [Bar(row.name, row.all, address("audits:actions", status="open", department=row.department)) for row in most]

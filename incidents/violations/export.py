"""The record of violations as a table: it speaks of persons, so it names none and is of 分類Ⅰ (3.5.2.2)."""

from datetime import datetime

from django.db import transaction

from incidents.alert_pages import file_of
from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record

CLASS, TITLE = "分類Ⅰ", "違反の記録一覧"
HEADINGS = ("番号", "種別", "所属", "状態", "発見した立場", "報告日", "重大な影響", "指導日", "職員課への引継ぎ", "終了日")
WIDTHS = (10, 22, 26, 20, 22, 12, 12, 12, 16, 12)
GRAVE = {True: "おそれあり", False: "おそれなし", None: "未判断"}


def _row(row) -> list[spreadsheet.Cell]:
    return [
        row.number,
        row.get_kind_display(),
        row.department.full_name,
        row.get_status_display(),
        row.get_finder_display(),
        day_of(row.reported_at),
        GRAVE[row.is_grave],
        day_of(row.guided_at) if row.guided_at else "",
        row.handed_over_on or "",
        day_of(row.ended_at) if row.ended_at else "",
    ]


def file_name(suffix: str, *, at: datetime) -> str:
    """【分類Ⅰ】違反の記録一覧-2026-11-26.csv"""
    return f"【{CLASS}】{TITLE}-{day_of(at).isoformat()}.{suffix}"


@transaction.atomic
def export(rows, suffix: str, *, by: User, at: datetime) -> bytes:
    """The file of a list, recorded in the trail; KeyError for an unknown format."""
    cells = [_row(row) for row in rows]
    note = f"【{CLASS}】 {day_of(at).isoformat()}現在 {len(cells)}件"
    content = file_of(suffix, TITLE, HEADINGS, cells, widths=WIDTHS, note=note)
    record(by, "incidents.violations.exported", by, at=at, format=suffix, count=len(cells))
    return content

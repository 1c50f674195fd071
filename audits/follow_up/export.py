"""The findings and what became of them as a table; weak points of the city, so of 分類Ⅱ (3.5.2.2)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from audits.models import CorrectiveAction
from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from policy.numbers import printed

TITLE, CLASS = "指摘への対処", "分類Ⅱ"
HEADINGS = (
    "指摘",
    "区分",
    "件名",
    "監査",
    "所管",
    "条項",
    "状態",
    "対処する人",
    "計画の期限",
    "対処の期限",
    "原因",
    "計画",
    "行ったこと",
    "確認",
)
WIDTHS = (14, 12, 28, 12, 22, 16, 12, 20, 12, 12, 30, 30, 30, 30)
FORMATS = {"csv": "CSV", "xlsx": "Excel"}


def _row(row: CorrectiveAction) -> list[spreadsheet.Cell]:
    finding = row.finding
    return [
        finding.number,
        finding.get_grade_display(),
        finding.title,
        finding.engagement.number,
        finding.department.full_name,
        "、".join(printed(number) for number in finding.clauses),
        row.get_status_display(),
        row.get_addressee_display(),
        row.plan_due_on,
        row.done_due_on,
        *(row.cause, row.plan, row.result, row.check_words),
    ]


@transaction.atomic
def export(rows: QuerySet[CorrectiveAction], suffix: str, *, by: User, at: datetime, wanted: dict) -> tuple[bytes, str, str]:
    """(content, file name, media type), recorded in the trail with filter and number of rows; KeyError for an unknown format."""
    label, table = FORMATS[suffix], [_row(row) for row in rows]
    if suffix == "csv":
        content, media_type = spreadsheet.as_csv(HEADINGS, table), spreadsheet.CSV_TYPE
    else:
        head = {"mark": "見本" if settings.IS_TRIAL else "", "note": f"【{CLASS}】"}
        content, media_type = spreadsheet.as_xlsx(TITLE, HEADINGS, table, widths=WIDTHS, **head), spreadsheet.XLSX_TYPE
    record(by, "audits.actions.exported", by, at=at, format=label, count=len(table), filter=wanted)
    return content, f"【{CLASS}】{TITLE}-{day_of(at).isoformat()}.{suffix}", media_type

"""The lists of step 7 as tables for Excel; who takes one out is recorded with the number of rows."""

from datetime import date

from django.db import transaction

from incidents.alert_pages import file_of
from incidents.models import AuthorityReport
from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record

from .half_year import HalfYearList

REPORTS = "外部への報告の一覧"
REPORT_HEADINGS = (
    "番号",
    "所属",
    "種別",
    "報告先",
    "段階",
    "状態",
    "知った日",
    "期限",
    "遅くとも",
    "最初の送付日",
    "受付番号",
    "送らない理由など",
)
REPORT_WIDTHS = (10, 22, 18, 34, 14, 12, 12, 12, 12, 14, 20, 40)
HALF_HEADINGS = ("番号", "判明日", "所属", "種別", "公表する文", "公表の方法", "個別に公表した日")
HALF_WIDTHS = (6, 12, 24, 20, 70, 20, 16)


def _note(rows: list, on: date) -> str:
    return f"{on.isoformat()}現在 {len(rows)}件"


@transaction.atomic
def export_reports(rows, suffix: str, *, by: User, at, wanted: dict) -> bytes:
    """The list as its address narrows it."""
    lines = [_report(row) for row in rows.prefetch_related("sendings")]
    content = file_of(suffix, REPORTS, REPORT_HEADINGS, lines, widths=REPORT_WIDTHS, note=_note(lines, day_of(at)))
    record(by, "incidents.authority_reports.exported", None, at=at, format=suffix, count=len(lines), filter=wanted)
    return content


def _report(row: AuthorityReport) -> list[spreadsheet.Cell]:
    numbers = [sending.receipt_number for sending in row.sendings.all() if sending.receipt_number and not sending.retracted_at]
    return [
        *(row.incident.number, row.incident.department.full_name, row.incident.kind.name),
        *(row.authority.name, row.stage.name, row.get_status_display()),
        *(row.known_on, row.due_on, row.latest_on, day_of(row.sent_at) if row.sent_at else None),
        *("、".join(numbers), row.reason),
    ]


@transaction.atomic
def export_half_year(found: HalfYearList, suffix: str, *, by: User, at) -> bytes:
    """The half-yearly list; the running number of the incident stays inside, the list has numbers of its own."""
    rows = [
        [
            *(place, day_of(row.noticed_at), row.department.full_name, row.kind.name),
            *(row.decision.text, row.decision.get_way_display(), row.decision.published_on),
        ]
        for place, row in enumerate(found.rows, 1)
    ]
    content = file_of(suffix, found.half.label, HALF_HEADINGS, rows, widths=HALF_WIDTHS, note=_note(rows, day_of(at)))
    note_half_year(found, suffix, by=by, at=at)
    return content


def note_half_year(found: HalfYearList, suffix: str, *, by: User, at) -> None:
    """Who took the half-yearly list out."""
    record(by, "incidents.half_year.exported", None, at=at, format=suffix, count=len(found.rows), filter={"half": found.half.label})

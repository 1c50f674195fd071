"""The lists of the room as a table for Excel, and the record of who took one out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record

from .models import Request
from .scopes import Scope

HEADINGS = (
    *("番号", "種別", "件名", "状態", "所属", "起案者", "申請者", "申請日"),
    *("いまの段階", "段階の期限", "決定日", "期間の終わり", "終わった日"),
)
WIDTHS = (10, 24, 40, 10, 24, 14, 14, 12, 30, 12, 12, 12, 12)


def row_of(request: Request) -> list[spreadsheet.Cell]:
    """A request as a row of the table, in the order of HEADINGS; it comes from `scopes.for_lines`."""
    step = request.open_steps[0] if request.open_steps else None
    return [
        request.number,
        request.type.name,
        request.title,
        request.get_status_display(),
        request.department.full_name,
        request.drafter.name,
        request.applicant.name if request.applicant else "",
        _day(request.submitted_at),
        step.words if step else "",
        _day(step.due_at if step else None),
        _day(request.decided_at),
        request.ends_on,
        _day(request.ended_at),
    ]


def _day(moment: datetime | None) -> date | None:
    return day_of(moment) if moment else None


def _csv(rows: Iterable[Request], note: str) -> bytes:
    return spreadsheet.as_csv(HEADINGS, map(row_of, rows))


def _xlsx(rows: Iterable[Request], note: str) -> bytes:
    mark = "見本" if settings.IS_TRIAL else ""
    return spreadsheet.as_xlsx("申請", HEADINGS, map(row_of, rows), widths=WIDTHS, mark=mark, note=note)


@dataclass(frozen=True)
class Format:
    """A kind of file: what the browser is told, and how it is made."""

    media_type: str
    make: Callable[[Iterable[Request], str], bytes]


FORMATS = {"csv": Format(spreadsheet.CSV_TYPE, _csv), "xlsx": Format(spreadsheet.XLSX_TYPE, _xlsx)}


@transaction.atomic
def export(rows: QuerySet[Request], scope: Scope, suffix: str, *, by: User, at: datetime) -> bytes:
    """The file of a list as far as it is narrowed, recorded with the number of rows; KeyError for an unknown format."""
    found = list(rows)
    content = FORMATS[suffix].make(found, f"{scope.title} {day_of(at).isoformat()}現在 {len(found)}件")
    record(by, "approvals.list.exported", by, at=at, format=suffix, count=len(found), filter=scope.title)
    return content

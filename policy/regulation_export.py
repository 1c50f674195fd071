"""The register of regulations as a table, and the record of who took it out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from policy.numbers import printed
from policy.regulations import Entry, Register

TITLE = "定めるべき規程・手順"
HEADINGS = (
    "条項",
    "名称",
    "定める者",
    "作る単位",
    "状態",
    "施行日",
    "次の見直し日",
    "課の数",
    "整備済みの課",
    "保管の場所",
    "定める内容",
    "注記",
    "条項番号",
)
WIDTHS = (24, 40, 24, 10, 14, 12, 12, 8, 8, 24, 40, 40, 24)


@dataclass(frozen=True)
class Format:
    """A kind of file: how it is told to the browser, and made."""

    media_type: str
    make: Callable[[Register], bytes]


def row_of(entry: Entry) -> list[spreadsheet.Cell]:
    """A regulation as a row of the table, in the order of HEADINGS; no document is named, some are not for everybody."""
    row = entry.regulation
    return [
        "、".join(printed(clause) for clause in row.clauses),
        row.title,
        "、".join(entry.maker_labels),
        row.get_per_display(),
        entry.state.label,
        entry.since,
        entry.review_on,
        len(entry.owing) or None,
        entry.standing if entry.owing else None,
        entry.custody.where if entry.custody else "",
        "、".join(row.contents),
        row.note,
        "、".join(row.clauses),
    ]


def _csv(register: Register) -> bytes:
    return spreadsheet.as_csv(HEADINGS, [row_of(entry) for entry in register.entries])


def _xlsx(register: Register) -> bytes:
    mark = "見本" if settings.IS_TRIAL else ""
    note = f"{register.on.isoformat()}現在 {len(register.entries)}件"
    return spreadsheet.as_xlsx(TITLE, HEADINGS, [row_of(entry) for entry in register.entries], widths=WIDTHS, mark=mark, note=note)


FORMATS = {"csv": Format(spreadsheet.CSV_TYPE, _csv), "xlsx": Format(spreadsheet.XLSX_TYPE, _xlsx)}


@transaction.atomic
def export(register: Register, suffix: str, *, by: User, at: datetime) -> bytes:
    """The file of a register, recorded with its filter and the number of rows; KeyError for an unknown format."""
    content = FORMATS[suffix].make(register)
    record(by, "policy.regulations.exported", None, at=at, format=suffix, count=len(register.entries), filter=register.wanted)
    return content

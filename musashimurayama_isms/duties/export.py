"""The list as a table for Excel, and the record of who took it out."""

from django.conf import settings
from django.db import transaction

from musashimurayama_isms import spreadsheet
from musashimurayama_isms.trail.record import record

from .listing import Line, Listing

TITLE = "定期業務"
HEADINGS = (
    "業務",
    "回",
    "条項番号",
    "担当の役割",
    "担当者",
    "所属",
    "期限",
    "当初の期限",
    "状態",
    "期限超過",
    "実施の記録日",
    "実施を記録した人",
    "根拠となる記録",
)
WIDTHS = (36, 18, 20, 24, 24, 24, 12, 12, 12, 10, 14, 20, 14)
MEDIA_TYPES = {"csv": spreadsheet.CSV_TYPE, "xlsx": spreadsheet.XLSX_TYPE}


def row_of(line: Line, listing: Listing) -> list[spreadsheet.Cell]:
    """One occurrence in the order of HEADINGS."""
    row = line.row
    return [
        row.duty.title,
        row.period_words,
        "、".join(row.duty.clauses),
        row.duty.get_owner_display(),
        line.who if row.is_open else "",
        row.department_name,
        row.due_on,
        row.first_due_on,
        row.get_status_display(),
        "超過" if row.is_overdue(on=listing.today) else "",
        row.done_on,
        row.done_by.name if row.done_by else "",
        "あり" if row.has_evidence else "",
    ]


@transaction.atomic
def export(listing: Listing, suffix: str) -> bytes:
    """The file of a list as its address narrows it, recorded with the number of rows; KeyError for an unknown format."""
    make = {"csv": _csv, "xlsx": _xlsx}[suffix]
    rows = [row_of(line, listing) for line in listing.lines_of(listing.rows)]
    content = make(rows, listing)
    wanted = {"tab": listing.tab.title} | {
        name: listing.query[name] for name in ("owner", "department", "evidence") if listing.query.get(name)
    }
    record(listing.user, "duties.list.exported", None, at=listing.at, format=suffix, count=len(rows), filter=wanted)
    return content


def _csv(rows: list[list], listing: Listing) -> bytes:
    return spreadsheet.as_csv(HEADINGS, rows)


def _xlsx(rows: list[list], listing: Listing) -> bytes:
    note = f"{listing.today.isoformat()}現在 {len(rows)}件"
    return spreadsheet.as_xlsx(TITLE, HEADINGS, rows, widths=WIDTHS, mark="見本" if settings.IS_TRIAL else "", note=note)

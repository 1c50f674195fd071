"""Tables for Excel: CSV and XLSX of the same rows, written row by row. No cell is ever a formula, whatever the text begins with.

Rows hold text, numbers, days, aware moments and None.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any, BinaryIO

from django.utils import timezone

Cell = str | int | float | Decimal | date | datetime | None
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BEGINS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML has no way to write these
NO_TITLE = re.compile(r"[\[\]:*?/\\]")  # Excel takes these in no name of a sheet
LONGEST_TITLE, LONGEST_TEXT = 31, 32_767
FORMATS = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd"}


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """UTF-8 with BOM and CRLF, as Excel opens it by a double click; text that would begin a formula gets an apostrophe."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    yield b"\xef\xbb\xbf"
    for row in _with_head(headings, rows):
        writer.writerow([harmless(cell) for cell in row])
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()


def _with_head(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    yield headings
    yield from rows


def harmless(cell: Cell) -> Cell:
    """The cell as CSV may hold it: numbers and days as they are, moments in the time of the city, text never at work."""
    if isinstance(cell, datetime):
        return f"{timezone.localtime(cell):%Y-%m-%d %H:%M}"
    if isinstance(cell, str):
        text = NO_TEXT.sub("", cell)
        return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text
    return cell


def as_xlsx(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, widths: Sequence[int] = (), mark: str = "", note: str = ""
) -> bytes:
    """The bytes of `write_xlsx`, for a workbook that is small."""
    content = BytesIO()
    write_xlsx(content, title, headings, rows, widths=widths, mark=mark, note=note)
    return content.getvalue()


def write_xlsx(
    file: BinaryIO,
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    widths: Sequence[int] = (),
    mark: str = "",
    note: str = "",
) -> int:
    """One sheet, ready for A4: landscape, fitted to the width, the headings on every page; text stays text. Gives how many rows.

    `widths` are in characters; `note` stands at the head of each printed page, `mark` (見本) before it. A row is written as it
    comes and forgotten, so that the memory needed does not grow with the table.
    """
    from openpyxl import Workbook  # takes a third of a second: only a process that writes a workbook pays for it
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(NO_TITLE.sub("", title)[:LONGEST_TITLE])
    sheet.freeze_panes = "A2"
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    _for_paper(sheet, " ".join(part for part in (mark, title, note) if part))
    sheet.append(_head(sheet, headings))
    pens, count = _pens(sheet), 0
    for row in rows:
        sheet.append(_written(pens, row))
        count += 1
    area = f"A1:{get_column_letter(len(headings))}{count + 1}"
    sheet.auto_filter.ref, sheet.print_area = area, area
    book.save(file)
    return count


def _head(sheet: Any, headings: Sequence[str]) -> list[Any]:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font, PatternFill

    cells = [WriteOnlyCell(sheet, heading) for heading in headings]
    for cell in cells:
        cell.data_type, cell.alignment = "s", Alignment(vertical="top", wrap_text=True)
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8F1FE")
    return cells


def _pens(sheet: Any) -> dict[type, Any]:
    """One cell of each look, written with again and again: to make a cell and its look anew costs more than to write it."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment

    pens = {kind: WriteOnlyCell(sheet) for kind in (datetime, date, object)}
    for kind, pen in pens.items():
        pen.alignment = Alignment(vertical="top", wrap_text=True)
        pen.number_format = FORMATS.get(kind, "General")
    return pens


def _written(pens: dict[type, Any], row: Sequence[Cell]) -> Iterator[Any]:
    """The cells of a row, each to be written before the next is asked for."""
    for value in row:
        if value is None or value == "":
            yield None
            continue
        pen = pens.get(type(value), pens[object])
        if isinstance(value, str):
            pen.value = NO_TEXT.sub("", value)[:LONGEST_TEXT]
            pen.data_type = "s"
        else:
            pen.value = timezone.localtime(value).replace(tzinfo=None) if isinstance(value, datetime) else value
        yield pen


def _for_paper(sheet: Any, head: str) -> None:
    from openpyxl.worksheet.worksheet import Worksheet

    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = Worksheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddHeader.left.text = head.replace("&", "&&")
    sheet.oddFooter.center.text = "&P / &N"

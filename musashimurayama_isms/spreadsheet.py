"""Tables for Excel: CSV and XLSX of the same rows. No cell of a table is ever a formula, whatever the text begins with.

Rows hold text, whole numbers, days and None.
"""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO, StringIO
from typing import Any

Cell = str | int | date | None
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BEGINS_A_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with BOM and CRLF, as Excel opens it by a double click; text that would begin a formula gets an apostrophe."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([harmless(cell) for cell in headings])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: Cell) -> Cell:
    """The cell as CSV may hold it: numbers and days as they are, text never at work."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(BEGINS_A_FORMULA) else cell


def as_xlsx(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, widths: Sequence[int] = (), mark: str = "", note: str = ""
) -> bytes:
    """One sheet, ready for A4: landscape, fitted to the width, the headings on every page; text stays text.

    `widths` are in characters; `note` stands at the head of each printed page, `mark` (見本) before it.
    """
    from openpyxl import Workbook  # takes a third of a second: only a process that writes a workbook pays for it

    book = Workbook()
    sheet = book.active
    sheet.title = title
    _write(sheet, headings, rows)
    _dress(sheet, widths)
    _for_paper(sheet, " ".join(part for part in (mark, title, note) if part))
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _write(sheet: Any, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    for place, row in enumerate([headings, *rows], 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(row=place, column=column, value=value)
            if isinstance(value, str):
                cell.data_type = "s"
            elif isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"


def _dress(sheet: Any, widths: Sequence[int]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8F1FE")
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _for_paper(sheet: Any, head: str) -> None:
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = sheet.ORIENTATION_LANDSCAPE
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddHeader.left.text = head.replace("&", "&&")
    sheet.oddFooter.center.text = "&P / &N"

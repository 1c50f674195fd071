"""Reading a table that staff keep today: XLSX or CSV, bytes in, rows of text out."""

import csv
import io
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 100
BROKEN_BOOK = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    IndexError,
    TypeError,
    EOFError,
    SyntaxError,
)  # SyntaxError: of its XML
BROKEN = "表として読み取れません。Excel（xlsx）か CSV（UTF-8 または Shift_JIS）で保存し直してください。"


@dataclass(frozen=True)
class Row:
    """A row as an editor numbers it, and its cells as text."""

    number: int
    cells: list[str]


def read(content: bytes, name: str, *, what: str = "情報資産", fewest: int = 2) -> tuple[list[str], list[Row]]:
    """The headings and the rows below them; empty rows are left out, and so is a title line above the headings.

    `what` is the word for the rows in what is said about the file; the headings are the first row with `fewest` cells.

    ValidationError in Japanese where it is no table, has no row, or is too large.
    """
    rows = _rows(content, name)
    headings = _headings(rows, what, fewest)
    found = list(_up_to(rows, MAX_ROWS))
    if not found:
        raise ValidationError(f"見出しの下に行がありません。{what}の内容を書いてから取り込んでください。")
    return headings, found


def read_headings(content: bytes, name: str) -> list[str]:
    """The headings alone: the rest of the file is read by the worker. ValidationError as in `read`."""
    return _headings(_rows(content, name))


def _rows(content: bytes, name: str) -> Iterator[Row]:
    if len(content) > MAX_BYTES:
        raise ValidationError(f"ファイルが大きすぎます（上限 {MAX_BYTES // 1024 // 1024}MB）。ファイルを分けてください。")
    lines = _xlsx(content) if name.lower().endswith(".xlsx") else _csv(content)
    return (Row(number, cells) for number, cells in lines if any(cells))


def _headings(rows: Iterator[Row], what: str = "情報資産", fewest: int = 2) -> list[str]:
    """The first row with at least `fewest` cells."""
    for row in rows:
        if sum(map(bool, row.cells)) >= fewest:
            return row.cells
    raise ValidationError(f"見出しの行がありません。1行目に見出し、2行目から{what}を書いてください。")


def _up_to(rows: Iterable[Row], limit: int) -> Iterator[Row]:
    for count, row in enumerate(rows, 1):
        if count > limit:
            raise ValidationError(f"行が多すぎます（上限 {limit}行）。ファイルを分けてください。")
        yield row


def _csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [plain(cell) for cell in cells[:MAX_COLUMNS]]
    except csv.Error as error:
        raise ValidationError(f'{reader.line_num}行目がCSVとして読めません。引用符（"）の閉じ忘れなどを確かめてください。') from error


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ValidationError(BROKEN)


def _xlsx(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The first sheet, values only; a formula gives the value that was last computed."""
    from openpyxl import load_workbook  # takes a third of a second: only a process that reads a workbook pays for it

    try:
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()
        for number, values in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1):
            yield number, [plain(_written(value)) for value in values]
    except BROKEN_BOOK as error:
        raise ValidationError(BROKEN) from error


def _written(value: Any) -> str:
    """A cell as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def plain(cell: str) -> str:
    """Without blanks around it, line ends as blanks; full-width letters and digits half-width where nothing else is in it."""
    text = " ".join(cell.split()).strip("\u3000")
    text = text[1:] if text.startswith("'") else text  # our own CSV guards formulas so
    folded = unicodedata.normalize("NFKC", text)
    return folded if folded.isascii() else text

"""Reading a list that a section has kept so far: CSV or XLSX, its headings the labels of the ledger's fields."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zipfile import BadZipFile

from django.core.exceptions import ValidationError

from musashimurayama_isms.spreadsheet import as_xlsx

from .declaration import Ledger

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 3_000
EXPORTED_ONLY = ("番号", "所管課", "状態", "登録した人", "登録日時", "訂正")  # columns of an export that say nothing new


@dataclass(frozen=True)
class Line:
    """A row of the file: its number as the person sees it, its cells by field name."""

    number: int
    cells: dict[str, str]
    faults: list[str] = field(default_factory=list)


def read(ledger: Ledger, content: bytes, name: str) -> list[Line]:
    """The rows of a file. ValidationError in Japanese where the file as a whole cannot be taken."""
    if len(content) > MAX_BYTES:
        raise ValidationError(f"ファイルが大きすぎます（上限 {MAX_BYTES // 1024 // 1024}MB）。")
    rows = list(_xlsx(content) if name.lower().endswith(".xlsx") else _csv(content))
    if not rows:
        raise ValidationError("ファイルに行がありません。1行目に見出し、2行目から内容を書いてください。")
    columns = _columns(ledger, rows[0][1])
    lines = [_line(number, cells, columns) for number, cells in rows[1:]]
    if not lines:
        raise ValidationError("見出しの下に行がありません。")
    if len(lines) > MAX_ROWS:
        raise ValidationError(f"行が多すぎます（{len(lines)}行、上限 {MAX_ROWS}行）。ファイルを分けてください。")
    return lines


def _csv(content: bytes) -> list[tuple[int, list[str]]]:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        reader = csv.reader(io.StringIO(text, newline=""))
        try:
            return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
        except csv.Error as error:
            raise ValidationError(f"{reader.line_num}行目がCSVとして読めません。引用符の閉じ忘れなどを確かめてください。") from error
    raise ValidationError("文字を読み取れません。CSV（UTF-8 か Shift_JIS）か XLSX で保存したファイルを選んでください。")


def _xlsx(content: bytes) -> Iterable[tuple[int, list[str]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise ValidationError("XLSXとして読み取れません。Excelで開けるファイルかを確かめてください。") from error
    for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
        if number > MAX_ROWS + 1000:
            break
        cells = [_text(cell) for cell in row]
        if any(cells):
            yield number, cells


def _text(cell: Any) -> str:
    """A cell as a person would type it; a day that Excel holds as a moment is a day."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}" if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _columns(ledger: Ledger, headings: list[str]) -> list[str | None]:
    """The field of each column, None for one that is passed over."""
    names = {column.label: column.name for column in ledger.fields}
    brought = {column.label for column in ledger.all_fields.values()} - names.keys()
    plain = [heading.strip() for heading in headings]
    unknown = [heading for heading in plain if heading and heading not in names and heading not in brought | set(EXPORTED_ONLY)]
    if unknown:
        raise ValidationError(f"見出し「{'」「'.join(word[:20] for word in unknown[:5])}」はこの台帳にありません。見出しを直してください。")
    missing = [column.label for column in ledger.fields if column.required and column.label not in plain]
    if missing:
        raise ValidationError(f"見出しに「{'」「'.join(missing)}」がありません。必須の列です。")
    if len(set(filter(None, plain))) != len(list(filter(None, plain))):
        raise ValidationError("同じ見出しの列が2つあります。1つにしてください。")
    return [names.get(heading) for heading in plain]


def _line(number: int, cells: list[str], columns: list[str | None]) -> Line:
    found = {name: cell.strip().removeprefix("'") for name, cell in zip(columns, cells, strict=False) if name}
    surplus = any(cell.strip() for cell in cells[len(columns) :])
    return Line(number, found, ["列の数が見出しより多くなっています。"] if surplus else [])


def blank(ledger: Ledger) -> bytes:
    """The headings alone, for whoever writes a list to be taken in."""
    labels = [column.label for column in ledger.fields]
    return as_xlsx(ledger.name, labels, [], widths=[18] * len(labels))

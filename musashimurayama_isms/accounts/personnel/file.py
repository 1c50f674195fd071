"""Reading the personnel list (人事異動の一覧) that the 職員課 uploads: bytes in, rows of text out."""

import csv
import io
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError

REQUIRED = ("職員番号", "氏名", "区分", "新所属", "新職")
OPTIONAL = ("カナ", "発令日", "利用者ID")
ALIASES = {"新所属コード": "新所属", "新所属名": "新所属", "氏名カナ": "カナ"}
MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 5_000


@dataclass(frozen=True)
class Row:
    """One line of the file: its number as an editor shows it, and its cells by column; `fault` where the line is broken."""

    number: int
    cells: dict[str, str]
    fault: str = ""


def read(content: bytes) -> list[Row]:
    """The rows of a CSV in UTF-8 (with or without BOM) or Shift_JIS (cp932); leading zeros stay, empty lines are left out.

    ValidationError in Japanese where the file as a whole cannot be read; a single bad line comes back with its `fault`.
    """
    if len(content) > MAX_BYTES:
        raise ValidationError(f"ファイルが大きすぎます（上限 {MAX_BYTES // 1024 // 1024}MB）。")
    lines = _lines(_text(content))
    if not lines:
        raise ValidationError("ファイルに行がありません。1行目に見出し、2行目から異動の内容を書いてください。")
    header = _header(lines[0][1])
    rows = [_row(number, cells, header) for number, cells in lines[1:]]
    if not rows:
        raise ValidationError("見出しの下に行がありません。異動の内容を書いてから取り込んでください。")
    if len(rows) > MAX_ROWS:
        raise ValidationError(f"行が多すぎます（{len(rows)}行、上限 {MAX_ROWS}行）。ファイルを分けてください。")
    return rows


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise ValidationError("文字を読み取れません。CSV（UTF-8 または Shift_JIS）で保存したファイルを選んでください。")


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Number of the line on which a row ends, and its cells."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        return [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise ValidationError(f'{reader.line_num}行目がCSVとして読めません。引用符（"）の閉じ忘れなどを確かめてください。') from error


def _header(cells: list[str]) -> list[str]:
    names = [plain(cell) for cell in cells]
    names = [ALIASES.get(name, name) for name in names]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise ValidationError(f"見出しに「{'」「'.join(missing)}」がありません。1行目の見出しを確かめてください。")
    unknown = [name or "（空欄）" for name in names if name not in REQUIRED + OPTIONAL]
    if unknown:
        raise ValidationError(
            f"見出し「{'」「'.join(name[:20] for name in unknown[:5])}」は使えません。列を消すか、見出しを直してください。"
        )
    if len(set(names)) != len(names):
        raise ValidationError("同じ見出しの列が2つあります。1つにしてください。")
    return names


def _row(number: int, cells: list[str], header: list[str]) -> Row:
    by_name = {name: plain(cell) for name, cell in zip(header, cells, strict=False)}
    surplus = any(cell.strip() for cell in cells[len(header) :])
    if surplus or len(cells) < len(header):
        return Row(number, by_name, f"列の数が見出しと違います（見出し {len(header)}列、この行 {len(cells)}列）。")
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for cell in by_name.values() for letter in cell):
        return Row(
            number, {name: _printable(cell) for name, cell in by_name.items()}, "使えない文字（改行・制御文字・外字）が入っています。"
        )
    return Row(number, by_name)


def plain(cell: str) -> str:
    """The cell without blanks around it; full-width letters and digits become half-width, a name keeps its own form."""
    text = cell.strip().strip("\u3000")
    folded = unicodedata.normalize("NFKC", text)
    return folded if folded.isascii() else text


def _printable(cell: str) -> str:
    return "".join(letter if letter.isprintable() else "〓" for letter in cell)

"""The checklist as a workbook: written to be filled in without the portal, read back by its heading row."""

import hashlib
import io
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from audits.models import Method, Result, Takeaway

HEADINGS = ("番号", "条項", "監査項目", "監査資料の例", "実施方法", "必須", "予備調査の答え", "予備調査の説明", "結果", "理由", "所見")
WIDTHS = (7, 14, 46, 26, 14, 7, 12, 30, 16, 30, 46)
LETTERS = {"result": 8, "reason": 9, "observation": 10}  # the columns that are filled in
MARK = "持ち出しの番号"
MAX_BYTES = 5 * 1024 * 1024
BROKEN = "表として読み取れません。持ち出したExcelの表を、Excelの形式（xlsx）のまま保存して選んでください。"


def as_book(taken: Takeaway) -> bytes:
    """The workbook of a takeaway: a line a item, the results as a list to choose from."""
    from openpyxl import Workbook  # takes a third of a second: only who writes a workbook pays for it
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    from policy.numbers import printed

    book = Workbook()
    sheet = book.active
    sheet.title = "監査項目"
    items = list(taken.engagement.items.select_related("asked"))
    rows: list[tuple[Any, ...]] = [
        (f"{taken.engagement.number}　{taken.engagement.what}", "", "", "", "", "", "", MARK, str(taken.pk)),
        HEADINGS,
    ]
    rows += [
        (
            item.position,
            printed(item.clause),
            item.question,
            item.evidence,
            Method(item.method).label,
            "○" if item.is_must else "",
            item.asked.get_answer_display() if item.asked else "",
            item.asked.words if item.asked else "",
            item.get_result_display() if item.result else "",
            item.reason,
            item.observation,
        )
        for item in items
    ]
    for place, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(row=place, column=column, value=value)
            if isinstance(value, str):
                cell.data_type = "s"  # no text is ever a formula
            cell.alignment = Alignment(vertical="top", wrap_text=place > 1)
    for cell in sheet[2]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8F1FE")
    for column, width in enumerate(WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    choices = DataValidation(type="list", formula1=f'"{",".join(Result.labels)}"', allow_blank=True)
    sheet.add_data_validation(choices)
    choices.add(f"I3:I{len(rows)}")
    sheet.freeze_panes = "D3"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = sheet.ORIENTATION_LANDSCAPE, sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:2"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read_book(content: bytes) -> tuple[int, dict[int, dict[str, str]]]:
    """The number of the takeaway and, by the number of the item, what was filled in.

    ValidationError, in words, for what is no such workbook, a number twice, or a result that is none of the seven.
    """
    lines = _lines(content)
    if not lines or MARK not in lines[0]:
        raise ValidationError("持ち出しの番号が見つかりません。1行目を消さずに保存した表を選んでください。")
    place = lines[0].index(MARK) + 1
    key = lines[0][place] if place < len(lines[0]) else ""
    if not key.isascii() or not key.isdecimal():
        raise ValidationError("持ち出しの番号が読み取れません。持ち出した表を選んでください。")
    rows: dict[int, dict[str, str]] = {}
    for number, cells in enumerate(lines[2:], 3):
        if not any(cells):
            continue
        position = _position(cells[0], number)
        if position in rows:
            raise ValidationError(f"{number}行目：番号{position}が2回あります。")
        rows[position] = {name: cells[column] for name, column in LETTERS.items()}
        rows[position]["result"] = _result(rows[position]["result"], number)
    if not rows:
        raise ValidationError("監査項目の行がありません。")
    return int(key), rows


def _lines(content: bytes) -> list[list[str]]:
    from openpyxl import load_workbook

    from assets.intake.file import BROKEN_BOOK

    try:
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        sheet.reset_dimensions()
        rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(max_col=len(HEADINGS), max_row=2000, values_only=True)]
    except BROKEN_BOOK as error:
        raise ValidationError(BROKEN) from error
    return [row + [""] * (len(HEADINGS) - len(row)) for row in rows]


def _text(value: Any) -> str:
    """A cell as it was typed; line breaks of Excel as those of a browser."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).replace("_x000D_", "").replace("\r\n", "\n").strip()


def _position(text: str, number: int) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 4:
        raise ValidationError(f"{number}行目：番号「{text[:20]}」が読み取れません。番号の列は変えないでください。")
    return int(text)


def _result(text: str, number: int) -> str:
    known = {label: value for value, label in Result.choices}
    if text and text not in known:
        raise ValidationError(f"{number}行目：結果「{text[:20]}」は、{'・'.join(known)}のどれでもありません。")
    return known.get(text, "")


class BookForm(forms.Form):
    """The workbook that came back."""

    file = forms.FileField(
        label="書き込んだ表（Excel）",
        help_text="持ち出した表に書き込んで保存したものを選びます。番号と1行目は変えないでください。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
    )

    content: bytes = b""
    digest: str = ""

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(f"ファイルが大きすぎます（上限 {MAX_BYTES // 1024 // 1024}MB）。")
        self.content = file.read()
        self.digest = hashlib.sha256(self.content).hexdigest()
        return file

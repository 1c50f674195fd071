"""What a cell means: each function takes its text, not empty, and gives the value, or raises ValueError with words for the person."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms

from assets.classification import AssetClass
from assets.models.asset import PERMANENT
from musashimurayama_isms.fields import JapaneseDateField
from musashimurayama_isms.japanese import fold

CLASSES = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
YES = {"有", "あり", "有り", "はい", "○", "〇", "◯", "1", "true", "yes", "該当", "含む"}
NO = {"無", "なし", "無し", "いいえ", "×", "✕", "-", "0", "false", "no", "非該当", "含まない", "該当なし"}
DATE = re.compile(r"^(?P<year>[^-/.年]+)[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?$")
ERA_DATE = re.compile(r"^(?P<year>(?:令和|平成|昭和|[RHS])\.?(?:\d{1,2}|元))[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?$")
Reader = Callable[[str], Any]


def text(limit: int) -> Reader:
    def read(cell: str) -> str:
        if len(cell) > limit:
            raise ValueError(f"長すぎます（{len(cell)}文字、上限 {limit}文字）。")
        if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in cell):
            raise ValueError("使えない文字（制御文字・外字）が入っています。")
        return cell

    return read


def asset_class(cell: str) -> int:
    """Ⅰ, I, 1, 分類Ⅰ, １."""
    found = CLASSES.get(fold(cell).removeprefix("分類"))
    if found is None:
        raise ValueError(f"「{cell[:20]}」は使えません。Ⅰ・Ⅱ・Ⅲ・Ⅳのどれかにしてください。")
    return AssetClass(found).value


def choice(choices: Any, **others: str) -> Reader:
    """One of the labels of a TextChoices, or one of the other usual words for them (word=value)."""
    words = {fold(label): value for value, label in choices.choices} | {fold(word): value for word, value in others.items()}

    def read(cell: str) -> str:
        if (found := words.get(fold(cell))) is None:
            raise ValueError(f"「{cell[:20]}」は使えません。{'・'.join(choices.labels)}のどれかにしてください。")
        return found

    return read


def flag(cell: str) -> bool:
    word = cell.lower()
    if word not in YES | NO:
        raise ValueError(f"「{cell[:20]}」は使えません。有・無のどちらかにしてください。")
    return word in YES


def count(cell: str) -> int:
    """1,200 or 約1200件."""
    digits = re.sub(r"[,，約人件名\s]", "", unicodedata.normalize("NFKC", cell))
    if not digits.isdecimal() or int(digits) > 10_000_000:
        raise ValueError(f"「{cell[:20]}」を人数として読み取れません。数字で書いてください。")
    return int(digits)


def years(cell: str) -> int:
    """5, 5年, 永年."""
    if cell in ("永年", "永久"):
        return PERMANENT
    digits = unicodedata.normalize("NFKC", cell).removesuffix("間").removesuffix("年").strip()
    if not digits.isdecimal() or not 0 < int(digits) <= 100:
        raise ValueError(f"「{cell[:20]}」を保存期間として読み取れません。「5年」や「永年」のように書いてください。")
    return int(digits)


def day(cell: str) -> date:
    """2027-03-31, 2027/3/31, 令和9年3月31日, R9.3.31."""
    written = unicodedata.normalize("NFKC", cell)
    match = ERA_DATE.match(written) or DATE.match(written)
    if match is None:
        raise ValueError(f"「{cell[:20]}」を日付として読み取れません。2027-03-31 のように書いてください。")
    try:
        return JapaneseDateField().to_python([match["year"], match["month"], match["day"]])
    except forms.ValidationError as error:
        raise ValueError(" ".join(error.messages)) from error

"""A record by the number that people call it by."""

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from .kinds import Kind

NONE = "この番号の記録はありません。記録の種類と番号を確かめてください。"
MANY = "同じ番号の記録が複数あります。「期限の過ぎた記録」の一覧から選んでください。"
COLUMNS = ("number", "code")


def find(kind: Kind, number: str) -> Any:
    """The one record; LookupError, with the sentence for the person, for none or several."""
    number = unicodedata.normalize("NFKC", number).strip()
    found: list[Any] = []
    for asked in _ways(kind, number):
        found = list(kind.model._base_manager.filter(asked)[:2])
        if found:
            break
    if len(found) != 1:
        raise LookupError(MANY if found else NONE)
    return found[0]


def _ways(kind: Kind, number: str) -> list[models.Q]:
    """R8-012 is the 12th of 令和8年度; others have a column, the rest their key as 「相談 12」. What a column cannot hold finds nothing."""
    columns = {field.name for field in kind.model._meta.concrete_fields}
    year, _, place = number.upper().rpartition("R")[2].partition("-")
    asked = [{name: number} for name in COLUMNS if name in columns]
    if {"fiscal_year", "sequence"} <= columns and year.isdecimal() and place.isdecimal():
        asked.append({"fiscal_year": str(int(year[:4]) + 2018), "sequence": place})
    asked.append({kind.model._meta.pk.name: number.removeprefix(kind.word).strip()})
    return [models.Q(**held) for words in asked if (held := _held(kind.model, words)) is not None]


def _held(model: type[models.Model], words: dict[str, str]) -> dict[str, Any] | None:
    """The words as the columns hold them; None where one of them never could: letters for a number, a number out of range."""
    try:
        return {name: model._meta.get_field(name).clean(value, None) for name, value in words.items()}
    except ValidationError:
        return None

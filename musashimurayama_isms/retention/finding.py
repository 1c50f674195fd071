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
    """R8-012 is the 12th of 令和8年度; others have a column, the rest their key as 「相談 12」."""
    columns = {field.name for field in kind.model._meta.concrete_fields}
    ways = [models.Q(**{name: number}) for name in COLUMNS if name in columns]
    year, _, place = number.upper().rpartition("R")[2].partition("-")
    if {"fiscal_year", "sequence"} <= columns and year.isdecimal() and place.isdecimal():
        ways.append(models.Q(fiscal_year=int(year) + 2018, sequence=int(place)))
    bare = number.removeprefix(kind.word).strip()
    try:
        ways.append(models.Q(pk=kind.model._meta.pk.to_python(bare)))
    except ValidationError:
        return ways  # what is no key finds nothing
    return ways

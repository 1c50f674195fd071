"""What a list says of itself so that it can leave the portal as a table: declared once by each list, in `<app>/tables.py`.

    @table("assets.systems", "情報システムの台帳", filters=SystemFilter, mark="分類Ⅱ")
    def systems(asked: Asked) -> Sheet:
        rows = System.objects.visible_to(asked.user, at=asked.at).select_related("department__parent")
        return Sheet(SystemFilter(asked.query, queryset=rows).qs, COLUMNS)

How a table is written, streamed, recorded and handed out is the matter of `exports`, which alone reads this register.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404

GIVEN = "あり"
PLAIN = re.compile(r"[\w.:-]{1,40}", re.ASCII)  # a key, a code, a day: what the trail may hold of a filter
LONGEST = 200


class UnknownTable(LookupError):
    """A table that no list has declared."""


@dataclass(frozen=True)
class Asked:
    """Who wants a table, what the address of the list narrows it by, and when."""

    user: Any
    query: QueryDict
    at: datetime

    @property
    def of(self) -> str:
        """The key of the row that the list hangs on, for lists inside one thing; "" for the others."""
        return self.query.get("of", "")

    def subject(self, rows: QuerySet) -> Any:
        """That row, out of those that the person may see; Http404 for anything else."""
        try:
            return get_object_or_404(rows, pk=self.of)
        except (ValueError, ValidationError) as error:
            raise Http404("この一覧はありません。") from error


@dataclass(frozen=True)
class Column:
    """A heading, where the value of a row comes from – a path such as "department.full_name" or a function –, and the width."""

    heading: str
    value: str | Callable[[Any], Any]
    width: int = 16

    def of(self, row: Any) -> Any:
        """The value of a row as Excel takes it: text, number, day, moment, or None."""
        return plain(self.value(row) if callable(self.value) else _along(row, self.value))


def _along(row: Any, path: str) -> Any:
    """The value at the end of a path; None where it breaks off. What can be called is called."""
    for name in path.split("."):
        if row is None:
            return None
        row = getattr(row, name)
        if callable(row) and not isinstance(row, Model):
            row = row()
    return row


def plain(value: Any) -> Any:
    """People, sections and other rows by their names, yes as はい, lists joined; all else as it is."""
    if isinstance(value, bool):
        return "はい" if value else ""
    if isinstance(value, Model):
        return getattr(value, "full_name", None) or getattr(value, "name", None) or str(value)
    if isinstance(value, list | tuple):
        return "、".join(str(plain(each)) for each in value)
    if value is None or isinstance(value, str | int | float) or hasattr(value, "year") or hasattr(value, "as_tuple"):
        return value
    return str(value)


def columns_of(model: type[Model], *names: str, **widths: int) -> list[Column]:
    """Columns of fields under the names that the screens call them by; a choice by its word."""
    return [_column_of(model, name, widths.get(name, 16)) for name in names]


def _column_of(model: type[Model], name: str, width: int) -> Column:
    field = model._meta.get_field(name)
    return Column(str(field.verbose_name), f"get_{name}_display" if field.choices else name, width)


@dataclass(frozen=True)
class Sheet:
    """A table as one person gets it.

    `rows` are what the list shows, narrowed and in its order; `draw` adds to a handful of them what a line needs more, with a
    fixed number of queries, and gives the lines. `about` says in the header what it is of, `mark` is the class of what is
    inside (3.5.2.2), `subject` the row that the list hangs on.
    """

    rows: QuerySet | Sequence
    columns: Sequence[Column]
    draw: Callable[[Sequence], Iterable] = list
    about: str = ""
    mark: str = ""
    subject: Model | None = None


@dataclass(frozen=True)
class Table:
    """A list that may leave the portal.

    `opened` gives its sheet for who asks, and raises Http404 or PermissionDenied as the page of the list does. `filters` is the
    form or FilterSet of the list, `narrows` what else of the address it reads. With `is_personal` it leaves as a workbook under
    a password only (3.9.1.4); with `is_sensitive` its taking is noted with the readings.
    """

    code: str
    title: str
    opened: Callable[[Asked], Sheet]
    filters: Any = None
    narrows: tuple[str, ...] = ()
    is_personal: bool = False
    is_sensitive: bool = False

    @property
    def suffixes(self) -> tuple[str, ...]:
        return ("xlsx",) if self.is_personal else ("xlsx", "csv")

    @property
    def _fields(self) -> dict[str, Any]:
        """What the filter bar reads, name → kind of field."""
        if self.filters is None:
            return {}
        if hasattr(self.filters, "base_filters"):
            return {name: each.field_class for name, each in self.filters.base_filters.items()}
        return {name: type(field) for name, field in self.filters.base_fields.items()}

    def narrowed(self, query: QueryDict) -> QueryDict:
        """Of an address only what the list reads; a field of several boxes has a name for each of them."""
        known = {*self._fields, *self.narrows, "of"}
        kept = QueryDict(mutable=True)
        for name, values in query.lists():
            if name in known or any(name.startswith(f"{each}_") for each in known):
                kept.setlist(name, [value[:LONGEST] for value in values])
        return kept

    def told(self, query: QueryDict) -> dict[str, str]:
        """What the trail may know of a filter: choices as they are, of words only that some were given."""
        fields, told = self._fields, {}
        for name, values in self.narrowed(query).lists():
            value, kind = "、".join(filter(None, values)), fields.get(name, object)
            if value:
                told[name] = value if PLAIN.fullmatch(value) and not issubclass(kind, forms.CharField) else GIVEN
        return told


_tables: dict[str, Table] = {}


def table(code: str, title: str, **facts: Any) -> Callable[[Callable[[Asked], Sheet]], Callable[[Asked], Sheet]]:
    """Declare the table of a list under a code such as "assets.systems"; ValueError when the code is taken."""

    def declare(opened: Callable[[Asked], Sheet]) -> Callable[[Asked], Sheet]:
        register(Table(code, title, opened, **facts))
        return opened

    return declare


def register(row: Table) -> None:
    """The same for tables that are made in a loop."""
    if row.code in _tables:
        raise ValueError(f"There is already a table {row.code!r}")
    _tables[row.code] = row


def find(code: str) -> Table:
    """The table of a code; UnknownTable when no list has declared it."""
    try:
        return _tables[code]
    except KeyError:
        raise UnknownTable(code) from None


def codes() -> list[str]:
    """All tables there are."""
    return sorted(_tables)

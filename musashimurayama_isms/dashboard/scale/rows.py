"""Rows written as they are, many at once, with keys known before: what `auto_now` or `save()` would set is part of the row."""

import json
import random
from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from io import StringIO
from typing import Any
from uuid import UUID

from django.core.management.color import no_style
from django.db import connection, models

Row = dict[str, Any]  # by the names of the columns' attributes: "department_id", "at"
BATCH = 5_000
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Rows:
    """Gives keys and writes rows; `chance` decides the random ones, so that the same seed makes the same keys."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self._last: dict[type[models.Model], int] = {}

    def key(self, model: type[models.Model]) -> Any:
        """The next key of a table that nobody else writes to meanwhile."""
        if isinstance(model._meta.pk, models.UUIDField):
            return UUID(int=self.chance.getrandbits(128), version=4)
        if model not in self._last:
            self._last[model] = model._base_manager.aggregate(last=models.Max("pk"))["last"] or 0
        self._last[model] += 1
        return self._last[model]

    def write(self, model: type[models.Model], rows: Iterable[Row]) -> int:
        """Write the rows, batch by batch, in the caller's transaction; gives how many."""
        table, count, batch = Table(model), 0, []
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                table.insert(batch)
                count, batch = count + BATCH, []
        table.insert(batch)
        return count + len(batch)

    def settle(self) -> None:
        """Let the database's own counters go on after the keys that were given."""
        statements = connection.ops.sequence_reset_sql(no_style(), list(self._last))
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


class Table:
    """One table with its columns."""

    def __init__(self, model: type[models.Model]) -> None:
        self.name = connection.ops.quote_name(model._meta.db_table)
        self.fields = [field for field in model._meta.concrete_fields if not field.generated]

    @cached_property
    def columns(self) -> str:
        return ", ".join(connection.ops.quote_name(field.column) for field in self.fields)

    def insert(self, rows: list[Row]) -> None:
        """COPY where the database has it: inserting statement by statement takes several times as long."""
        if not rows:
            return
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                names = [field.attname for field in self.fields]
                lines = ("\t".join([_cell(row[name]) for name in names]) for row in rows)
                cursor.copy_expert(f"COPY {self.name} ({self.columns}) FROM STDIN", StringIO("\n".join(lines)))
            else:
                marks = ", ".join(["%s"] * len(self.fields))
                # names of our own models, quoted when they were read
                statement = f"INSERT INTO {self.name} ({self.columns}) VALUES ({marks})"  # noqa: S608  # nosec B608
                cursor.executemany(statement, [self._prepared(row) for row in rows])

    def _prepared(self, row: Row) -> list[Any]:
        return [field.get_db_prep_save(row[field.attname], connection) for field in self.fields]


def _cell(value: Any) -> str:
    """A value as COPY reads it."""
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(ESCAPES)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False).translate(ESCAPES)
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def row_of(thing: models.Model) -> Row:
    """What stands in the columns of a model's instance."""
    return {field.attname: getattr(thing, field.attname) for field in thing._meta.concrete_fields}

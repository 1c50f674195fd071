"""Questions that every page asks in the same shape: built and compiled once a process, then asked with other values.

Most of what a short question costs is not the database but the making of its SQL. `Prepared` keeps the SQL, never an answer: the
database is asked each time. What `build` makes must depend on its values only where they stand as parameters of the SQL, not on which
they are: no `if` on a value, no reckoning with it, no time but one that is handed on.

    MINE = Prepared(lambda person, on: Appointment.objects.in_force(on).filter(person=person))
    MINE(person=user.pk, on=today)

A value may also be a tuple, for `__in`. How long it is belongs to the SQL, so there is one for 1, 2, 4, 8 … of them: `filled`.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Mapping
from copy import copy
from datetime import UTC, date, datetime
from itertools import count
from types import SimpleNamespace
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Exists, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Single = int | str | date | datetime
Value = Single | tuple[Single, ...]
DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Prepared:
    """A queryset as a function of named values: whole numbers, words, days, moments, tuples of them. Without prefetching."""

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self._build = build
        self._plans: dict[tuple, _Plan] = {}

    def __call__(self, **values: Value) -> list[Any]:
        """The rows of the queryset for these values, asked now."""
        connection = connections[DEFAULT_DB_ALIAS]
        values = {name: filled(value) if isinstance(value, tuple) else value for name, value in values.items()}
        kinds = (connection.vendor, *((name, type(value), _length(value)) for name, value in values.items()))
        plan = self._plans.get(kinds)
        if plan is None:
            plan = self._plans[kinds] = _Plan(self._build, values, connection)
        return plan.rows(values, connection)


class Presence:
    """Of which of several questions there are any rows: one question for all, before the dear ones are asked for the rows themselves.

    `conditions` are functions like those of `Prepared`; they all take the same values, and need not use them.
    """

    def __init__(self, conditions: Mapping[Hashable, Callable[..., QuerySet]]) -> None:
        self._keys = list(conditions)
        self._flags = Prepared(lambda **values: self._ask(conditions, values))

    def __call__(self, **values: Value) -> set[Hashable]:
        """The keys of those that have rows now."""
        (flags,) = self._flags(**values)
        return {key for key, has_rows in zip(self._keys, flags, strict=True) if has_rows}

    @staticmethod
    def _ask(conditions: Mapping[Hashable, Callable[..., QuerySet]], values: dict[str, Value]) -> QuerySet:
        """One row of flags. It hangs on a table that is never empty, for SQL of the ORM begins with a table."""
        flags = [Exists(build(**values).order_by()) for build in conditions.values()]
        return ContentType.objects.order_by("pk").values_list(*flags)[:1]


class _Plan:
    """The SQL of one queryset with the places of its values."""

    def __init__(self, build: Callable[..., QuerySet], values: dict[str, Value], connection: BaseDatabaseWrapper) -> None:
        numbers = count(1)
        marks = {name: _marked(value, numbers) for name, value in values.items()}
        self.queryset = build(**marks).using(connection.alias)
        if self.queryset._prefetch_related_lookups:
            raise ValueError("A prepared question cannot prefetch")
        self.compiler = self.queryset.query.get_compiler(connection=connection)
        try:
            self.sql, params = self.compiler.as_sql()
        except EmptyResultSet:  # a row would have to be among the values of an empty tuple
            self.sql, params = "", ()
        written = {mark: place for place, mark in _singles(marks, connection)}
        self.places = [(written.get(param), param) for param in params]
        singles = {name for name, value in values.items() if not isinstance(value, tuple)}  # beside an empty tuple another one may go
        if self.sql and (missing := singles - {place[0] for place, _ in self.places if place}):
            raise ValueError(f"The question does not hand on {sorted(missing)}")
        if fixed := [param for place, param in self.places if place is None and _is_time(param)]:
            raise ValueError(f"The question would ask for ever as of {fixed}: hand the day or moment on as a value")

    def rows(self, values: dict[str, Value], connection: BaseDatabaseWrapper) -> list[Any]:
        if not self.sql:
            return []
        given = dict(_singles(values, connection))
        params = tuple(given[place] if place is not None else param for place, param in self.places)
        compiler = copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **kwargs: (self.sql, params)
        return list(self.queryset._iterable_class(_asked(self.queryset, compiler)))


def filled(values: tuple[Single, ...]) -> tuple[Single, ...]:
    """The tuple made 1, 2, 4, 8 … long by its last value, which changes nothing of what is `__in` it; an empty one stays empty."""
    length = 1 << (len(values) - 1).bit_length() if values else 0
    return values + values[-1:] * (length - len(values))


def _length(value: Value) -> int | None:
    return len(value) if isinstance(value, tuple) else None


def _marked(value: Value, numbers: Iterator[int]) -> Value:
    return tuple(_mark(next(numbers), one) for one in value) if isinstance(value, tuple) else _mark(next(numbers), value)


def _singles(values: Mapping[str, Value], connection: BaseDatabaseWrapper) -> Iterator[tuple[tuple[str, int], Any]]:
    """Each single value as it goes to the database, with its place: the name, and which of a tuple it is."""
    for name, value in values.items():
        for number, one in enumerate(value if isinstance(value, tuple) else (value,)):
            yield (name, number), _written(one, connection)


def _asked(queryset: QuerySet, compiler: SQLCompiler) -> Any:
    """What reads the rows of a queryset sees of it, with the SQL that is there already."""
    query = SimpleNamespace(get_compiler=lambda *args, **kwargs: compiler, model=queryset.model)
    return SimpleNamespace(db=queryset.db, query=query, _known_related_objects={}, model=queryset.model, _fields=queryset._fields)


def _mark(number: int, value: Single) -> Single:
    """A value of the same type that stands nowhere else."""
    if isinstance(value, bool):
        raise TypeError("A truth value changes the question")
    if isinstance(value, datetime):
        return datetime(1800 + number, 3, 7, 1, 2, 3, tzinfo=UTC)
    if isinstance(value, date):
        return date(1800 + number, 3, 7)
    return -(2_000_000_000 + number) if isinstance(value, int) else f"\x01{number}\x01"


def _is_time(param: Any) -> bool:
    """Whether a parameter is a day or a moment, also where the database takes them as words."""
    return isinstance(param, date) or (isinstance(param, str) and DAY.match(param) is not None)


def _written(value: Single, connection: BaseDatabaseWrapper) -> Any:
    """A value as it goes to the database."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value

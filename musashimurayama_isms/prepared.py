"""Questions that every page asks in the same shape: built and compiled once a process, then asked with other values.

Most of what a short question costs is not the database but the making of its SQL. `Prepared` keeps the SQL, never an answer: the
database is asked each time. What `build` makes must depend on its values only where they stand as parameters of the SQL, not on which
they are: no `if` on a value, no reckoning with it, no time but one that is handed on.

    MINE = Prepared(lambda person, on: Appointment.objects.in_force(on).filter(person=person))
    MINE(person=user.pk, on=today)

What a person reaches is handed on as a whole, a frozen dataclass of such values and of what `shapes` takes apart besides: persons,
sets of keys, and words that choose the question. Each such choice has SQL of its own.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from copy import copy
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from weakref import WeakSet

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, Exists, QuerySet
from django.db.models import Value as Constant
from django.db.models.signals import post_migrate
from django.db.models.sql.compiler import SQLCompiler
from django.dispatch import receiver

from .shapes import Part, mark, put_together, shape_of, taken_apart

DAY = re.compile(r"\d{4}-\d\d-\d\d")
_every: "WeakSet[Prepared]" = WeakSet()
MOST_PLANS = 200  # a question has a few shapes; whoever hands on what is always another one must not fill the memory


class Prepared:
    """A queryset as a function of named values: whole numbers, words, days, moments, and what `shapes` knows. Without prefetching."""

    def __init__(self, build: Callable[..., QuerySet]) -> None:
        self._build = build
        self._plans: dict[tuple, _Plan] = {}
        _every.add(self)

    def __call__(self, **values: Any) -> list[Any]:
        """The rows of the queryset for these values, asked now."""
        connection = connections[DEFAULT_DB_ALIAS]
        shapes = {name: shape_of(value) for name, value in values.items()}
        kinds = (connection.vendor, *shapes.items())
        plan = self._plans.get(kinds)
        if plan is None:
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            plan = self._plans[kinds] = _Plan(self._build, values, shapes, connection)
        return plan.rows(values, connection)

    def forget(self) -> None:
        """Build and compile anew at the next asking."""
        self._plans.clear()


@receiver(post_migrate)
def forget_all(**kwargs: Any) -> None:
    """The keys of content types stand in the SQL as they were; Django forgets them at this moment too."""
    for question in _every:
        question.forget()


def in_one_row(rows: QuerySet, *figures: Aggregate) -> QuerySet:
    """`rows.aggregate(…)` as a question that can be prepared: one row of figures, or none where nothing can match."""
    named = {f"figure_{place}": figure for place, figure in enumerate(figures)}
    return rows.order_by().values(all=Constant(1)).annotate(**named).values_list(*named)


class Presence:
    """Of which of several questions there are any rows: one question for all, before the dear ones are asked for the rows themselves.

    `conditions` are functions like those of `Prepared`; they all take the same values, and need not use them.
    """

    def __init__(self, conditions: Mapping[Hashable, Callable[..., QuerySet]]) -> None:
        self._keys = list(conditions)
        self._flags = Prepared(lambda **values: self._ask(conditions, values))

    def __call__(self, **values: Any) -> set[Hashable]:
        """The keys of those that have rows now."""
        (flags,) = self._flags(**values)
        return {key for key, has_rows in zip(self._keys, flags, strict=True) if has_rows}

    @staticmethod
    def _ask(conditions: Mapping[Hashable, Callable[..., QuerySet]], values: dict[str, Any]) -> QuerySet:
        """One row of flags. It hangs on a table that is never empty, for SQL of the ORM begins with a table."""
        flags = [Exists(build(**values).order_by()) for build in conditions.values()]
        return ContentType.objects.order_by("pk").values_list(*flags)[:1]


class _Plan:
    """The SQL of one queryset with the places of its values; None where no row can ever match."""

    def __init__(
        self, build: Callable[..., QuerySet], values: dict[str, Any], shapes: dict[str, Hashable], connection: BaseDatabaseWrapper
    ) -> None:
        parts = [(name, part) for name, value in values.items() for part in taken_apart(value)]
        marks = [mark(number, part) for number, (_, part) in enumerate(parts, start=1)]
        given = iter(marks)
        self.queryset = build(**{name: put_together(shape, given) for name, shape in shapes.items()}).using(connection.alias)
        if self.queryset._prefetch_related_lookups:
            raise ValueError("A prepared question cannot prefetch")
        self.compiler = self.queryset.query.get_compiler(connection=connection)
        self.sql, self.places = None, []
        try:
            self.sql, params = self.compiler.as_sql()
        except EmptyResultSet:
            return
        written = {_written(mark, connection): number for number, mark in enumerate(marks)}
        self.places = [(written.get(param), param) for param in params]
        found = {number for number, _ in self.places}
        singles = {number for number, (name, _) in enumerate(parts) if isinstance(shapes[name], type)}
        if missing := [parts[number][0] for number in singles - found]:
            raise ValueError(f"The question does not hand on {sorted(missing)}")
        if fixed := [param for number, param in self.places if number is None and _is_time(param)]:
            raise ValueError(f"The question would ask for ever as of {fixed}: hand the day or moment on as a value")

    def rows(self, values: dict[str, Any], connection: BaseDatabaseWrapper) -> list[Any]:
        if self.sql is None:
            return []
        given = [part for value in values.values() for part in taken_apart(value)]
        params = tuple(param if number is None else _written(given[number], connection) for number, param in self.places)
        compiler = copy(self.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **kwargs: (self.sql, params)
        return list(self.queryset._iterable_class(_asked(self.queryset, compiler)))


def _asked(queryset: QuerySet, compiler: SQLCompiler) -> Any:
    """What reads the rows of a queryset sees of it, with the SQL that is there already."""
    query = copy(queryset.query)
    query.get_compiler = lambda *args, **kwargs: compiler
    return SimpleNamespace(db=queryset.db, query=query, _known_related_objects={}, model=queryset.model, _fields=queryset._fields)


def _is_time(param: Any) -> bool:
    """Whether a parameter is a day or a moment, also where the database takes them as words."""
    return isinstance(param, date) or (isinstance(param, str) and DAY.match(param) is not None)


def _written(part: Part, connection: BaseDatabaseWrapper) -> Any:
    """A value as it goes to the database."""
    if isinstance(part, datetime):
        return connection.ops.adapt_datetimefield_value(part)
    if isinstance(part, UUID):
        return part if connection.features.has_native_uuid_field else part.hex
    return connection.ops.adapt_datefield_value(part) if isinstance(part, date) else part

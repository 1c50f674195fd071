"""What a prepared question is asked with, taken apart: the values that stand in the SQL, and the shape that the SQL depends on.

Numbers, words, days, moments and keys are values; of a person (any row of a table) the key is. A set of keys, or a tuple, is as many
values, filled up to 1, 2, 4, 8 … by repeating one of them, so that few shapes come up. Sets of words, truth values and members of an
Enum choose the question: they are the shape. A frozen dataclass is what its fields are.
"""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model

Part = int | str | date | datetime | UUID


@dataclass(frozen=True)
class _Chosen:
    """What is the same in every asking of this shape."""

    value: Hashable


@dataclass(frozen=True)
class _Several:
    """A set or tuple of so many values."""

    made: type
    number: int


@dataclass(frozen=True)
class _Whole:
    """A dataclass with the shapes of its fields."""

    made: type
    shapes: tuple[Hashable, ...]


def shape_of(value: Any) -> Hashable:
    """What the SQL depends on; the type alone for a single value."""
    if value is None or isinstance(value, (bool, Enum)):
        return _Chosen(value)
    if isinstance(value, (frozenset, tuple)):
        return _Chosen(value) if _are_words(value) else _Several(type(value), _filled(len(value)))
    if is_dataclass(value):
        return _Whole(type(value), tuple(shape_of(getattr(value, name)) for name in _names(type(value))))
    return value.__class__  # of the user of a request, which is a stand-in: what it stands for


def taken_apart(value: Any) -> list[Part]:
    """The values that stand in the SQL, in the order in which `put_together` takes them."""
    if value is None or isinstance(value, (bool, Enum)):
        return []
    if isinstance(value, (frozenset, tuple)):
        several = [] if _are_words(value) else list(value)
        return several + several[:1] * (_filled(len(several)) - len(several))
    if is_dataclass(value):
        return [part for name in _names(type(value)) for part in taken_apart(getattr(value, name))]
    return [value.pk] if isinstance(value, Model) else [value]


def put_together(shape: Hashable, parts: Iterator[Part]) -> Any:
    """A value of this shape of other parts. A row knows nothing but its key: to ask it for more fails."""
    if isinstance(shape, _Chosen):
        return shape.value
    if isinstance(shape, _Several):
        return shape.made(next(parts) for _ in range(shape.number))
    if isinstance(shape, _Whole):
        return shape.made(*(put_together(inner, parts) for inner in shape.shapes))
    if isinstance(shape, type) and issubclass(shape, Model):
        return shape.from_db(DEFAULT_DB_ALIAS, [shape._meta.pk.attname], [next(parts)])
    return next(parts)


def mark(number: int, part: Part) -> Part:
    """A value of the same type that stands nowhere else."""
    if isinstance(part, datetime):
        return datetime(1800 + number, 3, 7, 1, 2, 3, tzinfo=UTC)
    if isinstance(part, date):
        return date(1800 + number, 3, 7)
    if isinstance(part, UUID):
        return UUID(int=number)
    return -(2_000_000_000 + number) if isinstance(part, int) else f"\x01{number}\x01"


@cache
def _names(made: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(made))


def _are_words(values: frozenset | tuple) -> bool:
    return isinstance(values, frozenset) and any(isinstance(value, str) for value in values)


def _filled(number: int) -> int:
    """The next of 0, 1, 2, 4, 8 …"""
    return number if number < 2 else 1 << (number - 1).bit_length()

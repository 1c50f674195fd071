"""What becomes of each column of text: fixtures/masked_columns.json, read once and held against the models."""

import json
from collections.abc import Iterator
from functools import cache

from django.apps import apps
from django.db import models

from musashimurayama_isms.accounts.reference import path_of

KEEP, CHOICE = "keep", "choice"
TEXT = (models.CharField, models.TextField, models.JSONField, models.FileField, models.GenericIPAddressField, models.BinaryField)


class Unregistered(LookupError):
    """A column of text that the register does not speak of: nobody has said whether it may leave."""


@cache
def _file() -> dict:
    return json.loads(path_of("masked_columns.json").read_text(encoding="utf-8"))


@cache
def _rules() -> dict[tuple[str, str], str]:
    """(model, column) → kind."""
    return {(model, column): kind for model, kinds in _file()["columns"].items() for kind, columns in kinds.items() for column in columns}


def left_out() -> set[str]:
    """Models whose rows do not leave at all: sessions, keys, results, log-in attempts, and what each installation makes itself."""
    return set(_file()["left_out"])


def models_to_copy() -> list[type[models.Model]]:
    """Every table of the portal but those left out; the tables between them included."""
    every = apps.get_models(include_auto_created=True)
    return [model for model in every if not model._meta.proxy and model._meta.managed and model._meta.label_lower not in left_out()]


def is_text(field: models.Field) -> bool:
    """Whether a column can hold words; numbers, days, truth values and keys cannot."""
    return isinstance(field, TEXT)


def rule_of(field: models.Field) -> str:
    """The kind of a column of text; what is chosen from words of the portal stays. Unregistered where nobody has decided."""
    found = _rules().get((field.model._meta.label_lower, field.name))
    if found:
        return found
    if field.choices:
        return CHOICE
    raise Unregistered(f"{field.model._meta.label_lower}.{field.name}")


def columns() -> Iterator[tuple[str, str, str]]:
    """(model, column, kind) of every column of text that is copied."""
    for model in models_to_copy():
        for field in model._meta.concrete_fields:
            if is_text(field):
                yield model._meta.label_lower, field.name, rule_of(field)


def unknown() -> list[str]:
    """What the register says of columns that are not there, or are no longer text."""
    there = {(model, column) for model, column, _ in columns()}
    return sorted(f"{model}.{column}" for model, column in _rules().keys() - there) + sorted(
        left_out() - {model._meta.label_lower for model in apps.get_models(include_auto_created=True)}
    )

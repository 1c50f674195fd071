"""What of a row is content, and what stands in its place once it is destroyed."""

from functools import cache
from typing import Any

from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import models

from musashimurayama_isms.disclosure.trial_copy.register import Unregistered, is_text, rule_of

MARK = "（廃棄済み）"
# Words of the register of text columns. Roles, codes, digests, keys and what the policy itself says stay.
CONTENT = {"text", "line", "person", "json", "phone", "mail", "name", "kana", "number", "file_name", "label", "search"}
DERIVED = "search"  # folded from other columns: it goes, but it is no content of its own
EMPTIED = {"assets.device.asset_tag"}  # a number that is there once in the city: the mark would be there twice


def name_of(field: models.Field) -> str:
    """assets.device.asset_tag"""
    return f"{field.model._meta.label_lower}.{field.name}"


def _rule(field: models.Field) -> str:
    try:
        return rule_of(field) if is_text(field) else ""
    except Unregistered:
        return ""  # models that no copy takes along hold nothing of a record


@cache
def content_columns(model: type[models.Model]) -> tuple[models.Field, ...]:
    """The columns that go, in the order of the model."""
    return tuple(field for field in model._meta.concrete_fields if _rule(field) in CONTENT)


@cache
def digested_columns(model: type[models.Model]) -> tuple[models.Field, ...]:
    """Those of them that the digest speaks of: what is folded from others for the search does not count twice."""
    return tuple(field for field in content_columns(model) if _rule(field) != DERIVED)


@cache
def label_columns(model: type[models.Model]) -> tuple[models.Field, ...]:
    """The columns in which a row that points to another keeps its name."""
    return tuple(field for field in model._meta.concrete_fields if _rule(field) == "label")


def pointer(model: type[models.Model]) -> GenericForeignKey | None:
    """The way in which rows of the model point to anything; None where they do not."""
    return next((field for field in model._meta.private_fields if isinstance(field, GenericForeignKey)), None)


def blank(field: models.Field, value: Any) -> Any:
    """What stands in the place of a value: empty stays empty, so that no rule about a row is broken by its destruction."""
    if isinstance(field, models.JSONField):
        return value if value is None else [] if isinstance(value, list) else {}
    if not value:
        return value
    return "" if _rule(field) == DERIVED or name_of(field) in EMPTIED else MARK


def is_marked(row: models.Model) -> bool:
    """Whether a row looks destroyed: asked of what is loaded already, without a question to the database.

    Rows of models without a column that could bear the mark always do; who asks looks them up.
    """
    columns = [field.attname for field in content_columns(type(row)) if not isinstance(field, models.JSONField)]
    return not columns or any(row.__dict__.get(name) == MARK for name in columns)

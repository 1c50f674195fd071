"""Words of the portal itself: what a person has chosen among them tells nothing of the city, and screens need it."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from django import forms
from django.apps import apps

from musashimurayama_isms.accounts.reference import path_of

INSIDE = ("委員", "事務局", "職務代理")  # what stands in brackets behind a role and is nobody's name
LISTS = ("request_types.json", "parameters.json", "roles.json", "posts.json", "departments.json", "incident_kinds.json", "threats.json")


@cache
def words() -> frozenset[str]:
    """The values of all choices of models and forms, and the codes of the reference data."""
    return frozenset({*_of_models(), *_of_forms(forms.Form), *(word for name in LISTS for word in _codes(_read(name)))})


def _read(name: str) -> Any:
    return json.loads(path_of(name).read_text(encoding="utf-8"))


def _of_models() -> Iterator[str]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            yield from (value for value, _ in field.flatchoices if isinstance(value, str))


def _of_forms(form: type[forms.BaseForm]) -> Iterator[str]:
    for child in form.__subclasses__():
        for field in getattr(child, "base_fields", {}).values():
            choices = getattr(field, "choices", ())
            if isinstance(field, forms.ChoiceField) and not callable(choices):
                yield from (str(value) for value, _ in choices if isinstance(value, str))
        yield from _of_forms(child)


def _codes(value: Any) -> Iterator[str]:
    """Every text without Japanese letters in it: codes, numbers of clauses, names of roles in the code."""
    if isinstance(value, str) and value.isascii():
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _codes(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _codes(item)

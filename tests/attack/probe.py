"""What an address asks of a request: the fields of the forms it reads, and every other name it looks up.

Nothing is declared by hand, so a new form is attacked on the day it is written.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from unittest import mock

from django import forms
from django.db import transaction
from django.forms.forms import BaseForm
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import reverse

from tests.cast import PERSONS
from tests.url_table import EVERYONE, TABLE
from tests.world import World


@dataclass
class Asked:
    """The names that one address looked up, and the form fields it checked, each under its name in the request."""

    names: set[str] = field(default_factory=set)
    fields: dict[str, forms.Field] = field(default_factory=dict)
    in_forms: set[str] = field(default_factory=set)

    def note(self, form: BaseForm) -> None:
        """Remember the fields of a form that is being checked."""
        for name, found in form.fields.items():
            place = form.add_prefix(name)
            self.fields[place] = found
            self.in_forms |= {place, *(f"{place}{suffix}" for suffix in getattr(found.widget, "widgets_names", []))}


@contextmanager
def listening(asked: Asked) -> Iterator[None]:
    """Hear every name that is looked up in a query or a posted form, and every form that is checked."""
    getitem, getlist, contains, clean = QueryDict.__getitem__, QueryDict.getlist, QueryDict.__contains__, BaseForm.full_clean

    def heard(method):
        def look_up(self, key, *args, **kwargs):
            asked.names.add(key)
            return method(self, key, *args, **kwargs)

        return look_up

    def checked(form):
        if form.is_bound:
            asked.note(form)
        return clean(form)

    with (
        mock.patch.object(QueryDict, "__getitem__", heard(getitem)),
        mock.patch.object(QueryDict, "getlist", heard(getlist)),
        mock.patch.object(QueryDict, "__contains__", heard(contains)),
        mock.patch.object(BaseForm, "full_clean", checked),
    ):
        yield


def address(world: World, name: str) -> str:
    """The path of an address with the world's object in it."""
    return reverse(name, args=world.args(TABLE[name].key))


def admitted(name: str) -> list[str]:
    """Who gets an answer at an address, in the order of the cast."""
    who = TABLE[name].who
    return list(PERSONS) if who == EVERYONE else [role for role in PERSONS if role in who]


def undone(client: Client, method: str, path: str, *args, **kwargs) -> HttpResponse:
    """The answer, with nothing of it kept."""
    with transaction.atomic():
        answer = getattr(client, method)(path, *args, **kwargs)
        transaction.set_rollback(True)
    return answer


def good(place: str, found: forms.Field, chance: random.Random) -> dict[str, Any]:
    """A value that the field will probably take, under the names of its boxes."""
    widget = found.widget
    if getattr(widget, "widgets_names", None):
        today = date.today()  # noqa: DTZ011  the day of the test machine will do
        parts = {"_year": today.year, "_month": today.month, "_day": today.day, "_hour": 9, "_minute": "00"}
        return {f"{place}{suffix}": str(parts.get(suffix, "1")) for suffix in widget.widgets_names}
    if isinstance(found, forms.BooleanField):
        return {place: "on"}
    if isinstance(found, forms.FileField):
        return {}
    if hasattr(found, "choices"):
        offered = [str(value) for value, _ in flat(found.choices) if str(value) not in ("", "None")]
        some = chance.choice(offered[:20]) if offered else ""
        return {place: [some] if isinstance(found, forms.MultipleChoiceField | forms.ModelMultipleChoiceField) else some}
    if isinstance(found, forms.IntegerField | forms.DecimalField):
        return {place: str(found.min_value if found.min_value is not None else 1)}
    return {place: "試験"[: found.max_length] if getattr(found, "max_length", None) else "試験"}


def flat(choices) -> Iterator[tuple[Any, Any]]:
    """Choices without their groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from flat(label)
        else:
            yield value, label


def learn(client: Client, world: World, name: str, chance: random.Random) -> Asked | None:
    """What the address asks of a POST: asked twice, as the first right answer may open more questions. None where it takes none."""
    asked, path = Asked(), address(world, name)
    with listening(asked):
        data = {"x": "1", **(TABLE[name].data or {})}
        for _ in range(2):
            if undone(client, "post", path, data).status_code == 405:
                return None
            for place, found in asked.fields.items():
                data |= {key: value for key, value in good(place, found, chance).items() if key not in (TABLE[name].data or {})}
    return asked

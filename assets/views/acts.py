"""How a page of chapter 12 does an act: the answer of the model in words, back to the row it was done on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from musashimurayama_isms.accounts.views.acts import act


@dataclass(frozen=True)
class Words:
    """The small page of an act: its title, what happens next, its button, and what is said afterwards."""

    title: str
    effect: str
    button: str
    done: str


def ask(
    request: HttpRequest, row: models.Model, form: forms.Form, do: Callable[[dict], Any], words: Words, *, may: bool, room: str
) -> HttpResponse:
    """The small page of an act with its form; 403 for who sees the row and may not act."""
    if not may:
        raise PermissionDenied
    if form.is_bound and form.is_valid():
        return act(request, lambda: do(form.cleaned_data), words.done, row)
    context = {"row": row, "form": form, "words": words, "here": room}
    return render(request, "assets/services/act.html", context, status=422 if form.is_bound else 200)

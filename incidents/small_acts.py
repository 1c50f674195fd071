"""A small page for one act of a report: what it does, its form, its button, what is said afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from musashimurayama_isms.files.fields import UploadsField
from musashimurayama_isms.files.saving import attempt
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.transitions import InvalidTransition


@dataclass(frozen=True)
class Words:
    """The words of an act: title of its page, what it brings about, its button, what is said when it is done."""

    title: str
    effect: str
    button: str
    done: str
    clause: str = ""
    is_danger: bool = False


class TextForm(forms.Form):
    """What is written down, with files where the act takes any."""

    text = forms.CharField(label="内容", widget=forms.Textarea(attrs={"rows": 5}), max_length=4000)


class OptionalTextForm(forms.Form):
    """A word that may stay away."""

    text = forms.CharField(label="添える言葉", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False)


class FiledForm(TextForm):
    """What is written down, with what proves it."""

    uploads = UploadsField(label="添付ファイル", required=False)


def ask(request: HttpRequest, row: models.Model, form: forms.Form, do: Callable[[dict], Any], words: Words, *, may: bool) -> HttpResponse:
    """Show the page or do the act; 403 for who sees the row and may not act.

    `do` gets the cleaned data without the files, which hang on what it gives back. What a rule says of a field stands beside
    the field, the text kept; what the state does not allow is said on the row's own page. Nothing is half written.
    """
    if not may:
        raise PermissionDenied
    if form.is_bound and form.is_valid() and (answer := answered(request, form, lambda: _do(request, form, do), words.done, back=row)):
        return answer
    return render(request, "incidents/act.html", {"row": row, "form": form, "words": words}, status=422 if form.is_bound else 200)


def answered(request: HttpRequest, form: forms.Form, do: Callable[[], Any], done: str, *, back: Any) -> HttpResponse | None:
    """Do it and go back, also where the state does not allow it; None where a rule refuses it: the form then says why."""
    try:
        attempt(form, do)
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect(back)
    if form.errors:
        return None
    messages.success(request, done)
    return redirect(back)


def _do(request: HttpRequest, form: forms.Form, do: Callable[[dict], Any]) -> None:
    data = dict(form.cleaned_data)
    uploads = data.pop("uploads", [])
    made = do(data)
    for upload in uploads:
        attach(made, upload, by=request.user)

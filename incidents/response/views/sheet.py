"""One form on a page of its own: asked, done by a model, or told beside the field what does not fit."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from incidents.models import Incident
from incidents.small_acts import answered


@dataclass(frozen=True)
class Sheet:
    """The words around a form: title, what it does, the button, the clauses it rests on, what stands above it."""

    title: str
    lead: str
    button: str
    clauses: tuple[str, ...] = ()
    kind: str = ""  # danger for what ends something
    above: str = ""  # a template shown before the form
    context: dict[str, Any] = field(default_factory=dict)


def allow(may: bool, words: str) -> None:
    """403 before a form is shown to somebody who may not send it."""
    if not may:
        raise PermissionDenied(words)


def ask(
    request: HttpRequest, incident: Incident, form: forms.Form, do: Callable[[dict], object], sheet: Sheet, *, done: str, to: str = ""
) -> HttpResponse:
    """Show the form, or do what it says and go back; nothing is half written, and what was typed is kept where it is refused."""
    back = to or reverse("incidents:response", args=[incident.pk])
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and (answer := answered(request, form, lambda: do(form.cleaned_data), done, back=back)):
        return answer
    context = {"form": form, "incident": incident, "sheet": sheet, "back": back, **sheet.context}
    return render(request, "incidents/response/form.html", context, status=422 if form.is_bound else 200)

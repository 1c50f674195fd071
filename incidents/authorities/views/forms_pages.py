"""How a form of this room is shown, sent and answered: what a rule refuses stands beside its field, nothing is half written."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from incidents.models import Incident
from musashimurayama_isms.transitions import InvalidTransition

PLAIN = "incidents/authorities/form.html"


def form_page(
    request: HttpRequest,
    form: forms.Form,
    do: Callable[[dict[str, Any]], object],
    *,
    done: str,
    to: Any,
    template: str = PLAIN,
    **context: Any,
) -> HttpResponse:
    """Show the form; on a POST do the act with its cleaned data and go to `to`.

    A ValidationError of the model goes to its field with the text kept; what the state does not allow is a message there.
    """
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                do(form.cleaned_data)
        except ValidationError as error:
            _add(form, error)
        except InvalidTransition as error:
            messages.warning(request, str(error))
            return redirect(to)
        else:
            messages.success(request, done)
            return redirect(to)
    return render(request, template, {"form": form, "back": to, **context}, status=422 if form.errors else 200)


def _add(form: forms.Form, error: ValidationError) -> None:
    """Beside the fields that the form has; the rest above it."""
    for name, found in error.error_dict.items() if hasattr(error, "error_dict") else [(None, [error])]:
        form.add_error(name if name in form.fields else None, ValidationError([message for part in found for message in part.messages]))


def page_of(incident: Incident) -> str:
    """The address of 外部報告・公表 of an incident."""
    return reverse("incidents:authorities", args=[incident.pk])

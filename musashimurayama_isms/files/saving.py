"""A form with attachments, answered: what it makes and its files stand or fall together."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from musashimurayama_isms.transitions import InvalidTransition

from .store import attach


def tried(request: HttpRequest, form: forms.Form, do: Callable[[], Any]) -> Any:
    """What `do` gives, in one transaction with the uploads of the form; None where it is refused, the reason then stands in the form."""
    try:
        with transaction.atomic():
            made = do()
            for upload in form.cleaned_data.get("uploads") or []:
                attach(made, upload, by=request.user)
    except ValidationError as error:
        known = not hasattr(error, "error_dict") or set(error.error_dict) <= set(form.fields)
        form.add_error(None, error if known else error.messages)
    except InvalidTransition as error:
        form.add_error(None, str(error))
    else:
        return made
    return None

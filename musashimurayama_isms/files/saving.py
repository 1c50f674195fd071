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

    def with_files() -> Any:
        made = do()
        for upload in form.cleaned_data.get("uploads") or []:
            attach(made, upload, by=request.user)
        return made

    try:
        return attempt(form, with_files)
    except InvalidTransition as error:
        form.add_error(None, str(error))
    return None


def attempt(form: forms.Form, do: Callable[[], Any]) -> Any:
    """What `do` gives, in one transaction; what a rule refuses stands beside its field, or above the form, and None is given back.

    InvalidTransition is for the caller to tell.
    """
    try:
        with transaction.atomic():
            return do()
    except ValidationError as error:
        for name, found in getattr(error, "error_dict", {None: error}).items():
            form.add_error(name if name in form.fields else None, found)
    return None

"""One act of a model behind one button."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from musashimurayama_isms.transitions import InvalidTransition


def act(request: HttpRequest, do: Callable[[], object], done: str, to: Any, *args: Any) -> HttpResponse:
    """Do it and go to `to`, a row or the name of a page; what the state or a rule does not allow is a message, not an error page."""
    try:
        do()
    except InvalidTransition as error:
        messages.warning(request, str(error))
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect(to, *args)

"""One act of a page: done, or refused with words; then back to a page."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from musashimurayama_isms.transitions import InvalidTransition


def act(request: HttpRequest, do: Callable[[], object], done: str, to: object) -> HttpResponse:
    """Do it and say so; a state that has moved on is a message, not an error page."""
    try:
        do()
    except InvalidTransition as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, done)
    return redirect(to)

"""Acts as data: what a button does, who may press it, when it is offered, and the form it asks for, if any.

The rule stays on the model: `who` serves the button and keeps strangers out with 403, `when` only says whether the button is
worth showing. What the state does not allow is told beside the form, with everything that was typed still there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.transitions import InvalidTransition


def anybody(*args: Any) -> bool:
    return True


@dataclass(frozen=True)
class Act:
    """One act. `do(subject, by=, at=, **data)` is a door of the model; `tab` the page it is offered on and goes back to."""

    slug: str
    title: str
    do: Callable[..., Any]
    who: Callable[[Any], bool]
    tab: str
    done: str
    label: str = ""
    form: "type[ActForm] | None" = None
    when: Callable[[Any], bool] = anybody
    lead: str = ""
    clause: str = ""
    kind: str = field(default="outline")
    asks: str = ""  # the words of the dialog that repeats the effect
    goes_to: bool = False  # go where the act leads (its result), not back to the tab

    @property
    def button(self) -> str:
        return self.label or self.title


class ActForm(forms.Form):
    """A form about a subject, filled in by a person at a moment; `set_up` chooses what it offers."""

    def __init__(self, *args: Any, subject: Any = None, user: User | None = None, at: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject, self.user, self.at = subject, user, at
        self.set_up()

    def set_up(self) -> None:
        """Choices and initial values."""


@dataclass(frozen=True)
class Offer:
    """An act as a page offers it to one person."""

    act: Act
    url: str

    @property
    def is_post(self) -> bool:
        """Pressed at once; the others lead to a form."""
        return self.act.form is None

    @property
    def dialog(self) -> str:
        return f"ask-{self.act.slug}-{abs(hash(self.url)) % 10**8}" if self.act.asks else ""


def perform(request: HttpRequest, act: Act, subject: Any, *, part: Any, back: tuple, frame: dict[str, Any]) -> HttpResponse:
    """Do an act, or show its form. `part` is what `who` is asked about, `back` where it goes, `frame` what its page shows besides,
    with `outer`, the template that it stands in.

    A form asked for by htmx stands in the page it was asked from; then its answer is the form with its errors, or a word.
    """
    if not act.who(part):
        raise PermissionDenied
    now = timezone.now()
    if act.form is None:
        return _press(request, act, subject, back=back, at=now)
    form = act.form(request.POST or None, request.FILES or None, subject=subject, user=request.user, at=now)
    if request.method == "POST" and form.is_valid():
        try:
            result = act.do(subject, by=request.user, at=now, **form.cleaned_data)
        except (ValidationError, InvalidTransition) as error:
            put_errors(form, error)
        else:
            return _done(request, act, result, back=back)
    context = {**frame, "act": act, "form": form, "subject": subject, "back": back}
    template = "audits/_act_form.html" if request.htmx else "audits/act.html"
    return render(request, template, context, status=422 if form.errors and not request.htmx else 200)


def _press(request: HttpRequest, act: Act, subject: Any, *, back: tuple, at: datetime) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        result = act.do(subject, by=request.user, at=at)
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect(*back)
    except ValidationError as error:
        messages.warning(request, " ".join(error.messages))
        return redirect(*back)
    return _done(request, act, result, back=back)


def _done(request: HttpRequest, act: Act, result: Any, *, back: tuple) -> HttpResponse:
    if request.htmx:
        return render(request, "audits/_act_done.html", {"act": act, "result": result})
    messages.success(request, act.done)
    return redirect(result) if act.goes_to else redirect(*back)


def put_errors(form: forms.Form, error: ValidationError | InvalidTransition) -> None:
    """What a model refuses, beside the fields that the form has, else on top of it."""
    if isinstance(error, InvalidTransition):
        form.add_error(None, str(error))
        return
    fields = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
    for name, words in fields.items():
        form.add_error(name if name in form.fields else None, words)

"""The acts on one occurrence: done, another day, not this time, open again, somebody else."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.transitions import InvalidTransition

from ..forms import DoneForm, HandForm, MoveForm, ReasonForm
from ..models import Occurrence
from ..models.handing import colleagues
from .reading import page_of, seen


@require_POST
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    row, now = seen(request, pk), timezone.now()
    if row.is_open and not row.can_complete(request.user, at=now):
        raise PermissionDenied
    form = DoneForm(request.POST, request.FILES, occurrence=row)
    if form.is_valid() and (answer := _act(request, row, form, lambda data: row.complete(by=request.user, at=now, **data), _DONE)):
        return answer
    return page_of(request, row, form, status=422)


_DONE = "実施を記録しました。お疲れさまでした。"


def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Another day, with the reason."""
    row, now = _held(request, pk), timezone.now()
    form = MoveForm(request.POST or None, initial={"to": row.due_on})
    done = "期限を変えました。上の役割の方に伝わります。"
    return _page(request, row, form, lambda data: row.move(by=request.user, at=now, **data), done, act="move")


def skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Not this time, with the reason."""
    row, now = _held(request, pk), timezone.now()
    form = ReasonForm(request.POST or None)
    done = "今回は実施しないことを記録しました。上の役割の方に伝わります。"
    return _page(request, row, form, lambda data: row.skip(by=request.user, at=now, **data), done, act="skip")


def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open again, with the reason."""
    row, now = seen(request, pk), timezone.now()
    if not row.is_open and not row.can_reopen(request.user, at=now):
        raise PermissionDenied
    form = ReasonForm(request.POST or None)
    done = "実施前に戻しました。期限までに、もう一度実施を記録してください。"
    return _page(request, row, form, lambda data: row.reopen(by=request.user, at=now, **data), done, act="reopen")


def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody of the own department does it."""
    row, now = _held(request, pk), timezone.now()
    holder = row.holder(request.user, at=now)
    people = colleagues(holder, on=day_of(now)) if holder else User.objects.none()
    form = HandForm(request.POST or None, people=people, initial={"person": row.handed_to_id})
    done = "担当する人を決めました。本人に知らせます。"
    return _page(request, row, form, lambda data: row.hand_to(data["person"], by=request.user, at=now), done, act="hand_over")


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    row, now = _held(request, pk), timezone.now()
    try:
        row.hand_to(request.user, by=request.user, at=now)
    except InvalidTransition as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, "担当する人の指定をやめました。あなたの受信箱に戻ります。")
    return redirect(row)


def _held(request: HttpRequest, pk: int) -> Occurrence:
    """One that the person holds; 403 for who sees it and may not act. That it is no longer open is told by the act."""
    row = seen(request, pk)
    if row.is_open and not row.can_decide(request.user, at=timezone.now()):
        raise PermissionDenied
    return row


def _page(request: HttpRequest, row: Occurrence, form: forms.Form, act_on: Callable, done: str, *, act: str) -> HttpResponse:
    """The small page of an act: its form, and what happens next; where the state has moved on already, that is said."""
    if row.is_open == (act == "reopen"):
        messages.warning(request, f"この業務は「{row.get_status_display()}」になっています。最新の状況を表示しました。")
        return redirect(row)
    if request.method == "POST" and form.is_valid() and (answer := _act(request, row, form, act_on, done)):
        return answer
    status = 422 if form.is_bound else 200
    return render(request, f"duties/{act}.html", {"occurrence": row, "form": form, "now": timezone.now()}, status=status)


def _act(request: HttpRequest, row: Occurrence, form: forms.Form, act_on: Callable, done: str) -> HttpResponse | None:
    """Do the act; None where the form has an error to show. A state that has moved on is a message, not an error page."""
    try:
        act_on(form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return None
    except InvalidTransition as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, done)
    return redirect(row)

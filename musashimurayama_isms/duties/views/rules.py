"""Which duties there are, and how often: the list for everyone, the changes for those who may."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from ..forms import DutyForm, NewDutyForm
from ..listing import duties_of, rounds_of
from ..models import Duty
from ..models.duty import may_handle_duties

PAGE_SIZE = 50


def duties(request: HttpRequest) -> HttpResponse:
    """All duties with their interval and the next day, narrowed by the address."""
    now = timezone.now()
    filtered = duties_of(request.user, request.GET, at=now)
    context = {
        "filter": filtered,
        "page_obj": Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page")),
        "may_handle": may_handle_duties(request.user, at=now),
    }
    return render(request, "duties/duties.html", context)


def duty(request: HttpRequest, pk: int) -> HttpResponse:
    """One duty: its rule in words, its next days, its rounds, its history."""
    row, now = _seen(request, pk), timezone.now()
    context = {
        "duty": row,
        "next_dates": row.next_dates(on=day_of(now)) if row.is_active else [],
        "page_obj": Paginator(rounds_of(row, request.user, at=now), PAGE_SIZE).get_page(request.GET.get("page")),
        "entries": _history(row),
        "can_change": row.can_change(request.user, at=now),
        "now": now,
    }
    return render(request, "duties/duty.html", context)


def _history(row: Duty) -> list[Entry]:
    """The acts on the rule, a change with the names of what it changed."""
    entries = list(Entry.objects.about(row))
    for entry in entries:
        entry.note = "、".join(entry.changes.get("changed_columns", []))
    return entries


def set_up(request: HttpRequest) -> HttpResponse:
    """A new duty of the city."""
    if not may_handle_duties(request.user, at=timezone.now()):
        raise PermissionDenied
    form = NewDutyForm(request.POST or None)
    if _is_to_be_saved(request, form):
        row = Duty.set_up(by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "定期業務を定めました。これから13か月分の期限を用意しました。")
        return redirect(row)
    return _form_page(request, form, None)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Another interval or other words, with the next days shown before they count."""
    row = _seen(request, pk)
    if not row.can_change(request.user, at=timezone.now()):
        raise PermissionDenied
    form = DutyForm(request.POST or None, instance=row)
    if _is_to_be_saved(request, form):
        row.change(by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "定期業務の定めを変えました。これからの期限を新しい定めに合わせました。")
        return redirect(row)
    return _form_page(request, form, row)


@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    return _switch(request, pk, "stop", "定期業務を停止しました。終わっていない回は、実施しないことになりました。")


@require_POST
def resume(request: HttpRequest, pk: int) -> HttpResponse:
    return _switch(request, pk, "resume", "定期業務を再開しました。今日からの期限を用意しました。")


def _switch(request: HttpRequest, pk: int, act: str, done: str) -> HttpResponse:
    row = _seen(request, pk)
    if not row.can_change(request.user, at=timezone.now()):
        raise PermissionDenied
    try:
        getattr(row, act)(by=request.user, at=timezone.now())
    except InvalidTransition as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, done)
    return redirect(row)


def _seen(request: HttpRequest, pk: int) -> Duty:
    rows = Duty.objects.visible_to(request.user, at=timezone.now()).select_related("department__parent", "content_type")
    return get_object_or_404(rows, pk=pk)


def _is_to_be_saved(request: HttpRequest, form: DutyForm) -> bool:
    return request.method == "POST" and form.is_valid() and "preview" not in request.POST


def _form_page(request: HttpRequest, form: DutyForm, row: Duty | None) -> HttpResponse:
    """The form; asked for a preview, or refused, with what was typed."""
    is_previewed = form.is_bound and form.is_valid()
    context = {
        "form": form,
        "duty": row,
        "preview": form.instance if is_previewed else None,
        "next_dates": form.instance.next_dates(on=timezone.localdate()) if is_previewed else [],
    }
    return render(request, "duties/change.html", context, status=422 if form.is_bound and not is_previewed else 200)

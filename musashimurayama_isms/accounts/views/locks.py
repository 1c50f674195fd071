"""The emergency lock: one page to close an account at once, one to open it again by another person."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from musashimurayama_isms.transitions import InvalidTransition

from ..forms import ReasonForm
from ..models import EmergencyLock, User
from ..models.emergency_lock import acts_city_wide, can_lock

PAGE_SIZE = 50
HELP_LOCK = "例 利用者IDとパスワードを他人に知られたおそれがある。"
HELP_RELEASE = "何を確かめて、使ってよいと判断したかを書いてください。"


def _get(request: HttpRequest, pk: int) -> EmergencyLock:
    rows = EmergencyLock.objects.visible_to(request.user, at=timezone.now()).select_related("person", "locked_by", "released_by")
    return get_object_or_404(rows, pk=pk)


def lock(request: HttpRequest, pk: int) -> HttpResponse:
    person, now = get_object_or_404(User, pk=pk), timezone.now()
    if not can_lock(request.user, person, at=now):
        raise Http404
    form = ReasonForm(request.POST or None, help_text=HELP_LOCK)
    if request.method == "POST" and form.is_valid():
        try:
            made = EmergencyLock.set(person, reason=form.cleaned_data["reason"], by=request.user, at=now)
        except InvalidTransition as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{person.name}さんの利用を止めました。開いていた画面も終わります。")
            return redirect(made)
    return render(request, "accounts/lock_user.html", {"form": form, "person": person})


def locks(request: HttpRequest) -> HttpResponse:
    """The running locks first, then the released ones."""
    if not acts_city_wide(request.user, at=timezone.now()):
        raise Http404
    rows = EmergencyLock.objects.visible_to(request.user, at=timezone.now()).select_related("person", "locked_by")
    rows = rows if request.GET.get("all") else rows.running()
    page_obj = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/emergency_locks.html", {"page_obj": page_obj, "shows_all": bool(request.GET.get("all"))})


def emergency_lock(request: HttpRequest, pk: int) -> HttpResponse:
    found = _get(request, pk)
    return render(
        request, "accounts/emergency_lock.html", {"lock": found, "can_release": found.can_release(request.user, at=timezone.now())}
    )


def release(request: HttpRequest, pk: int) -> HttpResponse:
    """Opening again: who locked it meets 403, for the row is the person's to see."""
    found, now = _get(request, pk), timezone.now()
    if found.released_at is None and not found.can_release(request.user, at=now):
        raise PermissionDenied("緊急停止の解除は、止めた人と別の人が行います。")
    form = ReasonForm(request.POST or None, help_text=HELP_RELEASE)
    if request.method == "POST" and form.is_valid():
        try:
            found.release(reason=form.cleaned_data["reason"], by=request.user, at=now)
        except InvalidTransition as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, "解除しました。前のパスワードは使えません。一度限りのパスワードを発行して、本人に渡してください。")
        return redirect(found)
    return render(request, "accounts/release_lock.html", {"form": form, "lock": found})

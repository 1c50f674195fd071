"""Accounts, for the administrators of the portal; 404 for anyone else."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from ..access import may_log_in
from ..entrance import factors, ways
from ..entrance.lockout import is_locked
from ..forms import UserSearchForm
from ..models import Account
from ..standing import is_staff_of_portal
from .acts import act

PAGE_SIZE = 50


def _get(request: HttpRequest, pk: int) -> Account:
    return get_object_or_404(Account.objects.visible_to(request.user, at=timezone.now()), pk=pk)


def users(request: HttpRequest) -> HttpResponse:
    if not is_staff_of_portal(request.user, at=timezone.now()):
        raise Http404
    form = UserSearchForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {"q": "", "state": ""}
    rows = Account.objects.in_state(chosen["state"], on=timezone.localdate()).matching(chosen["q"])
    page_obj = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/users.html", {"form": form, "page_obj": page_obj, "today": timezone.localdate()})


def user(request: HttpRequest, pk: int) -> HttpResponse:
    account = _get(request, pk)
    context = {
        "account": account,
        "is_locked": is_locked(account, at=timezone.now()),
        "reason": may_log_in(account, on=timezone.localdate()),
        "entries": Entry.objects.about(account),
        "factors": [ways.SECOND[factor.type] for factor in factors.own(account) if factor.type in factors.REAL],
        "running_lock": account.emergency_locks.running().first(),
        "running_reset": account.factor_resets.open(at=timezone.now()).first(),
    }
    return render(request, "accounts/user.html", context)


@never_cache
@require_POST
def issue_password(request: HttpRequest, pk: int) -> HttpResponse:
    """The one page that shows the new password, once: it is in the answer to this POST and nowhere else."""
    account = _get(request, pk)
    try:
        password = account.issue_password(by=request.user, at=timezone.now())
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect("accounts:user", account.pk)
    return render(request, "accounts/one_time_password.html", {"account": account, "password": password})


@require_POST
def release_lock(request: HttpRequest, pk: int) -> HttpResponse:
    account = _get(request, pk)
    return act(request, lambda: account.release_lock(by=request.user, at=timezone.now()), "ロックを解除しました。", "accounts:user", pk)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    account = _get(request, pk)
    return act(request, lambda: account.close(by=request.user, at=timezone.now()), "利用を停止しました。", "accounts:user", pk)


@require_POST
def open_again(request: HttpRequest, pk: int) -> HttpResponse:
    account = _get(request, pk)
    return act(request, lambda: account.open_again(by=request.user, at=timezone.now()), "利用を再開しました。", "accounts:user", pk)

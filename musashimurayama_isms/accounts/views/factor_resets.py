"""Dropping the second factors of a person who has lost them: an administrator asks, another person consents."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.transitions import InvalidTransition

from ..forms import ReasonForm
from ..models import Account, FactorReset
from ..models.factor_reset import may_consent
from .acts import act

PAGE_SIZE = 50
HELP = "どのように本人であることを確かめたかも書いてください。同意する人が読みます。"


def _get(request: HttpRequest, pk: int) -> FactorReset:
    rows = FactorReset.objects.visible_to(request.user, at=timezone.now()).select_related("person", "asked_by", "ended_by")
    return get_object_or_404(rows, pk=pk)


def ask(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    account = get_object_or_404(Account.objects.visible_to(request.user, at=now), pk=pk)
    form = ReasonForm(request.POST or None, help_text=HELP)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(FactorReset.ask(account, reason=form.cleaned_data["reason"], by=request.user, at=now))
        except InvalidTransition as error:
            form.add_error(None, str(error))
    return render(request, "accounts/ask_factor_reset.html", {"form": form, "account": account})


def resets(request: HttpRequest) -> HttpResponse:
    """All askings, those that wait for this person marked."""
    now = timezone.now()
    if not may_consent(request.user, at=now):
        raise Http404
    rows = FactorReset.objects.visible_to(request.user, at=now).select_related("person", "asked_by")
    page_obj = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page_obj": page_obj, "rows": [(row, row.is_over(at=now)) for row in page_obj]}
    return render(request, "accounts/factor_resets.html", context)


def reset(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = _get(request, pk), timezone.now()
    context = {
        "reset": found,
        "is_over": found.is_over(at=now),
        "can_answer": found.can_answer(request.user, at=now),
        "can_withdraw": found.status == found.Status.ASKED and found.asked_by_id == request.user.pk,
    }
    return render(request, "accounts/factor_reset.html", context)


@require_POST
def consent(request: HttpRequest, pk: int) -> HttpResponse:
    found = _get(request, pk)
    done = f"{found.person.name}さんの確認方法を解除しました。次のログインで登録し直します。"
    return act(request, lambda: found.consent(by=request.user, at=timezone.now()), done, found)


@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    found = _get(request, pk)
    return act(request, lambda: found.decline(by=request.user, at=timezone.now()), "同意しないと記録しました。", found)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = _get(request, pk)
    return act(request, lambda: found.withdraw(by=request.user, at=timezone.now()), "申し出を取り下げました。", found)

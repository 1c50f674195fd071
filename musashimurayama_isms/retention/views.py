"""保存年限と廃棄: what is due, the disposals and their acts, the holds. No rule lives here."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.saving import tried
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.paging import LongList
from musashimurayama_isms.transitions import InvalidTransition

from . import forms, listing
from .content import key_of
from .due import lines
from .hands import Hands
from .models import Disposal, Hold
from .models.disposal import NOT_OF_CIRCLE, NOT_TO_DECIDE
from .models.hold import KEEPERS
from .page import DisposalPage
from .papers import PAPER
from .registry import KINDS

PAGE_SIZE = 50
GET_AND_POST = ["GET", "HEAD", "POST"]


# -- what is due -----------------------------------------------------------------------------------------------------


@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """What has reached its end, by kind, year and section."""
    hands = listing.entered(request.user, at=timezone.now())
    form = forms.DueForm(request.GET)
    page_obj = Paginator(listing.due_batches(form, hands), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "retention/due.html", {"hands": hands, "form": form, "page_obj": page_obj})


@require_http_methods(GET_AND_POST)
def batch(request: HttpRequest, kind: str, year: int) -> HttpResponse:
    """The records of one batch with what keeps them back; POST proposes their disposal."""
    now = timezone.now()
    found = listing.DueList.open(kind, str(year), request.GET.get("department", ""), listing.entered(request.user, at=now))
    if request.method == "POST":
        return _propose(request, found, at=now)
    page_obj = LongList(found.rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"batch": found, "page_obj": page_obj, "lines": lines(found.kind, page_obj.object_list, at=now)}
    return render(request, "retention/batch.html", context | {"may_hold": found.hands.holds(*KEEPERS)})


def _propose(request: HttpRequest, found: listing.DueList, *, at: datetime) -> HttpResponse:
    if not found.may_propose:
        raise PermissionDenied(NOT_OF_CIRCLE)
    try:
        made = Disposal.propose(found.kind, found.year, found.department, by=request.user, at=at)
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect(request.get_full_path())
    messages.success(request, f"{made.count}件の廃棄を起案しました。決定する人に知らせました。")
    return redirect(made)


# -- disposals -------------------------------------------------------------------------------------------------------


@require_safe
def disposals(request: HttpRequest) -> HttpResponse:
    """All disposals that the person sees, the newest first."""
    hands = listing.entered(request.user, at=timezone.now())
    form = forms.DisposalForm(request.GET)
    page_obj = Paginator(listing.disposals(form, hands), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "retention/disposals.html", {"form": form, "page_obj": page_obj})


def _disposal(request: HttpRequest, pk: int, *, at: datetime) -> Disposal:
    return get_object_or_404(Disposal.objects.visible_to(request.user, at=at).for_list(), pk=pk)


@require_safe
def disposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One disposal with its records."""
    now = timezone.now()
    found = _disposal(request, pk, at=now)
    page_obj = Paginator(found.rows.all(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(
        request, "retention/disposal.html", {"disposal": found, "page": DisposalPage(found, request.user, at=now), "page_obj": page_obj}
    )


@require_POST
def permit(request: HttpRequest, pk: int) -> HttpResponse:
    """→ 許可."""
    now = timezone.now()
    found = _disposal(request, pk, at=now)
    return act(request, lambda: found.permit(by=request.user, at=now), "許可しました。立会いと実施の準備ができます。", found)


def _ask(request: HttpRequest, found: Disposal, words: dict, do) -> HttpResponse:
    """A page with a reason and one button; back to the disposal afterwards."""
    form = forms.ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid() and tried(request, form, lambda: do(form.cleaned_data["reason"]) or True):
        messages.success(request, words["done"])
        return redirect(found)
    return render(request, "retention/act.html", {"disposal": found, "form": form, **words}, status=422 if form.errors else 200)


@require_http_methods(GET_AND_POST)
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """→ 不許可, with the reason."""
    now = timezone.now()
    found = _disposal(request, pk, at=now)
    if found.deciding_hat(request.user, at=now) is None:
        raise PermissionDenied(NOT_TO_DECIDE)
    words = {
        "title": "不許可にする",
        "button": "不許可にする",
        "effect": "記録は残り、起案した人に知らせます。",
        "done": "不許可にしました。",
    }
    return _ask(request, found, words, lambda reason: found.refuse(reason=reason, by=request.user, at=now))


@require_http_methods(GET_AND_POST)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """→ 取りやめ."""
    now = timezone.now()
    found = _disposal(request, pk, at=now)
    if Hands(request.user, at=now).proposing_hat(found.holder, found.department) is None:
        raise PermissionDenied(NOT_OF_CIRCLE)
    words = {"title": "取りやめる", "button": "取りやめる", "effect": "記録は残り、改めて起案できます。", "done": "取りやめました。"}
    return _ask(request, found, words, lambda reason: found.withdraw(reason=reason, by=request.user, at=now))


@require_POST
def witness(request: HttpRequest, pk: int) -> HttpResponse:
    """A second person stands by."""
    now = timezone.now()
    found = _disposal(request, pk, at=now)
    done = "立会いを記録しました。今日のうちに、別の人が廃棄を行います。"
    return act(request, lambda: found.witness(by=request.user, at=now), done, found)


@require_http_methods(GET_AND_POST)
def carry_out(request: HttpRequest, pk: int) -> HttpResponse:
    """The act itself, asked twice: the button, then the number typed on a page that says what will be gone."""
    now = timezone.now()
    found = _disposal(request, pk, at=now)
    page = DisposalPage(found, request.user, at=now)
    if not page.is_of_circle:
        raise PermissionDenied(NOT_OF_CIRCLE)
    form = forms.CarryOutForm(request.POST or None, disposal=found)
    if form.is_bound and form.is_valid() and (job := tried(request, form, lambda: found.carry_out(by=request.user, at=now))):
        messages.success(request, "廃棄を始めました。")
        return redirect(job)
    return render(request, "retention/carry_out.html", {"disposal": found, "page": page, "form": form}, status=422 if form.errors else 200)


@require_POST
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the rest of the work again."""
    now = timezone.now()
    found = _disposal(request, pk, at=now)
    return act(request, lambda: found.go_on(by=request.user, at=now), "廃棄の続きを始めました。", found)


@require_POST
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the 廃棄記録 made as A4."""
    found = _disposal(request, pk, at=timezone.now())
    return redirect(enqueue(PAPER, by=request.user, subject=found, disposal=found.pk))


# -- holds -----------------------------------------------------------------------------------------------------------


@require_safe
def holds(request: HttpRequest) -> HttpResponse:
    """What is kept for longer, and why."""
    now = timezone.now()
    hands = listing.entered(request.user, at=now)
    form = forms.HoldFilterForm(request.GET)
    page_obj = Paginator(listing.holds(form, hands), PAGE_SIZE).get_page(request.GET.get("page"))
    for hold in page_obj:
        hold.stands = hold.is_standing(on=day_of(now))
    return render(request, "retention/holds.html", {"form": form, "page_obj": page_obj, "may_hold": hands.holds(*KEEPERS)})


@require_http_methods(GET_AND_POST)
def hold(request: HttpRequest) -> HttpResponse:
    """Keep a record for longer."""
    now = timezone.now()
    Hold.hat(listing.entered(request.user, at=now))
    form = forms.HoldForm(request.POST or None, initial={name: request.GET.get(name, "") for name in ("kind", "number")})

    def put() -> Hold:
        given = form.cleaned_data
        return Hold.put(
            KINDS[given["kind"]], key_of(given["record"]), reason=given["reason"], until=given["until"], by=request.user, at=now
        )

    if form.is_bound and form.is_valid() and tried(request, form, put):
        messages.success(request, "保存を延ばしました。解除するか期限が過ぎるまで、廃棄されません。")
        return redirect("retention:holds")
    return render(request, "retention/hold.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(GET_AND_POST)
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """End a hold."""
    now = timezone.now()
    hands = listing.entered(request.user, at=now)
    found = get_object_or_404(Hold.objects.visible_to(request.user, at=now, hands=hands).select_related("set_by"), pk=pk)
    Hold.hat(hands)
    form = forms.ReasonForm(request.POST or None)
    if (
        form.is_bound
        and form.is_valid()
        and tried(request, form, lambda: found.lift(reason=form.cleaned_data["reason"], by=request.user, at=now) or True)
    ):
        messages.success(request, "保存延長を解除しました。")
        return redirect("retention:holds")
    return render(request, "retention/lift.html", {"hold": found, "form": form}, status=422 if form.errors else 200)

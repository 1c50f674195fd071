"""What leaves: where it begins, what is outside tonight, one move and its acts."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assets import outside as outsides
from assets.filters.move import MoveFilter
from assets.forms.move import ArriveForm, SettleForm
from assets.models import Move
from assets.move_page import MovePage
from assets.reach import Reach
from assets.requests.beginning import begin_about
from assets.requests.disposal import DISPOSAL
from assets.requests.moves import ERRAND
from assets.things import seen
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.transitions import InvalidTransition

from .asset_acts import chosen

PAGE_SIZE = 50
AT_ONCE = 200


@require_POST
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """A draft about what is ticked on a list (`asset`) or named by its page (`thing`), as far as the person sees it."""
    if code not in (ERRAND, DISPOSAL):
        raise Http404
    now = timezone.now()
    keys = request.POST.getlist("thing") or [f"asset:{pk}" for pk in chosen(request).values_list("pk", flat=True)[:AT_ONCE]]
    things = seen(keys, request.user, at=now)
    try:
        found = begin_about(things, code, by=request.user, at=now)
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect("assets:asset_list")
    return redirect("approvals:draft", found.pk)


def get_move(request: HttpRequest, pk: int) -> Move:
    """A move that the person may see, else 404."""
    rows = Move.objects.visible_to(request.user, at=timezone.now())
    return get_object_or_404(rows.for_list().select_related("request__drafter", "request__applicant", "returned_by", "closed_by"), pk=pk)


@require_safe
def outside(request: HttpRequest) -> HttpResponse:
    """What is outside now: late ones first, who carries it, until when."""
    now = timezone.now()
    reach = Reach.of(request.user, at=now)
    rows = list(Move.objects.visible_to(request.user, at=now, reach=reach).outside().for_list().late_first())
    context = {
        "page_obj": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "tally": outsides.Tally.of(rows, on=day_of(now)),
        "is_wide": reach.is_wide,
        "now": now,
    }
    return render(request, "assets/move/outside.html", context)


@require_safe
def list_(request: HttpRequest) -> HttpResponse:
    """All moves that the person sees, the latest first."""
    now = timezone.now()
    narrowed = MoveFilter(request.GET, queryset=Move.objects.visible_to(request.user, at=now).for_list())
    page = Paginator(narrowed.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "assets/move/list.html", {"filter": narrowed, "page_obj": page, "now": now})


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """First what it wants from me, then what is carried, then the history."""
    return _page(request, get_move(request, pk))


def _page(request: HttpRequest, move: Move, *, status: int = 200, **forms: Any) -> HttpResponse:
    now = timezone.now()
    forms.setdefault("arrive_form", ArriveForm(move=move))
    forms.setdefault("settle_form", SettleForm())
    return render(
        request, "assets/move/detail.html", {"move": move, "view": MovePage(move, request.user, at=now), "now": now, **forms}, status=status
    )


@require_POST
def act_(request: HttpRequest, pk: int, act_code: str) -> HttpResponse:
    """depart · return · confirm · deny · lose."""
    move, by = get_move(request, pk), {"by": request.user, "at": timezone.now()}
    acts = {
        "depart": (
            lambda: move.depart(**by),
            "出発を記録しました。" + ("着いたら" if move.needs_arrival else "戻したら") + "、ここで記録してください。",
        ),
        "return": (lambda: move.return_(**by), "返却を記録しました。課の別の職員が確かめると終わります。"),
        "confirm": (lambda: move.confirm_return(**by), "返却を確かめました。この移動と申請は終わりました。"),
        "deny": (lambda: move.deny_return(**by), "まだ戻っていないことを、運ぶ人に知らせました。"),
        "lose": (lambda: move.lose(**by), "紛失を記録しました。続けて、インシデントを報告してください。"),
    }
    if act_code not in acts:
        raise Http404("この操作はありません。")
    return act(request, *acts[act_code], move)


@require_POST
def arrive(request: HttpRequest, pk: int) -> HttpResponse:
    """到着・受渡し, with who has received it."""
    move = get_move(request, pk)
    form = ArriveForm(request.POST, move=move)
    if not form.is_valid():
        return _page(request, move, status=422, arrive_form=form)
    done = (
        "到着を記録しました。戻したら、返却を記録してください。"
        if move.comes_back
        else "到着を記録しました。この移動と申請は終わりました。"
    )
    receiver = form.cleaned_data.get("receiver", "")
    return act(request, lambda: move.arrive(receiver=receiver, by=request.user, at=timezone.now()), done, move)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """見つからないまま終える, with the reason."""
    move = get_move(request, pk)
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _page(request, move, status=422, settle_form=form)
    reason = form.cleaned_data["reason"]
    return act(request, lambda: move.settle(reason=reason, by=request.user, at=timezone.now()), "見つからないまま終えました。", move)

"""The check for unused IDs: begin, answer one by one, end."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from assets.forms.ledger import IdCheckForm, IdReplyForm
from assets.models import IdCheck, IdCheckLine, LedgerEntry
from assets.views.register import get_row, reach_of
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.fiscal import next_working_day
from musashimurayama_isms.parameters.values import value

PAGE_SIZE = 50


def id_checks(request: HttpRequest) -> HttpResponse:
    """All rounds, for those who begin or answer them."""
    reach, at = reach_of(request)
    if not reach.checks_ids:
        raise Http404
    context = {
        "rounds": IdCheck.objects.visible_to(request.user, at=at, reach=reach).select_related("opened_by")[:PAGE_SIZE],
        "can_open": IdCheck.can_open(request.user, at=at, reach=reach) and not IdCheck.objects.open().exists(),
        "months": value("duties.unused_ids_months"),
    }
    return render(request, "assets/id_check/list.html", context)


def id_check_new(request: HttpRequest) -> HttpResponse:
    """Begin a round."""
    reach, at = reach_of(request)
    if not reach.checks_ids:
        raise Http404
    if not IdCheck.can_open(request.user, at=at, reach=reach):
        raise PermissionDenied("点検を始められるのは、中央電子計算組織管理者とその課の職員だけです。")
    two_weeks = next_working_day(day_of(at) + timedelta(days=14))
    form = IdCheckForm(request.POST or None, initial={"due_on": two_weeks})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = "点検を始めました。職員課に知らせます。"
        return act(request, lambda: IdCheck.begin(by=request.user, at=at, **given), done, "assets:id_checks")
    return render(request, "assets/id_check/new.html", {"form": form}, status=422 if form.errors else 200)


def id_check(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: each ID with its reason, its answer, and what is still to be done."""
    check, reach, at = get_row(request, IdCheck, pk, "opened_by")
    lines = check.lines.select_related("entry__department__parent", "answered_by")
    page_obj = Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page"))
    seen = set(
        LedgerEntry.objects.filter(pk__in=[line.entry_id for line in page_obj])
        .visible_to(request.user, at=at, reach=reach)
        .values_list("pk", flat=True)
    )
    context = {
        "check": check,
        "page_obj": page_obj,
        "seen": seen,
        "waiting": check.lines.filter(answer="").count(),
        "can_answer": check.closed_at is None and IdCheckLine.can_answer(request.user, at=at, reach=reach),
        "can_close": check.closed_at is None and IdCheck.can_open(request.user, at=at, reach=reach),
        "answers": IdCheckLine.Answer.choices,
    }
    return render(request, "assets/id_check/detail.html", context)


@require_POST
def id_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer of the 職員課 about one ID."""
    reach, at = reach_of(request)
    rounds = IdCheck.objects.visible_to(request.user, at=at, reach=reach)
    line = get_object_or_404(IdCheckLine.objects.select_related("check_round", "entry"), pk=pk, check_round__in=rounds)
    form = IdReplyForm(request.POST)
    if not form.is_valid():
        raise Http404("この回答はありません。")
    given = form.cleaned_data
    done = f"{line.entry.number} に回答しました。"
    return act(request, lambda: line.reply(given["answer"], note=given["note"], by=request.user, at=at), done, line.check_round)


@require_POST
def id_check_close(request: HttpRequest, pk: int) -> HttpResponse:
    check, _, at = get_row(request, IdCheck, pk)
    return act(request, lambda: check.close(by=request.user, at=at), "点検を終えました。", check)

"""The pages of 脆弱性: the list, one of them, its systems, the table that leaves."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from assets.registers import RegisterReach
from incidents.alert_pages import PAGE_SIZE, TYPES, need_type, show, table
from incidents.hats import worn
from incidents.models import Vulnerability, VulnerabilityTarget
from incidents.vulnerabilities.filters import VulnerabilityFilter
from incidents.vulnerabilities.forms import AimForm, AnswerForm, AskAgainForm, CloseForm, DecisionForm, VulnerabilityForm
from incidents.vulnerabilities.page import VulnerabilityPage
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.saving import tried
from musashimurayama_isms.trail.record import record

HEADINGS = (
    *("番号", "件名", "深刻度", "製品", "システム", "所管課", "状態", "期限", "予定日", "対応した日", "確かめたこと・したこと"),
    *("答えた人", "答えた日", "決定の言葉", "見直す日"),
)
WIDTHS = (10, 32, 8, 28, 28, 20, 12, 12, 12, 12, 40, 14, 12, 30, 12)


def _reach(request: HttpRequest) -> tuple[RegisterReach, datetime]:
    at = timezone.now()
    return RegisterReach.of(request.user, at=at), at


def _listed(request: HttpRequest, reach: RegisterReach, *, at: datetime) -> VulnerabilityFilter:
    rows = Vulnerability.objects.visible_to(request.user, at=at, reach=reach).with_tally(on=day_of(at), reach=reach)
    return VulnerabilityFilter(request.GET, queryset=rows, on=day_of(at))


def vulnerabilities(request: HttpRequest) -> HttpResponse:
    reach, at = _reach(request)
    filtered = _listed(request, reach, at=at)
    context = {
        "filter": filtered,
        "page_obj": Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page")),
        "can_keep": Vulnerability.can_keep(request.user, at=at, reach=reach),
        "now": at,
        "suffixes": list(TYPES),
    }
    return render(request, "incidents/vulnerabilities/list.html", context)


@require_POST
@transaction.atomic
def vulnerability_export(request: HttpRequest, suffix: str) -> FileResponse:
    """A row a system, as far as the list is narrowed and the person sees."""
    need_type(suffix)
    reach, at = _reach(request)
    wanted = _listed(request, reach, at=at).qs.order_by().values("pk")
    rows = VulnerabilityTarget.objects.visible_to(request.user, at=at, reach=reach).filter(vulnerability__in=wanted).for_list()
    cells = [_cells(row) for row in rows.order_by("vulnerability__fiscal_year", "vulnerability__sequence", "system__code")]
    note = f"{day_of(at).isoformat()}現在 {len(cells)}件"
    made = table(suffix, "脆弱性への対応", HEADINGS, cells, widths=WIDTHS, name="脆弱性への対応", note=note)
    record(request.user, "incidents.vulnerability.exported", None, at=at, format=suffix, count=len(cells), filter=sorted(request.GET))
    return made


def _cells(row: VulnerabilityTarget) -> list:
    hole = row.vulnerability
    return [
        *(hole.number, hole.title, hole.get_severity_display(), hole.product, str(row.system), row.system.department.full_name),
        *(row.get_status_display(), row.due_on, row.planned_on, row.done_on, row.words),
        *(
            row.answered_by.name if row.answered_by else "",
            day_of(row.answered_at) if row.answered_at else None,
            row.decision,
            row.review_on,
        ),
    ]


def get_vulnerability(request: HttpRequest, pk: int) -> tuple[Vulnerability, RegisterReach, datetime]:
    """A vulnerability that the person may see."""
    reach, at = _reach(request)
    rows = Vulnerability.objects.visible_to(request.user, at=at, reach=reach).select_related("entered_by")
    return get_object_or_404(rows, pk=pk), reach, at


def vulnerability(request: HttpRequest, pk: int) -> HttpResponse:
    found, reach, at = get_vulnerability(request, pk)
    context = {"vulnerability": found, "page": VulnerabilityPage(found, reach, at), "now": at}
    return render(request, "incidents/vulnerabilities/detail.html", context)


def _keeping(request: HttpRequest, pk: int) -> tuple[Vulnerability, datetime]:
    found, reach, at = get_vulnerability(request, pk)
    _need_keeper(request, reach, at=at)
    return found, at


def _need_keeper(request: HttpRequest, reach: RegisterReach, *, at: datetime) -> None:
    if not Vulnerability.can_keep(request.user, at=at, reach=reach):
        raise PermissionDenied("脆弱性の登録と変更ができるのは、中央電子計算組織管理者とその課の職員だけです。")


def vulnerability_new(request: HttpRequest) -> HttpResponse:
    """A hole that has become known; then its systems are chosen."""
    reach, at = _reach(request)
    _need_keeper(request, reach, at=at)
    form = VulnerabilityForm(request.POST or None, at=at, initial={"found_on": day_of(at)})
    if request.method == "POST" and form.is_valid():
        made = tried(request, form, lambda: Vulnerability.enter(by=request.user, at=at, **form.cleaned_data))
        if made:
            messages.success(request, f"{made.number} として登録しました。次に、確認を求めるシステムを選んでください。")
            return redirect("incidents:vulnerability_aim", made.pk)
    return show(request, "incidents/vulnerabilities/new.html", form)


def vulnerability_change(request: HttpRequest, pk: int) -> HttpResponse:
    found, at = _keeping(request, pk)
    form = VulnerabilityForm(request.POST or None, instance=found, at=at)
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(request, form, lambda: found.change(by=request.user, at=at, **form.cleaned_data))
    ):
        messages.success(request, "変更しました。")
        return redirect(found)
    return show(request, "incidents/vulnerabilities/change.html", form, vulnerability=found)


def vulnerability_aim(request: HttpRequest, pk: int) -> HttpResponse:
    """Which systems are to be looked at."""
    found, at = _keeping(request, pk)
    form = AimForm(request.POST if request.method == "POST" else None, vulnerability=found)
    if request.method == "POST" and form.is_valid():
        count = tried(request, form, lambda: found.aim(form.chosen(), by=request.user, at=at))
        if count:
            messages.success(request, f"{count}件のシステムの所管課に、確認を求めました。")
            return redirect(found)
    return show(request, "incidents/vulnerabilities/aim.html", form, vulnerability=found)


def vulnerability_close(request: HttpRequest, pk: int) -> HttpResponse:
    found, at = _keeping(request, pk)
    form = CloseForm(request.POST or None, initial={"outcome": found.outcome})
    if request.method == "POST" and form.is_valid():
        outcome = form.cleaned_data["outcome"]
        return act(request, lambda: found.close(outcome=outcome, by=request.user, at=at), "完了にしました。", found)
    return show(request, "incidents/vulnerabilities/close.html", form, vulnerability=found)


@require_POST
def vulnerability_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    found, at = _keeping(request, pk)
    return act(request, lambda: found.reopen(by=request.user, at=at), "対応中に戻しました。", found)


def get_target(request: HttpRequest, pk: int) -> tuple[VulnerabilityTarget, RegisterReach, datetime]:
    """A system of a vulnerability that the person may see."""
    reach, at = _reach(request)
    return get_object_or_404(VulnerabilityTarget.objects.visible_to(request.user, at=at, reach=reach).for_list(), pk=pk), reach, at


def target_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """What the section has found, or done."""
    target, reach, at = get_target(request, pk)
    if not reach.keeps(target.system.department):
        raise PermissionDenied("答えられるのは、システムの所管課と中央電子計算組織管理者です。")
    answers = target.answers(request.user, at=at, reach=reach)
    if not answers:
        messages.warning(request, f"このシステムは「{target.get_status_display()}」のため、いまは答えられません。")
        return redirect(target.vulnerability)
    form = AnswerForm(request.POST or None, request.FILES or None, target=target, answers=answers)
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(request, form, lambda: target.answer(**form.content(), by=request.user, at=at))
    ):
        messages.success(request, f"{target.system.code} の状況を記録しました。")
        return redirect(target.vulnerability)
    return show(request, "incidents/vulnerabilities/answer.html", form, target=target, vulnerability=target.vulnerability, now=at)


def target_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether nothing may be done."""
    target, _, at = get_target(request, pk)
    if not target.is_for_decision and worn(request.user, *VulnerabilityTarget.DECIDERS, at=at):
        messages.warning(request, f"このシステムは「{target.get_status_display()}」です。決めるものはありません。")
        return redirect(target.vulnerability)
    if target.decider(request.user, at=at) is None:
        raise PermissionDenied("決められるのは、申し出た人ではない中央電子計算組織管理者か電子計算組織総括管理者です。")
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        given = {"words": data["words"], "by": request.user, "at": at}
        accepts = data["outcome"] == DecisionForm.ACCEPT
        made = tried(request, form, lambda: target.accept(review_on=data["review_on"], **given) if accepts else target.decline(**given))
        if made:
            messages.success(request, "決定しました。所管課に知らせました。")
            return redirect(target.vulnerability)
    return show(request, "incidents/vulnerabilities/decide.html", form, target=target, vulnerability=target.vulnerability, now=at)


def target_ask_again(request: HttpRequest, pk: int) -> HttpResponse:
    """An ended one is looked at anew."""
    target, reach, at = get_target(request, pk)
    if not reach.is_central:
        raise PermissionDenied("もう一度確認を求められるのは、中央電子計算組織管理者だけです。")
    form = AskAgainForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and tried(request, form, lambda: target.ask_again(due_on=form.cleaned_data["due_on"], by=request.user, at=at))
    ):
        messages.success(request, "もう一度確認を求めました。")
        return redirect(target.vulnerability)
    return show(request, "incidents/vulnerabilities/ask_again.html", form, target=target, vulnerability=target.vulnerability, now=at)

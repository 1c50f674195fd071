"""The pages of 脆弱性: the list, one of them, its systems, the table that leaves."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from assets.registers import RegisterReach
from incidents.alert_pages import PAGE_SIZE, show
from incidents.hats import worn
from incidents.models import Vulnerability, VulnerabilityTarget
from incidents.vulnerabilities.forms import AimForm, AnswerForm, AskAgainForm, CloseForm, DecisionForm, VulnerabilityForm
from incidents.vulnerabilities.listing import vulnerabilities_of
from incidents.vulnerabilities.page import VulnerabilityPage
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.saving import tried


def _reach(request: HttpRequest) -> tuple[RegisterReach, datetime]:
    at = timezone.now()
    return RegisterReach.of(request.user, at=at), at


def vulnerabilities(request: HttpRequest) -> HttpResponse:
    reach, at = _reach(request)
    filtered = vulnerabilities_of(request.user, request.GET, reach=reach, at=at)
    targets = VulnerabilityTarget.objects.visible_to(request.user, at=at, reach=reach)
    context = {
        "filter": filtered,
        "targets": targets.filter(vulnerability__in=filtered.qs.order_by().values("pk")).count(),
        "page_obj": Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page")),
        "can_keep": Vulnerability.can_keep(request.user, at=at, reach=reach),
        "now": at,
    }
    return render(request, "incidents/vulnerabilities/list.html", context)


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

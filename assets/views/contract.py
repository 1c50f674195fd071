"""Contracts with 委託事業者: the register, a new one, one of them, and the acts on it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from assets.contract_page import ContractPage
from assets.forms.contract import ContractForm, ReportForm
from assets.forms.service import ConcludeForm
from assets.models import Contract, ContractReport
from assets.service_filters import ContractFilter
from assets.views.acts import Words, ask
from assets.views.service_acts import begin_request
from musashimurayama_isms.accounts.standing import day_of, main_department
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.transitions import InvalidTransition

PAGE_SIZE = 50
ROOM = "contracts"


def _rows(request: HttpRequest):
    return Contract.objects.visible_to(request.user, at=timezone.now()).with_all()


def listing(request: HttpRequest) -> HttpResponse:
    """The contracts of one's section and division; all for the wide roles."""
    filtered = ContractFilter(request.GET, queryset=_rows(request))
    context = {
        "filter": filtered,
        "page_obj": Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page")),
        "today": day_of(timezone.now()),
        "now": timezone.now(),
    }
    return render(request, "assets/services/contracts.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """A contract that one's own section is to make."""
    now = timezone.now()
    section = main_department(request.user, on=day_of(now))
    if section is None:
        raise PermissionDenied
    form = ContractForm(request.POST or None, initial={"contractor": request.GET.get("contractor")})
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        row = Contract.enter(facts.pop("contractor"), section, by=request.user, at=now, **facts)
        messages.success(request, "登録しました。次に、選定の記録と契約項目の確認に答えてください。")
        return redirect(row)
    return render(request, "assets/services/contract_new.html", {"form": form, "section": section}, status=422 if form.is_bound else 200)


def _seen(request: HttpRequest, pk) -> Contract:
    return get_object_or_404(_rows(request), pk=pk)


def detail(request: HttpRequest, pk) -> HttpResponse:
    """One contract: what is asked now, what was agreed, its reports, its history."""
    page = ContractPage(_seen(request, pk), request.user, at=timezone.now())
    return render(request, "assets/services/contract.html", {"contract": page.contract, "page": page, "now": page.at})


def conclude(request: HttpRequest, pk) -> HttpResponse:
    row, now = _seen(request, pk), timezone.now()
    words = Words(
        "契約を記録する",
        "選定の記録と契約項目の確認は、ここで終わります。これから、定期の報告の時期を受信箱に知らせます。",
        "記録する",
        "契約を記録しました。",
    )
    may, form = row.can_conclude(request.user, at=now), ConcludeForm(request.POST or None)
    return ask(request, row, form, lambda data: row.conclude(by=request.user, at=now, **data), words, may=may, room=ROOM)


def report(request: HttpRequest, pk) -> HttpResponse:
    """Take in a report; an emergency leads on to the report of an incident."""
    row, now = _seen(request, pk), timezone.now()
    if not row.can_enter(request.user, at=now):
        raise PermissionDenied
    form = ReportForm(request.POST or None, request.FILES or None, initial={"received_on": day_of(now), "kind": request.GET.get("kind")})
    if request.method == "POST" and form.is_valid():
        return _take_in(request, row, form)
    return render(request, "assets/services/report.html", {"contract": row, "form": form}, status=422 if form.is_bound else 200)


def _take_in(request: HttpRequest, row: Contract, form: ReportForm) -> HttpResponse:
    facts = {name: form.cleaned_data[name] for name in ("kind", "received_on", "summary", "has_problem", "uploads")}
    try:
        taken = ContractReport.enter(row, facts.pop("kind"), by=request.user, at=timezone.now(), **facts)
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect(row)
    is_emergency = taken.kind == ContractReport.Kind.EMERGENCY
    done = "緊急の報告を登録し、関係する方に知らせました。続けて、インシデントを報告してください。"
    messages.success(request, done if is_emergency else "登録しました。")
    return redirect(row)


@require_POST
def subcontract(request: HttpRequest, pk) -> HttpResponse:
    """Begin the application for a subcontractor."""
    row = _seen(request, pk)
    if not row.can_enter(request.user, at=timezone.now()):
        raise PermissionDenied
    return begin_request(request, row, "subcontracting", {})


@require_POST
def drop(request: HttpRequest, pk) -> HttpResponse:
    row = _seen(request, pk)
    return act(request, lambda: row.drop(by=request.user, at=timezone.now()), "契約を取りやめました。記録は残ります。", row)


@require_POST
def end(request: HttpRequest, pk) -> HttpResponse:
    row = _seen(request, pk)
    return act(request, lambda: row.end(by=request.user, at=timezone.now()), "委託の終了を記録しました。", row)

"""Risk: the list of a year, one section's assessment, a threat at a time, improvements, and the city's table."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from assets.filters.risk import ImprovementFilter
from assets.forms.risk import ImprovementForm, LineForm, OutcomeForm, ReopenForm, TableForm
from assets.models.improvement import Improvement
from assets.models.risk import RiskAssessment, RiskLine, RiskRule, Threat
from assets.reach import Reach
from assets.risk_page import AssessmentPage
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_label
from musashimurayama_isms.transitions import InvalidTransition

PAGE_SIZE = 50


def _assessment(request: HttpRequest, pk: int) -> RiskAssessment:
    rows = RiskAssessment.objects.visible_to(request.user, at=timezone.now()).select_related("department__parent")
    return get_object_or_404(rows, pk=pk)


def assessments(request: HttpRequest) -> HttpResponse:
    """The assessments that the person sees, newest year first, and the sections where one may begin this year's."""
    now = timezone.now()
    reach = Reach.of(request.user, at=now)
    rows = RiskAssessment.objects.visible_to(request.user, at=now, reach=reach).with_counts().select_related("department__parent")
    year = fiscal_year(day_of(now))
    begun = RiskAssessment.objects.filter(fiscal_year=year).values("department")
    mine = Department.objects.in_force(day_of(now)).sections().filter(pk__in=reach.staff).exclude(pk__in=begun)
    context = {
        "page_obj": Paginator(rows.order_by("-fiscal_year", "department__position"), PAGE_SIZE).get_page(request.GET.get("page")),
        "year": fiscal_year_label(year),
        "may_begin": mine.select_related("parent"),
        "may_edit_table": RiskRule.may_edit(request.user, at=now),
    }
    return render(request, "assets/risk/list.html", context)


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Open this year's assessment of a section."""
    department = get_object_or_404(Department, pk=pk)
    try:
        found = RiskAssessment.begin(department, by=request.user, at=timezone.now())
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect("assets:risks")
    return redirect(found)


def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """Threats down, classes across: how large, and whether the measures suffice."""
    found = _assessment(request, pk)
    page = AssessmentPage(found, request.user, at=timezone.now())
    return render(request, "assets/risk/detail.html", {"page": page, "assessment": found, "form": ReopenForm()})


def threat(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Judge one threat for every class; what is valid is kept, then the next open threat follows."""
    now = timezone.now()
    found = _assessment(request, pk)
    lines = list(found.lines.filter(threat__code=code).select_related("threat", "assessment__department__parent"))
    asked = get_object_or_404(Threat, code=code)
    forms = [LineForm(request.POST or None, line=line) for line in lines]
    if request.method == "POST" and all(form.is_valid() for form in forms) and _answered(request, forms, now):
        messages.success(request, f"「{asked}」の評価を保存しました。")
        return redirect(AssessmentPage(found, request.user, at=now).after(code))
    may = found.status == RiskAssessment.Status.OPEN and found.can_assess(request.user, at=now)
    context = {"assessment": found, "threat": asked, "forms": forms, "may_answer": may}
    return render(request, "assets/risk/threat.html", context, status=422 if request.method == "POST" else 200)


def _answered(request: HttpRequest, forms: list[LineForm], at) -> bool:
    """Keep all answers or none; what a line refuses stands beside its field."""
    try:
        with transaction.atomic():
            for form in forms:
                try:
                    form.line.answer(**form.cleaned_data, by=request.user, at=at)
                except ValidationError as error:
                    form.add_error(None, error)
            if any(form.errors for form in forms):
                transaction.set_rollback(True)
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return False
    return not any(form.errors for form in forms)


@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    found = _assessment(request, pk)
    return act(request, lambda: found.close(by=request.user, at=timezone.now()), "リスク評価を確定しました。", found)


@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    found = _assessment(request, pk)
    reason = request.POST.get("reason", "")[:500]
    return act(request, lambda: found.reopen(by=request.user, at=timezone.now(), reason=reason), "評価し直しを始めました。", found)


def improvements(request: HttpRequest) -> HttpResponse:
    """What is to be improved, the earliest day first."""
    now = timezone.now()
    rows = Improvement.objects.visible_to(request.user, at=now).for_list()
    filtered = ImprovementFilter(request.GET, queryset=rows, on=day_of(now))
    page = Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "assets/risk/improvements.html", {"filter": filtered, "page_obj": page, "now": now})


def add_improvement(request: HttpRequest, pk: int) -> HttpResponse:
    """An improvement for one line."""
    now = timezone.now()
    visible = RiskAssessment.objects.visible_to(request.user, at=now)
    line = get_object_or_404(RiskLine.objects.select_related("threat", "assessment__department__parent"), pk=pk, assessment__in=visible)
    if not line.assessment.can_assess(request.user, at=now):
        raise PermissionDenied("改善項目を入れられるのは、その課の職員と中央電子計算組織管理者です。")
    form = ImprovementForm(request.POST or None, initial={"aspects": line.threat.aspects})
    if request.method == "POST" and form.is_valid():
        try:
            Improvement.add(line, **form.cleaned_data, by=request.user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "改善項目を入れました。期限が近づくと受信箱でお知らせします。")
            return redirect(line.assessment)
    return render(request, "assets/risk/improvement_form.html", {"form": form, "line": line}, status=422 if form.errors else 200)


def end_improvement(request: HttpRequest, pk: int, status: str) -> HttpResponse:
    """It is done (done), or given up (dropped)."""
    now = timezone.now()
    found = get_object_or_404(Improvement.objects.visible_to(request.user, at=now).for_list(), pk=pk)
    form = OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        outcome = form.cleaned_data["outcome"]
        return act(
            request, lambda: found.end(status, outcome=outcome, by=request.user, at=now), "結果を記録しました。", "assets:improvements"
        )
    context = {"form": form, "improvement": found, "is_done": status == Improvement.Status.DONE}
    return render(request, "assets/risk/improvement_end.html", context, status=422 if form.errors else 200)


def table(request: HttpRequest) -> HttpResponse:
    """The city's table of levels; everyone reads it, few change it."""
    now = timezone.now()
    form = TableForm(request.POST or None, table=RiskRule.table())
    if request.method == "POST" and form.is_valid():
        try:
            RiskRule.edit(form.cells, by=request.user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "リスクの表を変えました。すべての評価の大きさは、この表で表示されます。")
            return redirect("assets:risk_table")
    context = {"form": form, "may_edit": RiskRule.may_edit(request.user, at=now)}
    return render(request, "assets/risk/table.html", context, status=422 if form.errors else 200)

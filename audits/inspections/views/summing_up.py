"""The result of a department: its chief sums up and says what will be bettered."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from audits.inspections.forms import (
    DoneForm,
    ImprovementForm,
    SumUpForm,
)
from audits.inspections.pages import ResultPage
from audits.models import Improvement, SectionResult
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.files.saving import tried


def _result(request: HttpRequest, pk: int) -> SectionResult:
    rows = SectionResult.objects.visible_to(request.user, at=timezone.now())
    return get_object_or_404(rows.select_related("campaign__previous", "department__parent", "confirmed_by"), pk=pk)


def section_result(request: HttpRequest, pk: int) -> HttpResponse:
    """Totals and open points of a department, who has not answered, what will be bettered; its chief sums up."""
    now = timezone.now()
    found = _result(request, pk)
    page = ResultPage(found, request.user, at=now)
    form = SumUpForm(request.POST or None, initial={"comment": found.comment})
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and tried(request, form, lambda: found.confirm(by=request.user, at=now, **form.cleaned_data) or found):
        messages.success(request, "課の結果をまとめました。中央電子計算組織管理者に伝わります。")
        return redirect(found)
    context = {"result": found, "page": page, "form": form, "now": now, "on": day_of(now)}
    return render(request, "audits/inspections/result.html", context, status=422 if form.errors else 200)


def plan_improvement(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down one thing to better."""
    found = _result(request, pk)
    page = ResultPage(found, request.user, at=timezone.now())
    if page.hat is None:
        raise PermissionDenied("改善策を書けるのは、その課の情報セキュリティ担当者です。")
    questions = [point["question"] for point in page.open_points]
    form = ImprovementForm(request.POST or None, questions=questions, initial={"question": request.GET.get("question")})
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and tried(request, form, lambda: Improvement.plan(found, by=request.user, at=timezone.now(), **form.cleaned_data)):
        messages.success(request, "改善策を加えました。")
        return redirect(found)
    context = {"form": form, "result": found, "heading": "改善策を書く", "button": "加える"}
    return render(request, "audits/inspections/form.html", context, status=422 if form.errors else 200)


def finish_improvement(request: HttpRequest, pk: int) -> HttpResponse:
    """It is done: what was done."""
    row = get_object_or_404(Improvement.objects.visible_to(request.user, at=timezone.now()).select_related("result__campaign"), pk=pk)
    if row.result.hat_of(request.user, at=timezone.now()) is None:
        raise PermissionDenied("改善策の完了を記録できるのは、その課の情報セキュリティ担当者です。")
    form = DoneForm(request.POST or None)
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and tried(request, form, lambda: row.finish(by=request.user, at=timezone.now(), **form.cleaned_data) or row):
        messages.success(request, "改善策を完了にしました。")
        return redirect(row.result)
    context = {"form": form, "result": row.result, "heading": "改善策を完了する", "button": "完了にする", "about": row.text}
    return render(request, "audits/inspections/form.html", context, status=422 if form.errors else 200)

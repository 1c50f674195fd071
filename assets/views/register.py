"""What the pages of systems and devices share: the list, entering, changing."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from assets.registers import RegisterReach
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.transitions import InvalidTransition

PAGE_SIZE = 50


def reach_of(request: HttpRequest) -> tuple[RegisterReach, datetime]:
    at = timezone.now()
    return RegisterReach.of(request.user, at=at), at


def get_row(request: HttpRequest, model: Any, pk: int, *related: str) -> tuple[Any, RegisterReach, datetime]:
    """A row that the person may see, with reach and moment; 404 for a stranger."""
    reach, at = reach_of(request)
    rows = model.objects.visible_to(request.user, at=at, reach=reach)
    return get_object_or_404(rows.select_related(*related) if related else rows, pk=pk), reach, at


def listed(request: HttpRequest, filter_class: Any, template: str) -> HttpResponse:
    """The rows that the person may see, narrowed by the address."""
    reach, at = reach_of(request)
    rows = filter_class.Meta.model.objects.visible_to(request.user, at=at, reach=reach).select_related("department__parent")
    filtered = filter_class(request.GET, queryset=rows)
    context = {
        "filter": filtered,
        "page_obj": Paginator(filtered.qs, PAGE_SIZE).get_page(request.GET.get("page")),
        "can_enter": reach.departments(at=at).exists(),
        "today": day_of(at),
    }
    return render(request, template, context)


def entered(request: HttpRequest, form_class: Any, template: str) -> HttpResponse:
    """A new row."""
    reach, at = reach_of(request)
    form = form_class(request.POST or None, reach=reach, at=at)
    if not form.fields["department"].queryset:
        raise PermissionDenied("登録できるのは、課の職員と中央電子計算組織管理者だけです。")
    if request.method == "POST" and form.is_valid():
        try:
            row = form_class.Meta.model.enter(by=request.user, at=at, **form.cleaned_data)
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(request, f"{row.code} として登録しました。")
            return redirect(row)
    return render(request, template, {"form": form}, status=422 if form.errors else 200)


def changed(request: HttpRequest, form_class: Any, pk: int, template: str) -> HttpResponse:
    """A row put right; 403 for who only sees it."""
    row, reach, at = get_row(request, form_class.Meta.model, pk, "department__parent")
    if row.is_ended:
        messages.warning(request, f"「{row}」は{row.get_status_display()}のため、変更できません。")
        return redirect(row)
    if not row.can_change(request.user, at=at, reach=reach):
        raise PermissionDenied("変更できるのは、所管課の職員と中央電子計算組織管理者だけです。")
    form = form_class(request.POST or None, instance=row, reach=reach, at=at)
    if request.method == "POST" and form.is_valid():
        try:
            form_class.Meta.model.objects.get(pk=pk).change(by=request.user, at=at, **form.cleaned_data)
        except ValidationError as error:
            form.take_errors(error)
        except InvalidTransition as error:
            messages.warning(request, str(error))
            return redirect(row)
        else:
            messages.success(request, "変更しました。")
            return redirect(row)
    return render(request, template, {"form": form, "row": row}, status=422 if form.errors else 200)

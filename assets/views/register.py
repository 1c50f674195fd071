"""What the pages of systems and devices share: the list, entering, changing, the table that leaves."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from assets.classification import AssetClass
from assets.registers import RegisterReach
from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.download import private_download
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

PAGE_SIZE = 50
TYPES = {"csv": spreadsheet.CSV_TYPE, "xlsx": spreadsheet.XLSX_TYPE}


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
        "suffixes": list(TYPES),
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


@transaction.atomic
def exported(request: HttpRequest, filter_class: Any, suffix: str, title: str, names: Sequence[str]) -> FileResponse:
    """The rows as the address narrows them; the class stands in the file's name and on every page (3.5.2.2)."""
    reach, at = reach_of(request)
    rows = filter_class.Meta.model.objects.visible_to(request.user, at=at, reach=reach).select_related("department__parent")
    found = list(filter_class(request.GET, queryset=rows).qs)
    headings = ["番号", *(str(filter_class.Meta.model._meta.get_field(name).verbose_name) for name in names)]
    table = [[row.code, *(_cell(row, name) for name in names)] for row in found]
    note = f"{AssetClass.II.label} {day_of(at).isoformat()}現在 {len(found)}件"
    mark = "見本" if settings.IS_TRIAL else ""
    content = spreadsheet.as_csv(headings, table) if suffix == "csv" else spreadsheet.as_xlsx(title, headings, table, mark=mark, note=note)
    record(
        request.user, "assets.register.exported", None, at=at, register=title, format=suffix, count=len(found), filter=request.GET.dict()
    )
    name = f"{title}-{AssetClass.II.label}-{day_of(at).isoformat()}.{suffix}"
    return private_download(BytesIO(content), name=name, media_type=TYPES[suffix])


def _cell(row: Any, name: str) -> spreadsheet.Cell:
    display = getattr(row, f"get_{name}_display", None)
    given = display() if display else getattr(row, name)
    if isinstance(given, bool):
        return "はい" if given else ""
    return given.full_name if isinstance(given, Department) else given

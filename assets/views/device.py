"""Devices."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from assets.filters.system import DeviceFilter
from assets.forms.system import DeviceForm, OffSiteCheckForm
from assets.models import Device
from assets.system_page import SubjectPage
from assets.views.register import changed, entered, get_row, listed
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act


def device_list(request: HttpRequest) -> HttpResponse:
    return listed(request, DeviceFilter, "assets/device/list.html")


def device_new(request: HttpRequest) -> HttpResponse:
    return entered(request, DeviceForm, "assets/device/new.html")


def device_change(request: HttpRequest, pk: int) -> HttpResponse:
    return changed(request, DeviceForm, pk, "assets/device/change.html")


def device(request: HttpRequest, pk: int) -> HttpResponse:
    """One device and what points to it."""
    row, reach, at = get_row(request, Device, pk, "department__parent", "system", "development", "entered_by")
    page = SubjectPage(row, reach, at=at)
    context = {"device": row, "page": page, "can_check": row.can_check(request.user, at=at, reach=reach)}
    return render(request, "assets/device/detail.html", context)


@require_POST
def device_act(request: HttpRequest, pk: int, act_code: str) -> HttpResponse:
    """store · use · lost."""
    row, _, at = get_row(request, Device, pk, "department__parent")
    by = request.user
    acts = {
        "store": (lambda: row.store(by=by, at=at), "保管中にしました。"),
        "use": (lambda: row.use(by=by, at=at), "使用中にしました。"),
        "lost": (lambda: row.report_lost(by=by, at=at), "所在不明を記録しました。インシデントとしても報告してください。"),
    }
    if act_code not in acts:
        raise Http404("この操作はありません。")
    return act(request, *acts[act_code], row)


def device_check(request: HttpRequest, pk: int) -> HttpResponse:
    """The check of a device outside the buildings (3.8.1.5)."""
    row, reach, at = get_row(request, Device, pk, "department__parent")
    if not reach.is_central_staff:
        raise PermissionDenied("確認を記録できるのは、中央電子計算組織管理者とその課の職員だけです。")
    if not row.can_check(request.user, at=at, reach=reach):
        messages.warning(request, "庁外に設置している機器ではないため、確認の記録は要りません。")
        return redirect(row)
    form = OffSiteCheckForm(request.POST or None, initial={"on": day_of(at)})
    if request.method == "POST" and form.is_valid():
        try:
            row.check_off_site(on=form.cleaned_data["on"], is_fine=form.cleaned_data["is_fine"] == "yes", by=request.user, at=at)
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(request, "庁外の機器の確認を記録しました。")
            return redirect(row)
    return render(request, "assets/device/check.html", {"form": form, "device": row}, status=422 if form.errors else 200)

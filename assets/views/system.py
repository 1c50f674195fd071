"""Information systems, with the logs they keep and their connections to the outside."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from assets.filters.system import SystemFilter
from assets.forms.system import ConnectionForm, DayForm, LogKeptForm, SystemForm
from assets.models import Connection, LogKept, System
from assets.system_page import SystemPage
from assets.views.register import changed, entered, get_row, listed, reach_of
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.transitions import InvalidTransition


def system_list(request: HttpRequest) -> HttpResponse:
    return listed(request, SystemFilter, "assets/system/list.html")


def system_new(request: HttpRequest) -> HttpResponse:
    return entered(request, SystemForm, "assets/system/new.html")


def system_change(request: HttpRequest, pk: int) -> HttpResponse:
    return changed(request, SystemForm, pk, "assets/system/change.html")


def system(request: HttpRequest, pk: int) -> HttpResponse:
    """One system and everything that points to it."""
    row, reach, at = get_row(request, System, pk, "department__parent", "entered_by")
    return render(request, "assets/system/detail.html", {"system": row, "page": SystemPage(row, reach, at=at)})


LIFE = {
    "start": ("運用を始める", "運用を開始する日", "運用を開始しました。"),
    "retire": ("運用を終える", "運用を終了する日", "運用を終了しました。"),
}


def system_life(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Put into use, or retire: on which day."""
    row, reach, at = get_row(request, System, pk, "department__parent")
    if act not in LIFE:
        raise Http404("この操作はありません。")
    if not row.can_decide(request.user, at=at, reach=reach):
        raise PermissionDenied("決められるのは、所管課の情報セキュリティ担当者と中央電子計算組織管理者だけです。")
    title, label, done = LIFE[act]
    form = DayForm(request.POST or None, initial={"on": day_of(at)})
    form.fields["on"].label = label
    if request.method == "POST" and form.is_valid():
        do = row.start_use if act == "start" else row.retire
        try:
            do(on=form.cleaned_data["on"], by=request.user, at=at)
        except InvalidTransition as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, done)
        return redirect(row)
    context = {"form": form, "system": row, "heading": title, "label": title, "leftovers": row.leftovers() if act == "retire" else []}
    return render(request, "assets/system/part.html", context, status=422 if form.errors else 200)


def log_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A kind of log that the system keeps."""
    row, reach, at = get_row(request, System, pk, "department__parent")
    if not row.can_change(request.user, at=at, reach=reach):
        raise PermissionDenied("登録できるのは、所管課の職員と中央電子計算組織管理者だけです。")
    form = LogKeptForm(request.POST or None, system=row)
    if request.method == "POST" and form.is_valid():
        LogKept.enter(row, by=request.user, at=at, **form.cleaned_data)
        messages.success(request, "保存するログを登録しました。")
        return redirect(row)
    context = {"form": form, "system": row, "heading": "保存するログを登録する", "label": "登録する"}
    return render(request, "assets/system/part.html", context, status=422 if form.errors else 200)


@require_POST
def log_end(request: HttpRequest, pk: int) -> HttpResponse:
    """The log is no longer taken."""
    reach, at = reach_of(request)
    seen = System.objects.visible_to(request.user, at=at, reach=reach)
    row = LogKept.objects.select_related("system").filter(pk=pk, system__in=seen).first()
    if row is None:
        raise Http404
    return act(request, lambda: row.end(on=day_of(at), by=request.user, at=at), "ログの取得を終えたことを記録しました。", row.system)


def connection_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A connection to the outside, permitted before by CISO and 総括管理者."""
    row, reach, at = get_row(request, System, pk, "department__parent")
    if not Connection.may_keep(request.user, at=at, reach=reach):
        raise PermissionDenied("登録できるのは、中央電子計算組織管理者とその課の職員だけです。")
    form = ConnectionForm(request.POST or None, system=row)
    if request.method == "POST" and form.is_valid():
        try:
            Connection.enter(row, by=request.user, at=at, **form.cleaned_data)
        except ValidationError as error:
            form.take_errors(error)
        except InvalidTransition as error:
            messages.warning(request, str(error))
            return redirect(row)
        else:
            messages.success(request, "外部との接続を登録しました。")
            return redirect(row)
    context = {"form": form, "system": row, "heading": "外部との接続を登録する", "label": "登録する"}
    return render(request, "assets/system/part.html", context, status=422 if form.errors else 200)


def connection_change(request: HttpRequest, pk: int) -> HttpResponse:
    row, reach, at = get_row(request, Connection, pk, "system__department__parent")
    if not Connection.may_keep(request.user, at=at, reach=reach):
        raise PermissionDenied("変更できるのは、中央電子計算組織管理者とその課の職員だけです。")
    form = ConnectionForm(request.POST or None, instance=row, system=row.system)
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        return act(request, lambda: row.change(by=request.user, at=at, **fields), "外部との接続の内容を変更しました。", row.system)
    context = {"form": form, "system": row.system, "heading": f"{row}を変更する", "label": "変更する"}
    return render(request, "assets/system/part.html", context, status=422 if form.errors else 200)


@require_POST
def connection_act(request: HttpRequest, pk: int, act_code: str) -> HttpResponse:
    """confirm · cut · restore · end."""
    row, _, at = get_row(request, Connection, pk, "system__department__parent")
    by = request.user
    acts = {
        "confirm": (lambda: row.confirm(by=by, at=at), "接続が今も必要なことを記録しました。"),
        "cut": (lambda: row.cut(by=by, at=at), "接続の遮断を記録しました。関係する方に知らせます。"),
        "restore": (lambda: row.restore(by=by, at=at), "接続の再開を記録しました。"),
        "end": (lambda: row.end(on=timezone.localdate(at), by=by, at=at), "接続の終了を記録しました。"),
    }
    if act_code not in acts:
        raise Http404("この操作はありません。")
    return act(request, *acts[act_code], row.system)

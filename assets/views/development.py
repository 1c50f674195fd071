"""Development files: begin, check item by item, go on step by step."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from assets.forms.system import DevelopmentForm, ItemForm, ReasonForm
from assets.models import DevelopmentFile, DevelopmentItem, System
from assets.system_page import DevelopmentPage
from assets.views.register import get_row
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.transitions import InvalidTransition


def development_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a file for a system."""
    row, reach, at = get_row(request, System, pk, "department__parent")
    if not row.can_change(request.user, at=at, reach=reach):
        raise PermissionDenied("登録できるのは、所管課の職員と中央電子計算組織管理者だけです。")
    form = DevelopmentForm(request.POST or None, system=row, initial={"starts_on": day_of(at)})
    if request.method == "POST" and form.is_valid():
        file = DevelopmentFile.open(row, by=request.user, at=at, **form.cleaned_data)
        messages.success(request, f"{file.code} として開発のファイルを作りました。計画・調達の項目から確かめてください。")
        return redirect(file)
    context = {"form": form, "system": row, "heading": "開発のファイルを作る", "label": "作る"}
    return render(request, "assets/system/part.html", context, status=422 if form.errors else 200)


def development(request: HttpRequest, pk: int) -> HttpResponse:
    """The file: what is to be shown in this step, what is done, IDs, devices, history."""
    row, reach, at = get_row(request, DevelopmentFile, pk, "system__department__parent", "entered_by")
    page = DevelopmentPage(row, reach, at=at)
    return render(request, "assets/development/detail.html", {"development": row, "page": page, "evidence": page.files})


@require_POST
def development_advance(request: HttpRequest, pk: int) -> HttpResponse:
    row, _, at = get_row(request, DevelopmentFile, pk, "system__department__parent")
    return act(request, lambda: row.advance(by=request.user, at=at), "次の段階に進めました。", row)


def development_stop(request: HttpRequest, pk: int) -> HttpResponse:
    """End without a result, with a reason."""
    row, reach, at = get_row(request, DevelopmentFile, pk, "system__department__parent")
    if not row.can_advance(request.user, at=at, reach=reach):
        raise PermissionDenied("中止できるのは、進行中の開発の、所管課の情報セキュリティ担当者と中央電子計算組織管理者だけです。")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return act(request, lambda: row.stop(reason=reason, by=request.user, at=at), "開発を中止しました。", row)
    return _page(request, form, row, heading="開発を中止する", label="中止する")


def item_done(request: HttpRequest, pk: int) -> HttpResponse:
    """An item was checked: when, what came out, where the evidence is."""
    item, reach, at = get_row(request, DevelopmentItem, pk, "development__system__department__parent")
    if not item.development.system.may_enter(request.user, item.development.system.department, at=at, reach=reach):
        raise PermissionDenied("記録できるのは、所管課の職員と中央電子計算組織管理者だけです。")
    form = ItemForm(request.POST or None, request.FILES or None, initial={"on": day_of(at)})
    if request.method == "POST" and form.is_valid():
        try:
            _complete(item, form, request, at=at)
        except ValidationError as error:
            form.take_errors(error)
        except InvalidTransition as error:
            messages.warning(request, str(error))
            return redirect(item.development)
        else:
            messages.success(request, f"「{item.label}」を済みにしました。")
            return redirect(item.development)
    return _page(request, form, item.development, heading=item.label, label="済みにする", item=item)


@transaction.atomic
def _complete(item: DevelopmentItem, form: ItemForm, request: HttpRequest, *, at: Any) -> None:
    given, by = form.cleaned_data, request.user
    uploads = given["uploads"]
    item.complete(on=given["on"], note=given["note"], evidence=given["evidence"], files=len(uploads), by=by, at=at)
    for upload in uploads:
        attach(item, upload, by=by)


def item_waive(request: HttpRequest, pk: int) -> HttpResponse:
    """The item does not apply here, with a reason."""
    item, reach, at = get_row(request, DevelopmentItem, pk, "development__system__department__parent")
    if not item.development.system.can_decide(request.user, at=at, reach=reach):
        raise PermissionDenied("対象外にできるのは、所管課の情報セキュリティ担当者と中央電子計算組織管理者だけです。")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason, done = form.cleaned_data["reason"], f"「{item.label}」を対象外にしました。"
        return act(request, lambda: item.waive(reason=reason, by=request.user, at=at), done, item.development)
    return _page(request, form, item.development, heading=f"対象外にする：{item.label}", label="対象外にする", item=item)


@require_POST
def item_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    item, _, at = get_row(request, DevelopmentItem, pk, "development__system__department__parent")
    return act(request, lambda: item.reopen(by=request.user, at=at), "項目を未に戻しました。", item.development)


def _page(request: HttpRequest, form: Any, development: DevelopmentFile, **words: Any) -> HttpResponse:
    context = {"form": form, "development": development, **words}
    return render(request, "assets/development/act.html", context, status=422 if form.errors else 200)

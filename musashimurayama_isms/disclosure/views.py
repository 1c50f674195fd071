"""Masked copies: the list, one of them, its acts. No rule lives here."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.saving import tried
from musashimurayama_isms.trail.reading import note_reading

from . import forms
from .hands import NOT_TO_CONFIRM, NOT_TO_PREPARE, Hands
from .listing import listed
from .models import Disclosure, Span
from .page import DisclosurePage
from .sources import SOURCES, RowSource

PAGE_SIZE = 50
OFFERED = 20


def _hands(request: HttpRequest, *, at: datetime) -> Hands:
    """Who enters the room; 404 for a stranger."""
    hands = Hands(request.user, at=at)
    if not hands.enters:
        raise Http404("この画面はありません。")
    return hands


def _copy(request: HttpRequest, pk: int, *, at: datetime) -> Disclosure:
    rows = Disclosure.objects.visible_to(request.user, at=at).select_related("created_by", "submitted_by", "approved_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
def disclosures(request: HttpRequest) -> HttpResponse:
    """All copies of records that the person sees, the newest first."""
    now = timezone.now()
    hands = _hands(request, at=now)
    form = forms.FilterForm(request.GET)
    page_obj = Paginator(listed(form, hands), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "disclosure/list.html", {"hands": hands, "form": form, "page_obj": page_obj})


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Look for the record, and begin with one of those found."""
    now = timezone.now()
    if not _hands(request, at=now).prepares:
        raise PermissionDenied(NOT_TO_PREPARE)
    asked = forms.ChooseForm(request.GET or None)
    begin = forms.BeginForm(request.POST or None)
    if request.method == "POST" and begin.is_valid():
        return _begin(request, begin.cleaned_data["reception"], at=now)
    found = _offers(request, asked.cleaned_data, at=now) if asked.is_bound and asked.is_valid() else None
    context = {"form": asked, "begin_form": begin, "offers": found, "code": request.GET.get("source", "")}
    return render(request, "disclosure/choose.html", context, status=422 if begin.errors else 200)


def _offers(request: HttpRequest, wanted: dict[str, str], *, at: datetime) -> list[tuple[str, str, str]]:
    """(key, name, what helps to tell it from others) of the records found."""
    source = SOURCES[wanted["source"]]
    if not isinstance(source, RowSource):
        return [(key, word, "") for key, word in source.keys(at) if Hands(request.user, at=at).holds(*source.readers)]
    rows = source.offers(request.user, at, wanted["q"].strip())[:OFFERED]
    return [(str(row.pk), str(row), source.hint(row)) for row in rows]


def _begin(request: HttpRequest, reception: str, *, at: datetime) -> HttpResponse:
    source = request.POST.get("source", "")
    if source not in SOURCES:
        raise Http404("この種類の記録はありません。")
    try:
        made = Disclosure.begin(source, request.POST.get("key", ""), reception=reception, by=request.user, at=at)
    except LookupError as error:
        raise Http404(str(error)) from None
    messages.success(request, "写しを作り始めました。ポータルが提案した黒塗りを、1か所ずつ確かめてください。")
    return redirect(made)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One copy; that it was read is noted, for it tells what the paper will not."""
    now = timezone.now()
    found = _copy(request, pk, at=now)
    note_reading(request.user, found, at=now)
    return _page(request, found, forms.MaskForm(), at=now)


def _page(request: HttpRequest, found: Disclosure, form: forms.MaskForm, *, at: datetime) -> HttpResponse:
    page = DisclosurePage(found, request.user, at=at, number=request.GET.get("page"))
    context = {"copy": found, "page": page, "page_obj": page.page_obj, "form": form}
    return render(request, "disclosure/detail.html", context, status=422 if form.errors else 200)


@require_POST
def mask(request: HttpRequest, pk: int) -> HttpResponse:
    """Blacken a phrase; what was typed stays where it is refused."""
    now = timezone.now()
    found = _copy(request, pk, at=now)
    if not Hands(request.user, at=now).prepares:
        raise PermissionDenied(NOT_TO_PREPARE)
    form = forms.MaskForm(request.POST)
    if form.is_valid() and (count := tried(request, form, lambda: found.mask(**form.cleaned_data, by=request.user, at=now))):
        messages.success(request, f"{count}か所を黒塗りにしました。")
        return redirect(found)
    return _page(request, found, form, at=now)


def _ask(
    request: HttpRequest, found: Disclosure, form: django_forms.Form, do: Callable[[dict], Any], words: dict[str, Any], done: str
) -> HttpResponse:
    """A page with one form and one button; back to the copy afterwards."""
    if form.is_bound and form.is_valid() and tried(request, form, lambda: do(form.cleaned_data) or True):
        messages.success(request, done)
        return redirect(found)
    return render(request, "disclosure/act.html", {"copy": found, "form": form, **words}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: HttpRequest, pk: int, span: int) -> HttpResponse:
    """Show a place after all."""
    now = timezone.now()
    found = _copy(request, pk, at=now)
    if not Hands(request.user, at=now).prepares:
        raise PermissionDenied(NOT_TO_PREPARE)
    place: Span = get_object_or_404(found.spans.masked().select_related("ground", "by"), pk=span)
    words = {"title": "黒塗りを外す", "button": "外す", "place": place, "words": found.words_of(place)}
    do = lambda data: found.lift(place, **data, by=request.user, at=now)  # noqa: E731
    return _ask(request, found, forms.LiftForm(request.POST or None), do, words, "黒塗りを外しました。")


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the confirmation."""
    now = timezone.now()
    found = _copy(request, pk, at=now)
    return act(request, lambda: found.submit(by=request.user, at=now), "確認を依頼しました。別の担当者が確かめて確定します。", found)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to who prepared it."""
    now = timezone.now()
    found = _copy(request, pk, at=now)
    if not found.may_confirm(request.user, at=now):
        raise PermissionDenied(NOT_TO_CONFIRM)
    words = {"title": "差し戻す", "button": "差し戻す", "effect": "作成した人に、直すところを伝えます。"}
    do = lambda data: found.send_back(reason=data["reason"], by=request.user, at=now)  # noqa: E731
    return _ask(request, found, forms.ReasonForm(request.POST or None), do, words, "差し戻しました。")


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm; the paper follows by itself."""
    now = timezone.now()
    found = _copy(request, pk, at=now)
    form = forms.ApproveForm(request.POST)
    seen = form.cleaned_data["seen"] if form.is_valid() else ""
    return act(request, lambda: found.approve(seen=seen, by=request.user, at=now), "確定しました。写し（PDF）を作成しています。", found)


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give it up."""
    now = timezone.now()
    found = _copy(request, pk, at=now)
    if not Hands(request.user, at=now).prepares:
        raise PermissionDenied(NOT_TO_PREPARE)
    words = {
        "title": "取りやめる",
        "button": "取りやめる",
        "effect": "写し取った本文と黒塗りを消します。元の記録は変わりません。",
        "is_danger": True,
    }
    do = lambda data: found.drop(reason=data["reason"], by=request.user, at=now)  # noqa: E731
    return _ask(request, found, forms.ReasonForm(request.POST or None), do, words, "取りやめました。")

"""Reorganisation: for whoever handles personnel changes, 404 for anyone else."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.transitions import InvalidTransition

from ..chart import Desk
from ..models import Department, Post, may_handle_personnel
from ..reorganisation.changing import LeavesVacant
from ..reorganisation.forms import (
    AbolishForm,
    AbolishPostForm,
    ChangePostForm,
    ChoosePostForm,
    EstablishForm,
    EstablishPostForm,
    RenameForm,
    start,
)
from ..reorganisation.gaps import gaps
from ..reorganisation.listing import turns
from ..reorganisation.withdrawal import Withdrawal, of_department, of_post
from .acts import act

PAGE_SIZE = 50
HOME = "accounts:reorganisation"
CHOSEN = ("department", "old", "post")  # what the address of a form may have chosen already


def _door(request: HttpRequest) -> datetime:
    """The moment of the act; 404 for whoever may not open the room."""
    now = timezone.now()
    if not may_handle_personnel(request.user, at=now):
        raise Http404
    return now


def reorganisation(request: HttpRequest) -> HttpResponse:
    """What begins and ends in the last and the coming year, and what would be missing then."""
    now = _door(request)
    today = timezone.localdate(now)
    page_obj = Paginator(turns(today), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/reorganisation.html", {"page_obj": page_obj, "gaps": gaps(today)})


def _ask(request: HttpRequest, form_class: type[forms.Form], do: Callable[[dict, datetime], object], **words: str) -> HttpResponse:
    """A form on a page of its own; what the organisation does not allow is told above it, and the typed text stays."""
    now = _door(request)
    begin = start(timezone.localdate(now))
    chosen = {name: request.GET[name] for name in CHOSEN if name in request.GET}
    form = form_class(request.POST or None, initial={**begin, "on": begin["since"] - timedelta(days=1), **chosen})
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data, now)
        except InvalidTransition as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, words["done"])
            return redirect(HOME)
    return render(request, "accounts/reorganise.html", {"form": form, **words})


def establish(request: HttpRequest) -> HttpResponse:
    return _ask(
        request,
        EstablishForm,
        lambda data, now: Department.establish(**data, by=request.user, at=now),
        title="組織を新設する",
        lead="登録すると、その日からの組織になり、人事異動の CSV の新所属に書けるようになります。",
        label="新設を登録する",
        done="新設を登録しました。",
    )


def rename(request: HttpRequest) -> HttpResponse:
    return _ask(
        request,
        RenameForm,
        lambda data, now: data.pop("old").rename(**data, by=request.user, at=now),
        title="名称や部を変える",
        lead="新しい組織が、職、役割、委員をそのまま引き継ぎます。人事異動のない人は、その日に自動で移ります。前の記録は、前の名称のままです。",
        label="変更を登録する",
        done="変更を登録しました。前の組織は、その前の日で終わります。",
    )


def abolish(request: HttpRequest) -> HttpResponse:
    return _ask(
        request,
        AbolishForm,
        lambda data, now: data["department"].abolish(on=data["on"], successor=data["successor"], by=request.user, at=now),
        title="組織を廃止する",
        lead="承継先を先に新設し、人事異動を適用待ちにしてから登録します。部を廃止すると、下の課は承継先の部に移ります。",
        label="廃止を登録する",
        done="廃止を登録しました。終わりの日までは取りやめられます。",
    )


def establish_post(request: HttpRequest) -> HttpResponse:
    return _ask(
        request,
        EstablishPostForm,
        lambda data, now: Post.establish(data.pop("department"), **data, by=request.user, at=now),
        title="職を新設する",
        lead="役割は職が持ち、その職に就いた人が果たします。",
        label="職の新設を登録する",
        done="職の新設を登録しました。",
    )


def abolish_post(request: HttpRequest) -> HttpResponse:
    return _ask(
        request,
        AbolishPostForm,
        lambda data, now: data["post"].abolish(on=data["on"], by=request.user, at=now),
        title="職を廃止する",
        lead="就いている人がいるときは、先に人事異動を取り込み、適用待ちにします。",
        label="職の廃止を登録する",
        done="職の廃止を登録しました。終わりの日までは取りやめられます。",
    )


def choose_post(request: HttpRequest) -> HttpResponse:
    """Which post is to be changed; the organisation page leads to its form straight away."""
    _door(request)
    form = ChoosePostForm(request.GET if "post" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("accounts:change_post", form.cleaned_data["post"].pk)
    return render(request, "accounts/choose_post.html", {"form": form})


def change_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Other roles, another title, other committees from a day; what is now stands beside the form."""
    now = _door(request)
    found = get_object_or_404(Post.objects.select_related("department__parent").prefetch_related("roles"), pk=pk)
    today = timezone.localdate(now)
    form = ChangePostForm(request.POST or None, post=found, initial=start(today))
    if request.method == "POST" and form.is_valid():
        try:
            found.change(**form.cleaned_data, by=request.user, at=now)
        except LeavesVacant as error:
            form.add_error(None, str(error))
            form.ask_whether_meant()
        except InvalidTransition as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "職の変更を登録しました。就いている人は、その日に自動で移ります。")
            return redirect(HOME)
    return render(request, "accounts/change_post.html", {"form": form, "post": found, "desk": Desk.of([found], on=today)[0]})


def _withdraw(request: HttpRequest, found: Withdrawal, do: Callable[[], object], *, may: bool) -> HttpResponse:
    """What goes and what stands in the way; then it goes as a whole."""
    if request.method == "POST":
        return act(request, do, f"{found.thing}の登録を取りやめました。", HOME if may else request.path)
    return render(request, "accounts/withdraw.html", {"found": found, "may": may})


def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    now, row = _door(request), get_object_or_404(Department.objects.select_related("parent"), pk=pk)
    found = of_department(row, user=request.user, at=now)
    return _withdraw(request, found, lambda: row.withdraw(by=request.user, at=now), may=not found.obstacles)


def withdraw_post(request: HttpRequest, pk: int) -> HttpResponse:
    now, row = _door(request), get_object_or_404(Post.objects.select_related("department__parent"), pk=pk)
    found = of_post(row, user=request.user, at=now)
    return _withdraw(request, found, lambda: row.withdraw(by=request.user, at=now), may=not found.obstacles)


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    now, found = _door(request), get_object_or_404(Department, pk=pk)
    return act(request, lambda: found.take_back(by=request.user, at=now), "廃止を取りやめました。職も元のままです。", HOME)


@require_POST
def take_back_post(request: HttpRequest, pk: int) -> HttpResponse:
    now, found = _door(request), get_object_or_404(Post.objects.select_related("department"), pk=pk)
    return act(request, lambda: found.take_back(by=request.user, at=now), "職の廃止を取りやめました。", HOME)

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

from ..models import Department, Post, may_handle_personnel
from ..reorganisation.forms import AbolishForm, AbolishPostForm, EstablishForm, EstablishPostForm, RenameForm, start
from ..reorganisation.listing import turns
from .acts import act

PAGE_SIZE = 50
HOME = "accounts:reorganisation"


def _door(request: HttpRequest) -> datetime:
    """The moment of the act; 404 for whoever may not open the room."""
    now = timezone.now()
    if not may_handle_personnel(request.user, at=now):
        raise Http404
    return now


def reorganisation(request: HttpRequest) -> HttpResponse:
    """What begins and ends in the last and the coming year."""
    now = _door(request)
    page_obj = Paginator(turns(timezone.localdate(now)), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/reorganisation.html", {"page_obj": page_obj})


def _ask(request: HttpRequest, form_class: type[forms.Form], do: Callable[[dict, datetime], object], **words: str) -> HttpResponse:
    """A form on a page of its own; what the organisation does not allow is told above it, and the typed text stays."""
    now = _door(request)
    begin = start(timezone.localdate(now))
    form = form_class(request.POST or None, initial={**begin, "on": begin["since"] - timedelta(days=1)})
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
        lead="職、役割、委員をそのままに、新しい組織が引き継ぎます。前の記録の名称は変わりません。人事異動のない人も、その日に自動で移ります。",
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


@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    now, found = _door(request), get_object_or_404(Department, pk=pk)
    return act(request, lambda: found.take_back(by=request.user, at=now), "廃止を取りやめました。職も元のままです。", HOME)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    now, found = _door(request), get_object_or_404(Department, pk=pk)
    return act(request, lambda: found.withdraw(by=request.user, at=now), "新設を取りやめました。", HOME)


@require_POST
def take_back_post(request: HttpRequest, pk: int) -> HttpResponse:
    now, found = _door(request), get_object_or_404(Post.objects.select_related("department"), pk=pk)
    return act(request, lambda: found.take_back(by=request.user, at=now), "職の廃止を取りやめました。", HOME)

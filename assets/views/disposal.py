"""Disposals: the list, one of them, its record."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assets.filters.move import DisposalFilter
from assets.forms.disposal import GiveUpForm, RecordForm
from assets.models import Disposal
from assets.move_page import DisposalPage
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.transitions import InvalidTransition

PAGE_SIZE = 50


def get_disposal(request: HttpRequest, pk: int) -> Disposal:
    """A disposal that the person may see, else 404."""
    return get_object_or_404(Disposal.objects.visible_to(request.user, at=timezone.now()).for_list(), pk=pk)


@require_safe
def list_(request: HttpRequest) -> HttpResponse:
    """The disposals that the person sees, the latest first."""
    now = timezone.now()
    narrowed = DisposalFilter(request.GET, queryset=Disposal.objects.visible_to(request.user, at=now).for_list())
    page = Paginator(narrowed.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "assets/disposal/list.html", {"filter": narrowed, "page_obj": page, "now": now})


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """First what it wants from me, then the lines, then the history."""
    found, now = get_disposal(request, pk), timezone.now()
    return render(
        request, "assets/disposal/detail.html", {"disposal": found, "view": DisposalPage(found, request.user, at=now), "now": now}
    )


def _open(request: HttpRequest, pk: int) -> Disposal | HttpResponse:
    """The disposal where the person may record; 403 for others, the page where it is over."""
    found = get_disposal(request, pk)
    if found.is_over:
        messages.warning(request, f"この廃棄は「{found.get_status_display()}」です。最新の状況を表示しました。")
        return redirect(found)
    if not found.can_record(request.user, at=timezone.now()):
        raise PermissionDenied("廃棄の記録ができるのは、その課の職員です。")
    return found


def record(request: HttpRequest, pk: int) -> HttpResponse:
    """When, who, how, with whom: for the lines that are ticked."""
    found = _open(request, pk)
    if isinstance(found, HttpResponse):
        return found
    form = RecordForm(request.POST or None, request.FILES or None, disposal=found)
    if request.method == "POST" and form.is_valid():
        try:
            _record(request, found, form)
        except ValidationError as error:
            form.add_error(None, error)
        except InvalidTransition as error:
            form.add_error(None, str(error))
        else:
            done = (
                "すべて記録しました。台帳を廃棄済にし、申請を完了にしました。"
                if found.is_over
                else "記録しました。残りも、処理したら記録してください。"
            )
            messages.success(request, done)
            return redirect(found)
    return render(request, "assets/disposal/record.html", {"form": form, "disposal": found}, status=422 if form.errors else 200)


@transaction.atomic
def _record(request: HttpRequest, found: Disposal, form: RecordForm) -> None:
    """The record and its photographs, together or not at all."""
    for upload in form.cleaned_data["uploads"]:
        attach(found, upload, by=request.user)
    found.record(form.line_keys, form.what(), by=request.user, at=timezone.now())


def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Some of it is kept after all."""
    found = _open(request, pk)
    if isinstance(found, HttpResponse):
        return found
    form = GiveUpForm(request.POST or None, disposal=found)
    if request.method == "POST" and form.is_valid():
        try:
            found.give_up(form.line_keys, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
        except InvalidTransition as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "取りやめを記録しました。台帳はそのままです。")
            return redirect(found)
    return render(request, "assets/disposal/give_up.html", {"form": form, "disposal": found}, status=422 if form.errors else 200)

"""A checklist: every question on one page, each saved by itself."""

from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from assets.checklist_page import ChecklistPage
from assets.forms.service import ItemForm
from assets.models import Checklist, ChecklistItem
from musashimurayama_isms.transitions import InvalidTransition

WRITTEN = ("answer", "reason", "evidence")


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions of one stage with their answers."""
    rows = Checklist.objects.visible_to(request.user, at=timezone.now()).select_related("service__department", "contract__department")
    return _page(request, get_object_or_404(rows, pk=pk))


def _page(request: HttpRequest, checklist: Checklist, bound: ItemForm | None = None) -> HttpResponse:
    page = ChecklistPage(checklist, request.user, at=timezone.now(), bound=bound)
    return render(request, "assets/services/checklist.html", {"checklist": checklist, "page": page}, status=422 if bound else 200)


def _item(request: HttpRequest, pk: int) -> ChecklistItem:
    rows = ChecklistItem.objects.visible_to(request.user, at=timezone.now()).select_related(
        "checklist__service__department", "checklist__contract__department"
    )
    return get_object_or_404(rows, pk=pk)


@require_POST
def respond(request: HttpRequest, pk: int) -> HttpResponse:
    """Save one answer; what is missing is said beside its field."""
    item, now = _item(request, pk), timezone.now()
    if item.checklist.is_open and not item.checklist.can_answer(request.user, at=now):
        raise PermissionDenied
    form = ItemForm(request.POST, request.FILES, instance=item)
    if not form.is_valid():
        return _page(request, item.checklist, form)
    given = {name: form.cleaned_data[name] for name in WRITTEN}
    try:
        item.respond(**given, uploads=form.cleaned_data["uploads"], by=request.user, at=now)
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, item.checklist, form)
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect(item.checklist)
    return redirect(item)


@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what is typed so far; a pause may end after the list was closed, then nothing is left to keep."""
    item, now = _item(request, pk), timezone.now()
    if not item.checklist.can_answer(request.user, at=now):
        return HttpResponse(status=204)
    form = ItemForm(request.POST, instance=item, is_pause=True)
    form.is_valid()
    given = {name: form.cleaned_data.get(name, getattr(item, name)) for name in WRITTEN}
    with suppress(InvalidTransition):
        item.respond(**given, by=request.user, at=now, is_pause=True)
    return HttpResponse(status=204)

"""Personnel lists: for the 職員課 and the administrators of the portal, 404 for anyone else."""

import hashlib

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.trail.models import Entry

from ..forms import PersonnelUploadForm
from ..models import PersonnelChange, may_handle_personnel
from ..personnel.file import read
from ..personnel.plan import Kind
from .acts import act

PAGE_SIZE = 50


def _get(request: HttpRequest, pk: int) -> PersonnelChange:
    rows = PersonnelChange.objects.visible_to(request.user, at=timezone.now()).select_related("uploaded_by", "applied_by")
    return get_object_or_404(rows, pk=pk)


def changes(request: HttpRequest) -> HttpResponse:
    if not may_handle_personnel(request.user, at=timezone.now()):
        raise Http404
    page_obj = Paginator(PersonnelChange.objects.select_related("uploaded_by"), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/personnel_changes.html", {"page_obj": page_obj})


def upload(request: HttpRequest) -> HttpResponse:
    """Read the file; a file that is no list at all is told at the field, a bad row on the next page by its line."""
    now = timezone.now()
    if not may_handle_personnel(request.user, at=now):
        raise Http404
    form = PersonnelUploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            rows = read(content)
        except ValidationError as error:
            form.add_error("file", error)
        else:
            digest = hashlib.sha256(content).hexdigest()
            day = form.cleaned_data["effective_on"]
            made = PersonnelChange.upload(rows, effective_on=day, file_name=file.name, file_digest=digest, by=request.user, at=now)
            return redirect(made)
    return render(request, "accounts/personnel_upload.html", {"form": form, "kinds": Kind.labels})


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """What the list does in words, the wrong rows first."""
    found, now = _get(request, pk), timezone.now()
    lines = Paginator(found.lines.select_related("person"), 100)
    context = {
        "change": found,
        "wrong": list(found.lines.exclude(problems=[])),
        "page_obj": lines.get_page(request.GET.get("page")),
        "can_apply": found.status == found.Status.WAITING and found.effective_on <= timezone.localdate(now),
        "can_undo": found.can_undo(at=now),
        "entries": Entry.objects.about(found),
    }
    return render(request, "accounts/personnel_change.html", context)


@require_POST
def schedule(request: HttpRequest, pk: int) -> HttpResponse:
    found = _get(request, pk)
    return act(
        request, lambda: found.schedule(by=request.user, at=timezone.now()), "適用待ちにしました。発令日になると適用されます。", *_to(found)
    )


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    found = _get(request, pk)
    done = "適用しました。取り消せるのは今日中です。"
    return act(request, lambda: found.apply(by=request.user, at=timezone.now()), done, *_to(found))


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    found = _get(request, pk)
    return act(request, lambda: found.undo(by=request.user, at=timezone.now()), "取り消しました。発令は元に戻りました。", *_to(found))


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = _get(request, pk)
    return act(request, lambda: found.discard(by=request.user, at=timezone.now()), "破棄しました。", *_to(found))


def _to(found: PersonnelChange) -> tuple:
    return "accounts:personnel_change", found.pk

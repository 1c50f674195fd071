"""Taking in a table: choose it, match its columns, see what is wrong, enter the rows."""

import hashlib

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from assets import jobs_asset
from assets.forms.asset import sections_of
from assets.forms.asset_import import ImportForm, MappingForm
from assets.intake.columns import BY_NAME, COLUMNS, guess
from assets.intake.file import read_headings
from assets.models import AssetImport
from assets.reach import Reach, keepers
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.jobs.models import JobResult
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

PAGE_SIZE = 50
SHOWN = ("name", "kind", "asset_class", "place", "department", "former_number")


def _get(request: HttpRequest, pk: int) -> AssetImport:
    rows = AssetImport.objects.visible_to(request.user, at=timezone.now())
    return get_object_or_404(rows.select_related("department__parent", "uploaded_by", "applied_by", "job"), pk=pk)


def _sections(request: HttpRequest):
    """Where the person may enter assets; 404 where nowhere."""
    now = timezone.now()
    reach = Reach.of(request.user, at=now)
    rows = sections_of(reach, at=now)
    if reach.is_central:
        rows = keepers(on=day_of(now))
    if not rows.exists():
        raise Http404("情報資産を取り込める課がありません。")
    return rows


@require_safe
def list_(request: HttpRequest) -> HttpResponse:
    rows = AssetImport.objects.visible_to(request.user, at=timezone.now()).select_related("department__parent", "uploaded_by")
    return render(request, "assets/import_list.html", {"page_obj": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))})


def start(request: HttpRequest) -> HttpResponse:
    """Keep the table; what is no table is told at the field."""
    form = ImportForm(request.POST or None, request.FILES or None, sections=_sections(request))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        content = file.read()
        try:
            headings, digest = read_headings(content, file.name), hashlib.sha256(content).hexdigest()
            file.seek(0)
            department = form.cleaned_data["department"]
            made = AssetImport.upload(file, headings=headings, digest=digest, department=department, by=request.user, at=timezone.now())
        except ValidationError as error:
            form.add_error("file", error)
        except InvalidTransition as error:
            form.add_error("file", str(error))
        else:
            return redirect("assets:import_map", made.pk)
    return render(request, "assets/import_start.html", {"form": form, "columns": COLUMNS}, status=422 if form.errors else 200)


def map_(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column is what: guessed from the headings, put right here; then the worker looks at the rows."""
    found = _get(request, pk)
    form = MappingForm(request.POST or None, headings=found.headings, columns=COLUMNS, initial=found.mapping or guess(found.headings))
    if request.method == "POST" and form.is_valid():
        return act(
            request, lambda: _check(request, found, form.cleaned_data), "行を確かめています。しばらくするとこの画面に結果が出ます。", found
        )
    return render(request, "assets/import_map.html", {"imported": found, "form": form}, status=422 if form.errors else 200)


@transaction.atomic
def _check(request: HttpRequest, found: AssetImport, mapping: dict) -> None:
    job = enqueue(jobs_asset.CHECK, by=request.user, subject=found, imported=found.pk)
    found.begin_check(mapping, job=job, by=request.user, at=timezone.now())


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, the wrong rows with everything that is wrong, and what would be entered."""
    found, now = _get(request, pk), timezone.now()
    only_good = request.GET.get("rows") == "good"
    shows_wrong, lines = found.wrong_count and not only_good, found.shown_lines(only_good=only_good)
    reach = Reach.of(request.user, at=now)
    page_obj = Paginator(lines, PAGE_SIZE).get_page(request.GET.get("page"))
    for line in page_obj:
        line.shown = [line.cells.get(name, "") for name in SHOWN]
    context = {
        "imported": found,
        "shows_wrong": shows_wrong,
        "page_obj": page_obj,
        "labels": [BY_NAME[name].label for name in SHOWN],
        "results": JobResult.objects.visible_to(request.user)
        .filter(job__kind=jobs_asset.ERRORS, job__object_id=str(found.pk))
        .order_by("-pk")[:1],
        "can_handle": found.can_handle(request.user, at=now, reach=reach),
        "can_undo": found.can_undo(request.user, at=now, reach=reach),
        "entries": Entry.objects.about(found),
    }
    return render(request, "assets/import.html", context)


@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter all rows, or the good ones; the worker does it in one transaction."""
    found = _get(request, pk)
    if not found.can_handle(request.user, at=timezone.now()):
        raise PermissionDenied
    only_good = request.POST.get("rows") == "good"
    return redirect(enqueue(jobs_asset.APPLY, by=request.user, subject=found, imported=found.pk, only_good=only_good))


@require_POST
def errors(request: HttpRequest, pk: int) -> HttpResponse:
    """The wrong rows as a workbook, made by the worker."""
    found = _get(request, pk)
    return redirect(enqueue(jobs_asset.ERRORS, by=request.user, subject=found, imported=found.pk))


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    found = _get(request, pk)
    done = "取り消しました。この取込みで登録した情報資産は、台帳から消えました。"
    return act(request, lambda: found.undo(by=request.user, at=timezone.now()), done, found)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = _get(request, pk)
    return act(request, lambda: found.discard(by=request.user, at=timezone.now()), "破棄しました。", found)

"""An existing list on its way into a ledger: choose the file, look at what was found, take it in."""

from io import BytesIO

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from assets.forms.ledger import ListFileForm, sections_of
from assets.ledgers import table
from assets.models import LedgerImport
from assets.views.ledger import get_ledger
from assets.views.register import reach_of
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.download import private_download
from musashimurayama_isms.spreadsheet import XLSX_TYPE

SHOWN = 50


def import_new(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a file; nothing is written before the next page."""
    reach, at = reach_of(request)
    ledger = get_ledger(code, reach)
    sections = sections_of(ledger, reach, at=at)
    if not sections:
        raise PermissionDenied(f"この台帳に登録できるのは、{ledger.keeper}だけです。")
    first = next((row for row in sections if row.pk in reach.sections), sections[0])
    form = ListFileForm(request.POST or None, request.FILES or None, sections=sections, initial={"department": first})
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            lines = table.read(ledger, file.read(), file.name)
        except ValidationError as error:
            form.add_error("file", error)
        else:
            section = form.cleaned_data["department"]
            row = LedgerImport.read(code, lines, department=section, file_name=file.name, by=request.user, at=at)
            return redirect("assets:ledger_import", row.pk)
    return render(request, "assets/ledger/import_new.html", {"ledger": ledger, "form": form}, status=422 if form.errors else 200)


def import_blank(request: HttpRequest, code: str) -> FileResponse:
    """An empty table with the right headings."""
    reach, _ = reach_of(request)
    ledger = get_ledger(code, reach)
    return private_download(BytesIO(table.blank(ledger)), name=f"{ledger.name}-様式.xlsx", media_type=XLSX_TYPE)


def _get(request: HttpRequest, pk: int) -> LedgerImport:
    rows = LedgerImport.objects.visible_to(request.user, at=timezone.now()).select_related("department__parent")
    return get_object_or_404(rows, pk=pk)


def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be written, and which rows would not, each with its reasons."""
    row = _get(request, pk)
    ledger = row.declared
    used = [field for field in ledger.fields if any(line["cells"].get(field.name) for line in row.good)]
    good = [(line["number"], [line["cells"].get(field.name, "") for field in used]) for line in row.good[:SHOWN]]
    wrong = [(line["number"], "、".join(filter(None, list(line["cells"].values())[:3])), line["faults"]) for line in row.wrong]
    context = {"row": row, "ledger": ledger, "headings": [field.label for field in used], "good": good, "wrong": wrong, "shown": SHOWN}
    return render(request, "assets/ledger/import.html", context)


@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    row = _get(request, pk)
    return act(request, lambda: row.apply(by=request.user, at=timezone.now()), "取り込みました。", _list(row))


@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    row = _get(request, pk)
    return act(request, lambda: row.discard(by=request.user, at=timezone.now()), "取り込まずに破棄しました。", _list(row))


def _list(row: LedgerImport) -> str:
    return reverse("assets:ledger_list", args=[row.ledger])

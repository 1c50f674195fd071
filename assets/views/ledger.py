"""The ledgers: all of them, one with its rows, one row, its acts. Which ledger it is stands in the address."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from assets.forms.ledger import ActForm, EntryForm, LedgerFilterForm, NewEntryForm, sections_of
from assets.ledgers import registry
from assets.ledgers.declaration import Ledger
from assets.ledgers.overview import EntryPage, cards, rows_of
from assets.models import LedgerEntry
from assets.registers import RegisterReach
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.trail.reading import note_reading
from musashimurayama_isms.transitions import InvalidTransition

PAGE_SIZE = 50


def get_ledger(code: str, reach: RegisterReach) -> Ledger:
    """The ledger of the address; 404 for an unknown one, and for a confined one before those who never see its rows."""
    try:
        ledger = registry.get(code)
    except LookupError as error:
        raise Http404("この台帳はありません。") from error
    if ledger.is_confined and not (reach.is_wide or reach.officer_of or reach.division_of):
        raise Http404("この台帳はありません。")
    return ledger


def _get(request: HttpRequest, code: str, pk: int, reach: RegisterReach, *, at: datetime) -> LedgerEntry:
    get_ledger(code, reach)
    rows = LedgerEntry.objects.of(code).visible_to(request.user, at=at, reach=reach)
    return get_object_or_404(rows.select_related("department__parent", "made_by", "corrects", "correction"), pk=pk)


def ledgers(request: HttpRequest) -> HttpResponse:
    """All ledgers with the figures of the rows that the person sees."""
    at = timezone.now()
    reach = RegisterReach.of(request.user, at=at)
    return render(request, "assets/ledger/index.html", {"cards": cards(reach, at=at), "may_check_ids": reach.checks_ids})


def ledger_list(request: HttpRequest, code: str) -> HttpResponse:
    """The rows of a ledger, narrowed by ?q= ?status= ?department=."""
    at = timezone.now()
    reach = RegisterReach.of(request.user, at=at)
    ledger = get_ledger(code, reach)
    form = LedgerFilterForm(request.GET, ledger=ledger, reach=reach, at=at)
    rows = form.narrowed(rows_of(ledger, reach, at=at))
    context = {
        "ledger": ledger,
        "form": form,
        "page_obj": Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page")),
        "can_enter": bool(sections_of(ledger, reach, at=at)),
        "headings": [ledger.all_fields[name].label for name in ledger.columns],
        "today": day_of(at),
    }
    return render(request, "assets/ledger/list.html", context)


def ledger_new(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a row; 403 for who reads the ledger without keeping it."""
    at = timezone.now()
    reach = RegisterReach.of(request.user, at=at)
    ledger = get_ledger(code, reach)
    if not sections_of(ledger, reach, at=at):
        raise PermissionDenied(f"この台帳に登録できるのは、{ledger.keeper}だけです。")
    form = NewEntryForm(request.POST or None, request.FILES or None, ledger=ledger, reach=reach, at=at)
    if request.method == "POST" and form.is_valid():
        try:
            entry = _enter(form, ledger, request, at=at)
        except ValidationError as error:
            form.take_errors(error)
        else:
            messages.success(request, f"{ledger.name}に {entry.number} として登録しました。")
            return redirect(entry)
    return render(request, "assets/ledger/new.html", {"ledger": ledger, "form": form}, status=422 if form.errors else 200)


@transaction.atomic
def _enter(form: NewEntryForm, ledger: Ledger, request: HttpRequest, *, at: datetime) -> LedgerEntry:
    entry = LedgerEntry.enter(ledger.code, department=form.cleaned_data["department"], data=form.values(), by=request.user, at=at)
    _attach(form, entry, request)
    return entry


def _attach(form: EntryForm | ActForm, entry: LedgerEntry, request: HttpRequest) -> None:
    for upload in form.cleaned_data["uploads"]:
        attach(entry, upload, by=request.user)


def ledger_entry(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One row: what may be done with it, what it says, its history."""
    at = timezone.now()
    reach = RegisterReach.of(request.user, at=at)
    entry = _get(request, code, pk, reach, at=at)
    if entry.declared.is_personal:
        note_reading(request.user, entry)
    return render(request, "assets/ledger/entry.html", {"page": EntryPage(entry, reach, at=at), "entry": entry, "ledger": entry.declared})


def ledger_correct(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Correct a row; of a log a new row is written."""
    at = timezone.now()
    reach = RegisterReach.of(request.user, at=at)
    entry = _get(request, code, pk, reach, at=at)
    if not entry.can_correct(request.user, at=at, reach=reach):
        raise PermissionDenied(f"訂正できるのは、{entry.declared.keeper}だけです。")
    form = EntryForm(request.POST or None, request.FILES or None, ledger=entry.declared, reach=reach, at=at, initial=entry.initial)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                corrected = entry.correct(data=form.values(), by=request.user, at=at)
                _attach(form, corrected, request)
        except ValidationError as error:
            form.take_errors(error)
        except InvalidTransition as error:
            messages.warning(request, str(error))
            return redirect(entry)
        else:
            messages.success(request, "訂正しました。前の内容は経過に残っています。")
            return redirect(corrected)
    context = {"ledger": entry.declared, "entry": entry, "form": form}
    return render(request, "assets/ledger/correct.html", context, status=422 if form.errors else 200)


def ledger_act(request: HttpRequest, code: str, pk: int, act: str) -> HttpResponse:
    """The page of an act: what it does, what it asks."""
    at = timezone.now()
    reach = RegisterReach.of(request.user, at=at)
    entry = _get(request, code, pk, reach, at=at)
    declared = next((row for row in entry.declared.acts if row.code == act), None)
    if declared is None:
        raise Http404("この操作はありません。")
    if not entry.allows(declared.by or entry.declared.keeper, entry.department, reach):
        raise PermissionDenied(f"「{declared.label}」ができるのは、{declared.by or entry.declared.keeper}だけです。")
    form = ActForm(request.POST or None, request.FILES or None, act=declared, reach=reach, at=at)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                entry.act(act, data=form.values(), by=request.user, at=at)
                _attach(form, entry, request)
        except ValidationError as error:
            form.take_errors(error)
        except InvalidTransition as error:
            messages.warning(request, str(error))
            return redirect(entry)
        else:
            messages.success(request, f"「{declared.label}」を記録しました。")
            return redirect(entry)
    context = {"ledger": entry.declared, "entry": entry, "act": declared, "form": form, "after": entry.declared.state(declared.target)}
    return render(request, "assets/ledger/act.html", context, status=422 if form.errors else 200)

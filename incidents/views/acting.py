"""The acts of the chain: receive, pass on, enter what was said on the phone, add facts."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.forms import DisputeForm, NoteForm, OralForm, PassOnForm
from incidents.models import Note, OralEntry, Receipt, Step
from incidents.views.reading import get_incident, get_receipt, get_step
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.transitions import InvalidTransition


@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    receipt = get_receipt(request, pk)
    return act(
        request,
        lambda: receipt.acknowledge(by=request.user, at=timezone.now()),
        "受領しました。報告した人に、読まれたことが伝わります。",
        receipt.step.incident,
    )


@require_POST
def pass_on(request: HttpRequest, pk: int) -> HttpResponse:
    step, now = get_step(request, pk), timezone.now()
    form = PassOnForm(request.POST)
    if not form.is_valid():
        return render(request, "incidents/pass_on.html", {"form": form, "step": step, "now": now}, status=422)
    told = "、".join(party.label for party in step.told(at=now))
    return act(
        request,
        lambda: step.pass_on(by=request.user, at=now, comment=form.cleaned_data["comment"]),
        f"{told}に伝達しました。",
        step.incident,
    )


def oral_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter that the holder passed the report on by phone."""
    return _oral(request, get_step(request, pk))


def oral_receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter that someone took the report by phone."""
    return _oral(request, get_receipt(request, pk))


def _oral(request: HttpRequest, act: Step | Receipt) -> HttpResponse:
    now = timezone.now()
    incident = act.incident if isinstance(act, Step) else act.step.incident
    people = act.able(at=now)
    form = OralForm(request.POST or None, people=[actor.person for actor in people], initial={"spoken_at": now})
    if request.method == "POST" and form.is_valid():
        try:
            OralEntry.enter(act, by=request.user, at=now, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)  # an error that names its field goes there
        except InvalidTransition as error:
            messages.warning(request, str(error))
            return redirect("incidents:detail", incident.pk)
        else:
            messages.success(request, "口頭の内容を記録しました。話した本人が次のログインで確認します。")
            return redirect("incidents:detail", incident.pk)
    return render(request, "incidents/oral.html", {"form": form, "act": act, "incident": incident, "people": people})


def _my_oral_entry(request: HttpRequest, pk: int) -> OralEntry:
    rows = OralEntry.objects.filter(spoken_by=request.user).select_related(
        "incident", "step", "receipt__step", "triage", "task", "entered_by"
    )
    return get_object_or_404(rows, pk=pk)


@require_POST
def confirm_oral(request: HttpRequest, pk: int) -> HttpResponse:
    entry = _my_oral_entry(request, pk)
    return act(request, lambda: entry.confirm(by=request.user, at=timezone.now()), "口頭の内容を確認しました。", entry.incident)


def deny_oral(request: HttpRequest, pk: int) -> HttpResponse:
    entry = _my_oral_entry(request, pk)
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return act(
            request,
            lambda: entry.deny(by=request.user, at=timezone.now(), dispute=form.cleaned_data["dispute"]),
            "違う点を記録しました。入力した方に伝わります。",
            entry.incident,
        )
    return render(request, "incidents/deny_oral.html", {"form": form, "entry": entry, "incident": entry.incident})


def add_note(request: HttpRequest, pk) -> HttpResponse:
    """Facts that came later, with files."""
    incident = get_incident(request, pk)
    form = NoteForm(request.POST or None, request.FILES or None, incident=incident)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            Note.add(incident, text=form.cleaned_data["text"], by=request.user, at=timezone.now())
            for upload in form.cleaned_data["uploads"]:
                attach(incident, upload, by=request.user)
        messages.success(request, "追記しました。関係する方に伝わります。")
        return redirect("incidents:detail", incident.pk)
    return render(request, "incidents/note.html", {"form": form, "incident": incident})


@require_POST
def raise_gravity(request: HttpRequest, pk) -> HttpResponse:
    incident = get_incident(request, pk)
    return act(
        request,
        lambda: incident.raise_gravity(by=request.user, at=timezone.now()),
        "重大として扱います。期限は夜間・休日も含めて数えます。",
        incident,
    )

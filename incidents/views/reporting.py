"""From the red button to the sent report."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from incidents.forms import ReportForm
from incidents.intake.forms import Prefill, QuestionsForm
from incidents.models import Incident, IncidentKind
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.transitions import InvalidTransition

OTHER_FORMS = {
    IncidentKind.Route.CONSULTATION: "incidents:consultation_new",
    IncidentKind.Route.VIOLATION: "incidents:violation_new",
    IncidentKind.Route.COMPLIANCE: "incidents:compliance_new",
}


def start(request: HttpRequest) -> HttpResponse:
    """Three plain questions; the answer opens a draft with the right first-response card, or the form of another report.

    What a lower floor knows already comes in the address (Prefill): an asset that was lost, say.
    """
    now = timezone.now()
    known = Prefill(request.GET, user=request.user, at=now)
    form = QuestionsForm(request.POST or None, user=request.user, at=now, initial={"noticed_at": now, **known.answers()})
    if request.method == "POST" and (other := form.other_route()):
        return redirect(OTHER_FORMS[other])
    if request.method == "POST" and form.is_valid():
        return redirect("incidents:draft", form.save(facts=known.facts()).pk)
    drafts = Incident.objects.drafts_of(request.user).select_related("kind")[:5]
    return render(request, "incidents/start.html", {"form": form, "drafts": drafts})


def _draft(request: HttpRequest, pk) -> Incident:
    rows = Incident.objects.drafts_of(request.user).select_related("kind", "department__parent", "reporter")
    return get_object_or_404(rows, pk=pk)


def draft(request: HttpRequest, pk) -> HttpResponse:
    """The report itself: kept as it is typed, sent with one button."""
    incident = get_object_or_404(Incident.objects.visible_to(request.user, at=timezone.now()), pk=pk)
    if not incident.is_draft:
        return redirect(incident)
    incident, now = _draft(request, pk), timezone.now()
    is_saving = "keep" in request.POST
    form = ReportForm(request.POST or None, request.FILES or None, instance=incident, at=now, is_lenient=is_saving)
    if request.method == "POST" and form.is_valid():
        if is_saving:
            return _keep(request, form)
        return _send(request, form)
    return render(request, "incidents/draft.html", _context(form, incident, request))


def _context(form: ReportForm, incident: Incident, request: HttpRequest) -> dict:
    return {
        "form": form,
        "incident": incident,
        "files": StoredFile.objects.about(incident),
        "first_recipients": incident.first_recipients(at=timezone.now()),
    }


def _attach_all(form: ReportForm, request: HttpRequest) -> None:
    for upload in form.cleaned_data["uploads"]:
        attach(form.instance, upload, by=request.user)


@transaction.atomic
def _keep(request: HttpRequest, form: ReportForm) -> HttpResponse:
    form.save()
    _attach_all(form, request)
    messages.success(request, "下書きを保存しました。続きは「自分の報告」からいつでも書けます。")
    return redirect("incidents:draft", form.instance.pk)


def _send(request: HttpRequest, form: ReportForm) -> HttpResponse:
    try:
        with transaction.atomic():
            incident = form.save()
            incident.report(by=request.user, at=timezone.now())
            _attach_all(form, request)  # after the report's last lock: a file is recorded at once
    except InvalidTransition as error:
        messages.error(request, str(error))
        return redirect("incidents:detail", form.instance.pk)
    messages.success(request, f"報告を受け付けました（{incident.number}）。次の手順は下のとおりです。")
    return redirect("incidents:detail", incident.pk)


@require_POST
def autosave(request: HttpRequest, pk) -> HttpResponse:
    """Keep what is valid as it stands, at every pause; the answer is one quiet line.

    A pause may end after the report was sent: then there is nothing left to keep, and nothing is changed.
    """
    incident = get_object_or_404(Incident.objects.filter(reporter=request.user), pk=pk)
    if not incident.is_draft:
        return HttpResponse(status=204)
    form = ReportForm(request.POST, instance=incident, at=timezone.now(), is_lenient=True)
    form.is_valid()
    form.keep_valid()
    return render(
        request,
        "incidents/_saved.html",
        {"at": timezone.now(), "kept_back": [form[name].label for name in form.errors if name in form.fields]},
    )


@require_POST
def discard(request: HttpRequest, pk) -> HttpResponse:
    incident = _draft(request, pk)
    do = lambda: incident.discard(by=request.user, at=timezone.now())  # noqa: E731
    return act(request, do, "下書きを取りやめました。報告はされていません。", "incidents:desk", "mine")

"""One version of a document: reading it, writing the draft, asking for approval."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.trail.reading import note_reading
from musashimurayama_isms.transitions import InvalidTransition
from policy.document_forms import VersionForm
from policy.document_page import DocumentPage
from policy.document_requests import ask
from policy.document_reviews import next_review
from policy.models import DocumentVersion


def get_version(request: HttpRequest, pk: int) -> DocumentVersion:
    """A version that the person may see; a stranger meets 404."""
    seen = DocumentVersion.objects.visible_to(request.user, at=timezone.now())
    return get_object_or_404(seen.select_related("document__owner__parent", "drafted_by", "approved_by"), pk=pk)


def version(request: HttpRequest, pk: int) -> HttpResponse:
    """The text and files of one version, whatever it is today."""
    row = get_version(request, pk)
    if row.document.is_restricted:
        note_reading(request.user, row.document)
    page = DocumentPage(row.document, request.user, at=timezone.now())
    return render(request, "policy/document_version.html", {"page": page, "version": row, "phase": dict(page.phases)[row]})


def write(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft: kept as it is, or kept and asked for."""
    row, now = get_version(request, pk), timezone.now()
    if not row.is_draft:
        messages.warning(request, f"この版は「{row.get_status_display()}」のため、書き直せません。")
        return redirect(row)
    if not row.document.can_write(request.user, at=now):
        raise PermissionDenied
    if row.document.is_restricted:
        note_reading(request.user, row.document)
    today = timezone.localdate(now)
    known = {"text": row.text, "change_note": row.change_note, "effective_on": row.effective_on or today}
    known["review_on"] = row.review_on or next_review(today)
    form = VersionForm(request.POST or None, request.FILES or None, version=row, at=now, is_asking="ask" in request.POST, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            return _keep(request, row, form)
        except InvalidTransition as error:
            form.add_error(None, str(error))
    context = {"form": form, "version": row, "page": DocumentPage(row.document, request.user, at=now)}
    return render(request, "policy/version_form.html", context, status=422 if form.errors else 200)


@transaction.atomic
def _keep(request: HttpRequest, row: DocumentVersion, form: VersionForm) -> HttpResponse:
    """Draft, files and, where it was asked for, the request: all of it or nothing."""
    now = timezone.now()
    row.write(by=request.user, at=now, **form.fields_of_draft())
    for upload in form.cleaned_data["uploads"]:
        attach(row, upload, by=request.user)
    if not form.is_asking:
        messages.success(request, "案を保存しました。続きは文書の画面からいつでも書けます。")
        return redirect("policy:write_version", row.pk)
    asked = ask(row, by=request.user, at=now)
    sent = "承認を求めました。" if asked.is_in_review else "課長に回しました。課長が申請すると、承認の手続が始まります。"
    messages.success(request, sent)
    return redirect(row.document)


@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for approval of the draft as it stands."""
    row = get_version(request, pk)
    return act(request, lambda: ask(row, by=request.user, at=timezone.now()), "承認を求めました。", row.document)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_version(request, pk)
    return act(request, lambda: row.discard(by=request.user, at=timezone.now()), "案を取りやめました。", row.document)

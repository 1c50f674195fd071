"""Who may read a document, and why: for those who answer for it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.transitions import InvalidTransition
from policy.document_forms import GrantForm
from policy.document_page import DocumentPage
from policy.models import ReadingGrant, SectionDocument
from policy.views.documents import get_document


def readers(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who reads it with the ground for it; a section or a person is named here."""
    row, now = get_document(request, pk), timezone.now()
    page = DocumentPage(row, request.user, at=now)
    if not page.may_manage:
        raise PermissionDenied
    form = GrantForm(request.POST or None, at=now)
    if request.method == "POST" and form.is_valid():
        try:
            grant = ReadingGrant.give(row, **form.cleaned_data, by=request.user, at=now)
        except InvalidTransition as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{grant.reader_name}の閲覧を許可しました。")
            return redirect("policy:document_readers", row.pk)
    return render(request, "policy/document_readers.html", {"page": page, "form": form}, status=422 if form.errors else 200)


def _grant(request: HttpRequest, pk: int) -> ReadingGrant:
    seen = SectionDocument.objects.visible_to(request.user, at=timezone.now())
    return get_object_or_404(ReadingGrant.objects.filter(document__in=seen.order_by()).select_related("document"), pk=pk)


@require_POST
def end_grant(request: HttpRequest, pk: int) -> HttpResponse:
    row = _grant(request, pk)
    done = "閲覧の許可を終わりにしました。"
    return act(request, lambda: row.end(by=request.user, at=timezone.now()), done, "policy:document_readers", row.document_id)


@require_POST
def confirm_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """A person who has moved still needs it."""
    row = _grant(request, pk)
    done = "引き続き閲覧を許可しました。"
    return act(request, lambda: row.confirm(by=request.user, at=timezone.now()), done, "policy:document_readers", row.document_id)

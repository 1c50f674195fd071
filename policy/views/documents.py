"""The sections' documents: the list, one document, what it is, its review and its end."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.views.acts import act
from musashimurayama_isms.trail.reading import note_reading
from musashimurayama_isms.transitions import InvalidTransition
from policy.clearance import Clearance
from policy.document_forms import DocumentFilterForm, DocumentForm, ReviewForm
from policy.document_page import DocumentPage
from policy.document_reviews import next_review
from policy.fields import sections
from policy.models import Regulation, SectionDocument

PER_PAGE = 50


def document_list(request: HttpRequest) -> HttpResponse:
    """The documents that the person may see, narrowed by ?kind= ?state= ?owner= ?q=."""
    now, today = timezone.now(), timezone.localdate()
    clearance = Clearance.of(request.user, at=now)
    form = DocumentFilterForm(request.GET, at=now)
    rows = SectionDocument.objects.visible_to(request.user, at=now, clearance=clearance).narrowed(form.wanted(), on=today)
    page = Paginator(rows.for_list(today), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": page, "may_write": bool(clearance.sections), "today": today}
    return render(request, "policy/documents.html", context)


def get_document(request: HttpRequest, pk: int) -> SectionDocument:
    """A document that the person may see; a stranger meets 404."""
    seen = SectionDocument.objects.visible_to(request.user, at=timezone.now())
    return get_object_or_404(seen.select_related("owner__parent", "begun_by"), pk=pk)


def document(request: HttpRequest, pk: int) -> HttpResponse:
    """One document: what it wants from me, the version in force, the versions, the readers, the history."""
    row = get_document(request, pk)
    if row.is_restricted:
        note_reading(request.user, row)
    return render(request, "policy/document.html", {"page": DocumentPage(row, request.user, at=timezone.now())})


def new_document(request: HttpRequest) -> HttpResponse:
    """Begin a document of the own section; ?regulation= says which regulation it is to fulfil."""
    now = timezone.now()
    owners = sections(timezone.localdate(now)).filter(pk__in=Clearance.of(request.user, at=now).sections)
    if not owners:
        raise PermissionDenied("所属する課の方だけが文書を作れます。")
    initial = {"regulations": Regulation.objects.filter(code=request.GET.get("regulation", ""))}
    form = DocumentForm(request.POST or None, owners=owners, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        owner = facts.pop("owner", None) or owners[0]
        row = SectionDocument.begin(owner=owner, by=request.user, at=now, **facts)
        messages.success(request, "文書を作りました。続けて、本文かファイルを入れてください。")
        return redirect("policy:write_version", row.versions.get().pk)
    return render(request, "policy/document_form.html", {"form": form}, status=422 if form.errors else 200)


def describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what a document is."""
    row, now = get_document(request, pk), timezone.now()
    page = DocumentPage(row, request.user, at=now)
    if not page.may_describe:
        raise PermissionDenied
    known = {name: getattr(row, name) for name in ("title", "kind", "confidentiality", "clauses")}
    form = DocumentForm(request.POST or None, owners=Department.objects.none(), initial={**known, "regulations": row.regulations.all()})
    if request.method == "POST" and form.is_valid():
        return act(request, lambda: row.describe(by=request.user, at=now, **form.cleaned_data), "文書の情報を直しました。", row)
    return render(request, "policy/document_form.html", {"form": form, "document": row}, status=422 if form.errors else 200)


def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The review is done: as it is until a next day, or a new version is begun."""
    row, now = get_document(request, pk), timezone.now()
    page = DocumentPage(row, request.user, at=now)
    if not page.may_review:
        raise PermissionDenied
    form = ReviewForm(request.POST or None, at=now, initial={"review_on": next_review(page.today)})
    if request.method == "POST" and form.is_valid():
        done = "見直しの結果（変更なし）を登録しました。"
        return act(request, lambda: row.keep_as_is(**form.cleaned_data, by=request.user, at=now), done, row)
    return render(request, "policy/document_review.html", {"page": page, "form": form}, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_document(request, pk)
    return act(request, lambda: row.withdraw(by=request.user, at=timezone.now()), "文書を廃止しました。", row)


@require_POST
def begin_version(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft with the text of the version before."""
    row = get_document(request, pk)
    try:
        draft = row.begin_version(by=request.user, at=timezone.now())
    except InvalidTransition as error:
        messages.warning(request, str(error))
        return redirect(row)
    return redirect("policy:write_version", draft.pk)

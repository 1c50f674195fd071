"""The laws that the policy leans on."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition
from policy.document_days import months_later
from policy.law_forms import LawCheckForm, LawFilterForm, LawForm
from policy.models import Law

PER_PAGE = 50
FACTS = ("title", "number", "kind", "clauses", "note")


def law_list(request: HttpRequest) -> HttpResponse:
    """All laws, narrowed by ?mark= ?kind=."""
    form = LawFilterForm(request.GET)
    page = Paginator(Law.objects.filter(**form.wanted()), PER_PAGE).get_page(request.GET.get("page"))
    may_edit = Law.can_edit(request.user, at=timezone.now())
    return render(request, "policy/laws.html", {"form": form, "page_obj": page, "may_edit": may_edit, "today": timezone.localdate()})


def law(request: HttpRequest, pk: int) -> HttpResponse:
    """One law; who keeps the register says here whether it has changed."""
    row, now = get_object_or_404(Law.objects.select_related("checked_by"), pk=pk), timezone.now()
    may_edit = Law.can_edit(request.user, at=now)
    if request.method == "POST" and not may_edit:
        raise PermissionDenied
    known = {"mark": row.mark, "mark_reason": row.mark_reason, "next_check_on": months_later(timezone.localdate(now), 12)}
    form = LawCheckForm(request.POST or None, at=now, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            row.check_off(**form.cleaned_data, by=request.user, at=now)
        except (InvalidTransition, ValidationError) as error:
            form.add_error(None, error if isinstance(error, ValidationError) else str(error))
        else:
            messages.success(request, "確かめた結果を登録しました。")
            return redirect(row)
    context = {"law": row, "form": form, "may_edit": may_edit, "today": timezone.localdate(now), "entries": Entry.objects.about(row)}
    return render(request, "policy/law.html", context, status=422 if form.errors else 200)


def new_law(request: HttpRequest) -> HttpResponse:
    return _described(request, None)


def edit_law(request: HttpRequest, pk: int) -> HttpResponse:
    return _described(request, get_object_or_404(Law, pk=pk))


def _described(request: HttpRequest, row: Law | None) -> HttpResponse:
    """The facts of a law that is there, or of a new one."""
    now = timezone.now()
    if not Law.can_edit(request.user, at=now):
        raise PermissionDenied
    form = LawForm(request.POST or None, initial={name: getattr(row, name) for name in FACTS} if row else None)
    if request.method == "POST" and form.is_valid():
        if row:
            row.describe(by=request.user, at=now, **form.cleaned_data)
        else:
            row = Law.add(by=request.user, at=now, **form.cleaned_data)
        messages.success(request, "法令の情報を保存しました。")
        return redirect(row)
    return render(request, "policy/law_form.html", {"form": form, "law": row}, status=422 if form.errors else 200)

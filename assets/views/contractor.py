"""The companies that work for the city."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from assets.forms.contract import ContractorForm
from assets.models import Contract, Contractor
from musashimurayama_isms.trail.models import Entry

PAGE_SIZE = 50


def listing(request: HttpRequest) -> HttpResponse:
    """All companies, by name."""
    words = request.GET.get("q", "")
    rows = Contractor.objects.visible_to(request.user, at=timezone.now()).with_counts().named(words)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "assets/services/contractors.html", {"page_obj": page, "words": words})


def new(request: HttpRequest) -> HttpResponse:
    form = ContractorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row = Contractor.enter(by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, "委託事業者を登録しました。")
        return redirect(row)
    return _form_page(request, form, None)


def _seen(request: HttpRequest, pk: int) -> Contractor:
    return get_object_or_404(Contractor.objects.visible_to(request.user, at=timezone.now()), pk=pk)


def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One company with those of its contracts that the person may see."""
    row, now = _seen(request, pk), timezone.now()
    context = {
        "contractor": row,
        "contracts": Contract.objects.visible_to(request.user, at=now).filter(contractor=row).with_all(),
        "can_change": row.can_change(request.user, at=now),
        "entries": Entry.objects.about(row),
        "now": now,
    }
    return render(request, "assets/services/contractor.html", context)


def edit(request: HttpRequest, pk: int) -> HttpResponse:
    row, now = _seen(request, pk), timezone.now()
    if not row.can_change(request.user, at=now):
        raise PermissionDenied
    form = ContractorForm(request.POST or None, instance=Contractor.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        row.edit(by=request.user, at=now, **form.cleaned_data)
        messages.success(request, "内容を修正しました。")
        return redirect(row)
    return _form_page(request, form, row)


def _form_page(request: HttpRequest, form: ContractorForm, row: Contractor | None) -> HttpResponse:
    context = {"form": form, "contractor": row}
    return render(request, "assets/services/contractor_form.html", context, status=422 if form.is_bound else 200)

"""報告書: the room, one report with its form, the history. No rule lives here."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from .catalogue import find, shelves
from .filters import HistoryFilter
from .history import made_for
from .report import Asker

PAGE_SIZE, SHOWN = 50, 8


@require_safe
def room(request: HttpRequest) -> HttpResponse:
    """What may be made, and what was made last."""
    asker = Asker(request.user, at=timezone.now())
    return render(request, "dashboard/reports/room.html", {"shelves": shelves(asker), "jobs": made_for(request.user)[:SHOWN]})


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """Everything that was made, newest first."""
    found = HistoryFilter(request.GET, queryset=made_for(request.user))
    page = Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "dashboard/reports/history.html", {"filter": found, "page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str) -> HttpResponse:
    """One report: what it is, its form; POST has it made. The address may fill in the form (?number=R8-001)."""
    asker = Asker(request.user, at=timezone.now())
    found = find(slug, asker)
    if found is None:
        raise Http404("この報告書はありません。")
    posted = request.method == "POST"
    form = found.form(request.POST if posted else None, asker=asker, initial=request.GET.dict())
    if posted and form.is_valid():
        return redirect(found.order(asker, form.cleaned_data))
    context = {"report": found, "form": form, "jobs": made_for(request.user).filter(kind=found.kind)[:SHOWN]}
    return render(request, "dashboard/reports/report.html", context, status=422 if form.errors else 200)

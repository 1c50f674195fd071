"""検索: everything at once, and all of one kind. No rule lives here."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .asking import Asker, Query
from .page import Listing, Results, find


@require_safe
@never_cache
def search(request: HttpRequest) -> HttpResponse:
    """What has all words of ?q= by kind; a number that names one thing opens it."""
    results = Results(Asker(request.user, at=timezone.now()), Query(request.GET.get("q", "")))
    if results.straight:
        return redirect(results.straight)
    return render(request, "dashboard/search/results.html", {"results": results, "query": results.query})


@require_safe
@never_cache
def kind(request: HttpRequest, kind: str) -> HttpResponse:
    """All hits of one kind, or 404 for a kind that is not searched."""
    source = find(kind)
    if source is None:
        raise Http404
    query = Query(request.GET.get("q", ""))
    listing = Listing(Asker(request.user, at=timezone.now()), query, source, page=request.GET.get("page"))
    return render(request, "dashboard/search/kind.html", {"listing": listing, "query": query})

"""状況: the page, the part that comes after it, the list of overrides, the sheet on paper. No rule lives here."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from musashimurayama_isms.accounts.standing import ask_everywhere
from musashimurayama_isms.jobs.queue import enqueue

from .filters import OverrideFilter
from .look import Look
from .page import Overview
from .tiles.coverage import counted
from .tiles.overrides import granted

PAGE_SIZE = 50


def _page(request: HttpRequest) -> Overview:
    """The page of the person; 404 for whoever has none."""
    try:
        return Overview(request.user, at=timezone.now())
    except LookupError:
        raise Http404("この画面はありません。") from None


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """First what is to be decided, then what changed, then how everything stands."""
    page = _page(request)
    ask_everywhere(at=page.look.at)  # nearly every tile asks who acts in some role
    return render(request, "dashboard/overview/page.html", {"page": page, "look": page.look, "now": page.look.at})


@require_safe
def coverage(request: HttpRequest) -> HttpResponse:
    """The tile of the policy's coverage: it asks every floor, so the page does not wait for it."""
    look = _wide(request)
    return render(request, "dashboard/overview/_tile.html", {"tile": counted(look)})


def _wide(request: HttpRequest) -> Look:
    look = _page(request).look
    if not look.is_wide:
        raise Http404("この画面はありません。")
    return look


@require_safe
def overrides(request: HttpRequest) -> HttpResponse:
    """兼務の例外 of the requests that the person sees, the newest first."""
    look = _page(request).look
    rows = granted(look).select_related("request__type", "request__department__parent", "person", "answered_by")
    found = OverrideFilter(request.GET, queryset=rows.order_by("-answered_at", "-pk"))
    context = {"look": look, "filter": found, "page_obj": Paginator(found.qs, PAGE_SIZE).get_page(request.GET.get("page"))}
    return render(request, "dashboard/overview/overrides.html", context)


@require_POST
def paper(request: HttpRequest) -> HttpResponse:
    """What waits for the CISO's decision on A4, made by the worker."""
    if not _page(request).may_take_paper:
        raise Http404("この用紙はありません。")
    return redirect(enqueue("dashboard.decision_sheet", by=request.user))

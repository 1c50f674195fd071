"""The figures: a page for administrators of the portal, a text for the city's monitoring."""

from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from musashimurayama_isms.accounts.standing import is_staff_of_portal

from .figures import as_text, figures


@require_safe
def figures_page(request: HttpRequest) -> HttpResponse:
    """The figures in words; others than administrators meet 404."""
    now = timezone.now()
    if not is_staff_of_portal(request.user, at=now):
        raise Http404
    return render(request, "upkeep/figures.html", {"figures": figures(at=now), "at": now})


@require_safe
@never_cache
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures for Prometheus, for METRICS_ADDRESSES alone; to all others this is a page like any other that is closed to them."""
    if not _may_ask(request):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise Http404
    return HttpResponse(as_text(figures(at=timezone.now())), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_ask(request: HttpRequest) -> bool:
    """By the address of the connection itself: what a header says of an address counts for nothing."""
    try:
        address = ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in network for network in settings.METRICS_ADDRESSES)

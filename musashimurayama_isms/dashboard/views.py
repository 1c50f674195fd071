"""Help, administration, the parts of the screens, and the pulse. No rule lives here."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from . import gallery, help_pages
from .frame import Frame
from .rooms import ADMINISTRATION, doors


def _frame_of_administrator(request: HttpRequest) -> Frame:
    """The frame of an administrator of the portal; everyone else meets 404."""
    frame = Frame(request.user, at=timezone.now(), path=request.path)
    if not frame.visitor.is_administrator:
        raise Http404
    return frame


@require_safe
def administration(request: HttpRequest) -> HttpResponse:
    """The doors that only administrators of the portal open."""
    frame = _frame_of_administrator(request)
    return render(request, "dashboard/administration.html", {"doors": doors(ADMINISTRATION, frame.visitor, request.path)})


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every part of the screens in all its states, for administrators and developers."""
    _frame_of_administrator(request)
    return render(request, "dashboard/components.html", gallery.specimens(at=timezone.now(), data=request.GET))


@require_safe
@login_not_required
def help_contents(request: HttpRequest) -> HttpResponse:
    """The table of contents of the help; open before log-in, because log-in itself may be the trouble."""
    return render(request, "help/contents.html", {"pages": help_pages.PAGES})


@require_safe
@login_not_required
def help_page(request: HttpRequest, page: str) -> HttpResponse:
    """One page of the help, or 404."""
    found = help_pages.find(page)
    if found is None:
        raise Http404
    return render(request, f"help/{found.slug}.html", {"page": found, "pages": help_pages.PAGES})


@require_safe
@never_cache
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """ "ok" when the portal answers and its database does; any failure is a 500."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")

"""What the policy asks of whom, and how it is kept: the coverage map and the pages by role."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from musashimurayama_isms.jobs.queue import enqueue
from policy import jobs
from policy.coverage import Coverage
from policy.forms import CoverageForm, HandbookForm
from policy.handbook import Handbook, cards
from policy.models import Bearer
from policy.portal_obligations import may_read, sections
from policy.views.reading import visit


def _narrowed(request: HttpRequest) -> tuple[Coverage, CoverageForm]:
    """The map as the address narrows it."""
    page = Coverage(visit(request))
    form = CoverageForm(request.GET, sections=page.choices_of_section)
    page.wanted = form.wanted()
    return page, form


def coverage(request: HttpRequest) -> HttpResponse:
    """遵守状況マップ, narrowed by ?role= ?kind= ?section= ?state=."""
    page, form = _narrowed(request)
    reads_own = may_read(request.user, at=page.visit.at)
    return render(request, "policy/coverage.html", {"page": page, "form": form, "reads_own": reads_own})


def portal(request: HttpRequest) -> HttpResponse:
    """このポータル自身の義務: how the portal itself keeps what the policy asks of every system of the city."""
    if not may_read(request.user, at=timezone.now()):
        raise Http404
    return render(request, "policy/portal.html", {"sections": list(sections())})


def roles(request: HttpRequest) -> HttpResponse:
    """All roles and bodies that carry obligations, one's own first."""
    return render(request, "policy/roles.html", {"cards": cards(visit(request))})


def role(request: HttpRequest, code: str) -> HttpResponse:
    """What is asked of a role, narrowed by ?kind= and ?q=."""
    form = HandbookForm(request.GET)
    wanted = form.wanted()
    book = Handbook(visit(request), _bearer(code), kind=wanted.get("kind", ""), query=wanted.get("q", ""))
    return render(request, "policy/role.html", {"book": book, "form": form, "at": timezone.now()})


@require_POST
def guide(request: HttpRequest, code: str) -> HttpResponse:
    """The one-page guide of a role as PDF, made by the worker."""
    return redirect(enqueue(jobs.GUIDE, by=request.user, bearer=_bearer(code).value))


def _bearer(code: str) -> Bearer:
    if code not in Bearer.values:
        raise Http404("この役割はありません。")
    return Bearer(code)

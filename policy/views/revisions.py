"""The revisions of the policy: which there were, what reading each has found, all its corrections."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from policy.journey import Journey
from policy.models import Correction
from policy.pages import Contents, corrections_of
from policy.views.reading import visit

PER_PAGE = 50


def revision_list(request: HttpRequest) -> HttpResponse:
    """The revisions that the person may see, newest first."""
    here = visit(request)
    page = Paginator(here.revisions.order_by("-effective_on", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "policy/revisions.html", {"visit": here, "page_obj": page})


def revision(request: HttpRequest, pk: int) -> HttpResponse:
    """One revision: how far it is on its way, its contents, what reading it has found; a draft for who prepares or decides on it."""
    here = visit(request, pk)
    if here.revision is None:
        raise Http404
    return render(request, "policy/revision.html", {"page": Contents(here), "journey": Journey(here)})


def corrections(request: HttpRequest, pk: int) -> HttpResponse:
    """All corrections of a revision, narrowed by ?certainty= and ?kind=."""
    here = visit(request, pk)
    if here.revision is None:
        raise Http404
    rows, wanted = corrections_of(here, request.GET)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "visit": here,
        "page_obj": page,
        "wanted": wanted,
        "certainties": Correction.Certainty.choices,
        "kinds": Correction.Kind.choices,
    }
    return render(request, "policy/corrections.html", context)

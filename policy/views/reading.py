"""Reading the policy: table of contents, clause, glossary, history, print view."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from policy import citations
from policy.pages import ClausePage, Contents, PrintPage
from policy.tree import tree
from policy.visits import Visit


def visit(request: HttpRequest, revision_pk: int | None = None) -> Visit:
    """The visit of this request."""
    return Visit(request.user, at=timezone.now(), revision_pk=revision_pk)


def contents(request: HttpRequest) -> HttpResponse:
    """The table of contents of the revision in force, the way into everything else."""
    return render(request, "policy/contents.html", {"page": Contents(visit(request))})


def clause(request: HttpRequest, number: str, pk: int | None = None) -> HttpResponse:
    """One clause with all below it; a number typed as people write it leads there, an unknown one to the nearest clauses."""
    here = visit(request, pk)
    wanted = citations.parse_address(number)
    found = here.clauses.filter(number=wanted).first() if wanted else None
    if found is None:
        near = tree(here, citations.near(wanted or "", here.clauses))
        return render(request, "policy/clause_unknown.html", {"number": number, "near": near, "visit": here}, status=404)
    if wanted != number:
        return redirect(here.url_of(wanted))
    page = ClausePage(here, found, printed=request.GET.get("text") == "printed", query=request.GET.get("q", ""))
    return render(request, "policy/clause.html", {"page": page, "permalink": request.build_absolute_uri(here.url_of(number))})


def glossary(request: HttpRequest) -> HttpResponse:
    """The terms of the revision in force with their definitions."""
    return render(request, "policy/glossary.html", {"visit": visit(request)})


def history(request: HttpRequest) -> HttpResponse:
    """改定履歴 as printed in the revision in force."""
    here = visit(request)
    entries = here.revision.history.all() if here.revision else ()
    return render(request, "policy/history.html", {"visit": here, "entries": entries})


def printing(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The whole text on paper, or ?chapter=3, or the subtree of ?clause=3.5.2; ?text=printed gives the text as it came."""
    here = visit(request, pk)
    wanted = request.GET.get("clause") or request.GET.get("chapter") or ""
    number = citations.parse_address(wanted) if wanted else ""
    if here.revision is None or number is None or (number and not here.clauses.filter(number=number).exists()):
        raise Http404
    page = PrintPage(here, number, printed=request.GET.get("text") == "printed")
    return render(request, "policy/print.html", {"page": page})

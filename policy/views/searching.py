"""Searching the policy in force."""

from dataclasses import dataclass
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString

from policy import citations
from policy.drawing import draw, snippet
from policy.models import Clause, GlossaryTerm
from policy.search import Search
from policy.views.reading import visit

PER_PAGE = 50


def search(request: HttpRequest) -> HttpResponse:
    """Clauses and terms with all words of ?q=; a clause number goes straight to its clause."""
    here = visit(request)
    query = request.GET.get("q", "").strip()
    number = citations.parse(query)
    if number and here.clauses.filter(number=number).exists():
        return redirect(here.url_of(number))
    return render(request, "policy/search.html", {"page": Results(Search(here, query), request.GET.get("page"))})


@dataclass(frozen=True)
class Hit:
    """A clause that was found: where it stands, and the words around the hit."""

    clause: Clause
    url: str
    path: list[str]
    heading: SafeString
    snippet: SafeString


@dataclass(frozen=True)
class TermHit:
    """A term that was found."""

    term: GlossaryTerm
    name: SafeString
    definition: SafeString


class Results:
    """One page of what a search found."""

    def __init__(self, search: Search, page: str | None) -> None:
        self.search = search
        self.query = search.query
        self._page = page

    @cached_property
    def page_obj(self) -> Page:
        return Paginator(self.search.clauses.defer("printed_text", "search_text"), PER_PAGE).get_page(self._page)

    @cached_property
    def clauses(self) -> list[Hit]:
        headings = dict(self.search.visit.clauses.values_list("number", "heading")) if self.page_obj.object_list else {}
        return [self._hit(clause, headings) for clause in self.page_obj.object_list]

    def _hit(self, clause: Clause, headings: dict[str, str]) -> Hit:
        above = [headings[number].replace("*", "") for number in citations.lineage(clause.number)[:0:-1] if headings.get(number)]
        text = "\n".join([clause.text, *("　".join(map(str, row)) for table in clause.tables for row in table)])
        return Hit(
            clause=clause,
            url=self.search.visit.url_of(clause.number),
            path=above,
            heading=draw(clause.heading.replace("*", ""), needles=self.search.needles),
            snippet=snippet(text, self.search.needles),
        )

    @cached_property
    def terms(self) -> list[TermHit]:
        """The terms stand on the first page."""
        if self.page_obj.number > 1:
            return []
        needles = self.search.needles
        return [TermHit(row, draw(row.term, needles=needles), snippet(row.definition, needles)) for row in self.search.terms]

    @property
    def count(self) -> int:
        return self.page_obj.paginator.count

    @property
    def is_empty(self) -> bool:
        return not (self.count or self.terms)

    @property
    def other_words(self) -> list[tuple[str, int]]:
        """Where all words together found nothing: each alone, if it finds something."""
        return [(word, count) for word, count in self.search.each_alone() if count] if len(self.search.words) > 1 else []

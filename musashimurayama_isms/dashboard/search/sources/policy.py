"""The policy, its glossary, and what stands below it: regulations, documents of the sections, exceptions, laws."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.html import format_html

from musashimurayama_isms.approvals.models.request_set import Reach
from policy import citations
from policy.clearance import Clearance
from policy.drawing import draw, snippet
from policy.models import Clause, DocumentVersion, GlossaryTerm, Law, PolicyException, Regulation, SectionDocument
from policy.search import Search
from policy.visits import Visit

from ..asking import Asker, Query
from ..numbers import of_year
from ..source import Hit, Rows, counted


class Clauses:
    """The clauses in force; a clause number leads to its clause."""

    slug, label, icon = "clauses", "ポリシーの条項", "book"

    def found(self, asker: Asker, query: Query) -> QuerySet[Clause]:
        return counted(Search(asker.as_(Visit), query.text).clauses.defer("printed_text", "search_text"))

    def numbered(self, asker: Asker, query: Query) -> QuerySet[Clause]:
        number = citations.parse(query.text)
        return asker.as_(Visit).clauses.filter(number=number) if number else Clause.objects.none()

    def hit(self, row: Clause, query: Query) -> Hit:
        heading = draw(row.heading.replace("*", ""), needles=query.needles)
        text = "\n".join([row.text, *("　".join(map(str, cells)) for table in row.tables for cells in table)])
        title = format_html("{} {}", row.citation, heading)
        return Hit(title, reverse("policy:clause", args=[row.number]), snippet=snippet(text, query.needles))


class Terms:
    """The glossary of the policy in force."""

    slug, label, icon = "terms", "用語集", "book"

    def found(self, asker: Asker, query: Query) -> QuerySet[GlossaryTerm]:
        return counted(Search(asker.as_(Visit), query.text).terms)

    def numbered(self, asker: Asker, query: Query) -> list[Any]:
        return []

    def hit(self, row: GlossaryTerm, query: Query) -> Hit:
        url = f"{reverse('policy:glossary')}#term-{row.pk}"
        return Hit(draw(row.term, needles=query.needles), url, snippet=snippet(row.definition, query.needles))


def _documents(asker: Asker) -> QuerySet[SectionDocument]:
    rows = SectionDocument.objects.visible_to(asker.user, at=asker.at, clearance=asker.as_(Clearance.of))
    return rows.select_related("owner__parent")


def _versions(asker: Asker) -> QuerySet[DocumentVersion]:
    rows = DocumentVersion.objects.visible_to(asker.user, at=asker.at, clearance=asker.as_(Clearance.of)).in_force(asker.on)
    return rows.select_related("document__owner__parent")


def _exceptions(asker: Asker) -> QuerySet[PolicyException]:
    rows = PolicyException.objects.visible_to(asker.user, at=asker.at, reach=asker.as_(Reach.of))
    return rows.select_related("department__parent", "request__type")


SOURCES = [
    Clauses(),
    Terms(),
    Rows(
        "regulations",
        "定めるべき規程・手順",
        "book",
        Regulation,
        seen=lambda asker: Regulation.objects.all(),
        words=lambda row: (row.title, row.note),
        line=lambda row: row.citation,
    ),
    Rows(
        "documents",
        "課の文書",
        "file",
        SectionDocument,
        seen=_documents,
        words=lambda row: (row.title, row.get_kind_display()),
        line=lambda row: f"{row.owner.full_name}　{row.get_kind_display()}",
    ),
    Rows(
        "document-texts",
        "課の文書の本文",
        "file",
        DocumentVersion,
        seen=_versions,
        words=lambda row: (row.text,),
        title=lambda row: f"{row.document.title}（第{row.number}版）",
        line=lambda row: row.document.owner.full_name,
    ),
    Rows(
        "exceptions",
        "例外措置",
        "checklist",
        PolicyException,
        seen=_exceptions,
        words=lambda row: (row.what, row.reason, row.systems, row.risk),
        line=lambda row: row.department.full_name,
        number=lambda number: of_year(number, "request__"),
    ),
    Rows(
        "laws",
        "関係する法令",
        "book",
        Law,
        seen=lambda asker: Law.objects.all(),
        words=lambda row: (row.title, row.number, row.note),
        line=lambda row: row.get_kind_display(),
    ),
]

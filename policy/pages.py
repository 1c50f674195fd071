"""What the pages of the policy room show, read with a constant number of queries."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from django.db.models import Q, QuerySet

from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.japanese import words
from policy.aliases import alternatives
from policy.comparison import ChangeKind
from policy.coverage import Line, Tally, lines_of
from policy.models import Clause, ClauseChange, Correction, Document, GlossaryTerm, HistoryEntry
from policy.panels import Panel, panels
from policy.places import Numbered, Place, Places
from policy.tree import Node, tree
from policy.visits import Visit

CHAPTER = 1
CONTENTS_DEPTH = 4


class Contents:
    """The table of contents of a revision: chapters, 節, (1) and the headings below them."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.revision = visit.revision

    @cached_property
    def chapters(self) -> list[Node]:
        clauses = self.visit.clauses.headings()
        return tree(self.visit, [clause for clause in clauses if clause.depth <= CONTENTS_DEPTH])

    @cached_property
    def parts(self) -> list[Document]:
        """The documents that make up the policy, each with its chapters."""
        return list(Document.objects.filter(part_of=self.revision.document_id).order_by("chapters", "code"))

    @cached_property
    def makers(self) -> list[Department]:
        """策定主体: who has made the policy."""
        return list(self.revision.document.makers.all())

    @cached_property
    def history(self) -> list[HistoryEntry]:
        return list(self.revision.history.all())


class ClausePage:
    """A clause in its surroundings: what it is part of, all below it, its neighbours, and what keeps it."""

    def __init__(self, visit: Visit, clause: Clause, *, printed: bool = False, query: str = "") -> None:
        self.visit = visit
        self.revision = visit.revision
        self.clause = clause
        self.printed = printed
        self.query = query
        needles = [spelling for word in words(query) for spelling in alternatives(word)]
        self._places = Places(visit, printed=printed, needles=needles, root_depth=clause.depth)

    @cached_property
    def ancestors(self) -> list[Node]:
        return [Node(row, self.visit.url_of(row.number)) for row in self.visit.clauses.above(self.clause.number)]

    @cached_property
    def heading(self) -> str:
        """The clause's own heading, else the nearest one above: most clauses at the leaves have none."""
        own = [self.clause.heading, *(node.clause.heading for node in reversed(self.ancestors))]
        return next((heading.replace("*", "") for heading in own if heading), "")

    @cached_property
    def change(self) -> ClauseChange | None:
        """What this revision has changed in the clause itself; None where nothing, or where there was no text before."""
        if self.revision.base_id is None:
            return None
        return ClauseChange.objects.filter(new=self.clause).exclude(kind__in=[ChangeKind.UNCHANGED, ChangeKind.MOVED]).first()

    @cached_property
    def places(self) -> list[Place]:
        """The clause and what is below it; of a chapter only its own text, its 節 are listed by `sections`."""
        below = self.visit.clauses.under(self.clause.number)
        return self._places.of([self.clause] if self.clause.depth == CHAPTER else below)

    @cached_property
    def sections(self) -> list[Node]:
        if self.clause.depth != CHAPTER:
            return []
        rows = [row for row in self.visit.clauses.under(self.clause.number).headings() if 1 < row.depth < CONTENTS_DEPTH]
        return tree(self.visit, rows)

    @cached_property
    def lead_in(self) -> list[Place]:
        """The sentence that introduces an enumeration, for a clause that is one of its items."""
        parents = [node.clause for node in self.ancestors if node.clause.depth > CHAPTER and node.clause.text]
        return Places(self.visit, printed=self.printed, root_depth=self.clause.depth).of(parents[-1:]) if parents else []

    @cached_property
    def previous(self) -> Node | None:
        """The clause before this one under the same parent, else the parent."""
        row = self._beside().filter(position__lt=self.clause.position).last()
        return Node(row, self.visit.url_of(row.number)) if row else (self.ancestors[-1] if self.ancestors else None)

    @cached_property
    def next(self) -> Node | None:
        """The clause that follows everything below this one: under the same parent, else under the one above it."""
        last = self.visit.clauses.under(self.clause.number).values("position").last()
        row = self.visit.clauses.headings().filter(position__gt=last["position"]).first() if last else None
        return Node(row, self.visit.url_of(row.number)) if row else None

    def _beside(self):
        return self.visit.clauses.headings().filter(parent=self.clause.parent_id)

    @property
    def corrections(self) -> list[Numbered]:
        """The corrections of the places that change a word, numbered as in the text."""
        return [each for place in self.places for each in place.corrections if not each.is_layout]

    @property
    def layout(self) -> list[Numbered]:
        """What was only the printed page's: list marks, spaces, page breaks."""
        return [each for place in self.places for each in place.corrections if each.is_layout]

    @property
    def terms(self) -> list[GlossaryTerm]:
        """The glossary terms that the places use, in the order of the glossary."""
        return self._places.used_terms() if self.places else []

    @cached_property
    def obligations(self) -> list[Line]:
        """What the clause and those below it oblige whom to do; of a chapter nothing, the map shows it; of the revision in force alone."""
        if self.clause.depth == CHAPTER or not self.visit.is_current:
            return []
        rows = self.visit.obligations.under(self.clause.number).with_bearers()
        return lines_of(rows.order_by("position"), at=self.visit.at)

    @cached_property
    def obligation_tally(self) -> Tally:
        return Tally(self.obligations)

    @property
    def section_number(self) -> str:
        """The 節 of the clause, for the way to the map."""
        return ".".join(self.clause.number.split(".")[:2])

    @cached_property
    def exemption(self) -> str:
        """Why the clause itself obliges nobody; "" where that is not said."""
        if self.obligations or not self.visit.is_current:
            return ""
        return self.visit.exemptions.filter(clause=self.clause.number).values_list("reason", flat=True).first() or ""

    @cached_property
    def panels(self) -> list[Panel]:
        return panels(self.clause, self.visit.user)

    @property
    def quotation(self) -> str:
        """How the clause is cited in a paper."""
        return f"{self.revision.document.title} {self.revision.name} {self.clause.citation}"


class PrintPage:
    """The text for paper: all of it, or a clause with what is below it."""

    def __init__(self, visit: Visit, number: str = "", *, printed: bool = False) -> None:
        self.visit = visit
        self.revision = visit.revision
        self.number = number
        self.printed = printed
        self._places = Places(visit, printed=printed, root_depth=number.count(".") + 1, root_level=2)

    @cached_property
    def places(self) -> list[Place]:
        rows = self.visit.clauses.under(self.number) if self.number else self.visit.clauses
        return self._places.of(rows)

    @cached_property
    def ranges(self) -> list[tuple[str, str]]:
        """The chapters that can be printed alone, and the clause in hand: number and label."""
        rows = self.visit.clauses.headings().filter(Q(parent=None) | Q(number=self.number))
        return [(row.number, f"{row.citation} {row.heading.replace('*', '')}") for row in rows]

    @property
    def candidates(self) -> list[Numbered]:
        """The corrections that wait for a decision."""
        return [each for place in self.places for each in place.corrections if not each.row.is_applied]

    @property
    def terms(self) -> Sequence[GlossaryTerm]:
        """The whole glossary on the whole text, else the terms used."""
        return self._places.used_terms() if self.number and self.places else self.visit.terms


def corrections_of(here: Visit, query: Mapping[str, str]) -> tuple[QuerySet[Correction], dict[str, str]]:
    """The corrections of the revision looked at, narrowed by `certainty` and `kind`; and what they are narrowed by."""
    offered = {"certainty": Correction.Certainty, "kind": Correction.Kind}
    wanted = {name: query[name] for name, values in offered.items() if query.get(name) in values.values}
    rows = Correction.objects.filter(clause__in=here.clauses.values("pk"), **wanted).order_by("clause__position", "line", "pk")
    return rows.select_related("clause").defer("clause__text", "clause__printed_text", "clause__search_text"), wanted

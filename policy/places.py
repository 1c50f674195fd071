"""A clause as a page draws it: label, heading and paragraphs as HTML, with its tables and numbered corrections."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString

from policy.drawing import Glossary, corrected_places, draw
from policy.models import Clause, Correction, GlossaryTerm
from policy.visits import Visit

LAYOUT = {Correction.Kind.LIST, Correction.Kind.SPACING, Correction.Kind.BREAK, Correction.Kind.WIDTH}
LOWEST_HEADING = 6


@dataclass(frozen=True)
class Numbered:
    """A correction under the name by which text and list of a page know it: 校訂3, or 体裁2 for what only the layout needed."""

    row: Correction
    number: int

    @property
    def is_layout(self) -> bool:
        return self.row.kind in LAYOUT and self.row.is_applied

    @property
    def name(self) -> str:
        return f"{'体裁' if self.is_layout else '校訂'}{self.number}"

    @property
    def anchor(self) -> str:
        return f"{'layout' if self.is_layout else 'correction'}-{self.number}"


@dataclass(frozen=True)
class Place:
    """One clause, ready to be drawn."""

    clause: Clause
    url: str
    label: str
    heading: SafeString
    paragraphs: list[SafeString]
    tables: list[list[list[SafeString]]]
    depth: int
    level: int
    corrections: list[Numbered] = field(default_factory=list)

    @property
    def label_corrections(self) -> list[Numbered]:
        """The corrections of the enumerator itself."""
        return [each for each in self.corrections if each.row.kind == Correction.Kind.NUMBER and each.row.printed == self.label]


class Places:
    """The places of a page, drawn with one glossary and one numbering of corrections.

    `printed` draws the text as it came from the file, else the text with the certain corrections applied.
    `root_depth` is the depth of the outermost clause, `root_level` the level of its heading in HTML: 1 where it is the page's own.
    """

    def __init__(
        self, visit: Visit, *, printed: bool = False, needles: Sequence[str] = (), root_depth: int = 1, root_level: int = 1
    ) -> None:
        self.visit = visit
        self.printed = printed
        self.needles = needles
        self.root_depth = root_depth
        self.root_level = root_level
        self.terms: dict[int, GlossaryTerm] = {}
        self._glossary = Glossary(visit.terms)
        self._count = {True: 0, False: 0}

    def of(self, clauses: Iterable[Clause]) -> list[Place]:
        """The clauses as places, in the order given; one query for all their corrections."""
        clauses = list(clauses)
        rows = defaultdict(list)
        for correction in Correction.objects.filter(clause__in=[clause.pk for clause in clauses]).order_by("line", "pk"):
            rows[correction.clause_id].append(correction)
        return [self._place(clause, self._numbered(rows[clause.pk], clause)) for clause in clauses]

    def used_terms(self) -> list[GlossaryTerm]:
        """The glossary terms met so far, in the order of the glossary."""
        return sorted(self.terms.values(), key=lambda term: term.position)

    def _numbered(self, corrections: list[Correction], clause: Clause) -> list[Numbered]:
        numbered = []
        for correction in corrections:
            correction.clause = clause
            is_layout = Numbered(correction, 0).is_layout
            self._count[is_layout] += 1
            numbered.append(Numbered(correction, self._count[is_layout]))
        return numbered

    def _place(self, clause: Clause, corrections: list[Numbered]) -> Place:
        lines = [clause.printed_text] if self.printed else clause.text.split("\n")  # a misprint may run over the end of a line
        depth = max(clause.depth - self.root_depth, 0)
        return Place(
            clause=clause,
            url=self.visit.url_of(clause.number),
            label=(clause.printed_label or clause.label) if self.printed else clause.label,
            heading=self._draw((clause.printed_heading or clause.heading) if self.printed else clause.heading, corrections),
            paragraphs=[self._draw(line, corrections) for line in lines if line.strip()],
            tables=[[[self._cell(str(cell), corrections) for cell in row] for row in table] for table in clause.tables],
            depth=depth,
            level=min(self.root_level + depth, LOWEST_HEADING),
            corrections=corrections,
        )

    def _cell(self, cell: str, corrections: list[Numbered]) -> SafeString:
        """A cell is kept as corrected; where a correction made all of it, the printed view turns it back."""
        if self.printed:
            cell = next((each.row.printed for each in corrections if each.row.is_applied and each.row.reading == cell), cell)
        return self._draw(cell, [each for each in corrections if each.row.printed == cell or not each.row.is_applied])

    def _draw(self, text: str, corrections: Iterable[Numbered]) -> SafeString:
        uses = self._glossary.uses(text)
        self.terms.update((term.pk, term) for _, term in uses)
        places = [(each.name, each.anchor, each.row) for each in corrections]
        return draw(text, [*corrected_places(text, places, printed=self.printed), *(span for span, _ in uses)], self.needles)

"""What a reading of the policy's text gives: plain data, without a database."""

from collections import Counter
from dataclasses import dataclass, field

CERTAIN, LIKELY, DOUBTFUL = "A", "B", "C"


@dataclass(frozen=True)
class Anomaly:
    """Something a person should look at: the line of the source (0: the whole text), a kind, and a sentence in Japanese."""

    line: int
    kind: str
    message: str


@dataclass(frozen=True)
class Correction:
    """One difference between the printed and the corrected text; only those of certainty A are in the text."""

    kind: str
    certainty: str
    printed: str
    reading: str
    line: int
    note: str = ""


@dataclass(frozen=True)
class Fragment:
    """A source line's part in a clause: `lead` (bullet, enumerator), `body`, `tail`; together the line as it came."""

    line: int
    lead: str
    body: str
    tail: str = ""

    @property
    def raw(self) -> str:
        return self.lead + self.body + self.tail


Paragraph = list[Fragment]  # several where a page break split a sentence


@dataclass
class Row:
    """A line of a table: its cells as they came, and the cells with the certain corrections."""

    line: int
    raw: str
    cells: list[str]


@dataclass
class Clause:
    """A numbered place, chapters and 節 included; `number` is dotted, `printed_label` the enumerator as it came."""

    number: str
    line: int
    printed_label: str
    title: Fragment | None = None
    implied: bool = False  # known from the table of contents only
    paragraphs: list[Paragraph] = field(default_factory=list)
    rows: list[list[Row]] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    heading: str = ""
    text: str = ""
    tables: list[list[list[str]]] = field(default_factory=list)

    @property
    def depth(self) -> int:
        return self.number.count(".") + 1

    @property
    def parent(self) -> str:
        """The number of the clause above, "" for a chapter."""
        return self.number.rpartition(".")[0]

    @property
    def printed_heading(self) -> str:
        return self.title.body if self.title else ""

    @property
    def printed_text(self) -> str:
        """The text as it came after enumerator and heading, a line of the source a line."""
        return "\n".join(fragment.body for paragraph in self.paragraphs for fragment in paragraph)


@dataclass
class Term:
    """An entry of the glossary."""

    term: str
    line: int
    printed_term: str
    paragraphs: list[Paragraph] = field(default_factory=list)
    definition: str = ""
    corrections: list[Correction] = field(default_factory=list)

    @property
    def printed_definition(self) -> str:
        return "\n".join(fragment.body for paragraph in self.paragraphs for fragment in paragraph)


@dataclass(frozen=True)
class HistoryRow:
    """A row of 改定履歴."""

    month: str
    event: str
    line: int


@dataclass
class Policy:
    """A whole text. `ledger` says of every line where it went: the number of a clause, or the name of a region."""

    title: str = ""
    revision: str = ""
    clauses: list[Clause] = field(default_factory=list)
    glossary: list[Term] = field(default_factory=list)
    history: list[HistoryRow] = field(default_factory=list)
    colophon: dict[str, str] = field(default_factory=dict)
    anomalies: list[Anomaly] = field(default_factory=list)
    ledger: dict[int, str] = field(default_factory=dict)

    def note(self, line: int, kind: str, message: str) -> None:
        """Add an anomaly."""
        self.anomalies.append(Anomaly(line, kind, message))

    @property
    def corrections(self) -> list[Correction]:
        """All corrections, those of the clauses and those of the glossary."""
        return [correction for owner in (*self.clauses, *self.glossary) for correction in owner.corrections]

    def levels(self) -> Counter[int]:
        """How many clauses there are at each depth, chapters being 1."""
        return Counter(clause.depth for clause in self.clauses)

"""How the obligations of chapters 2 and 3 stand: computed from the mechanisms that are there, never claimed, never stored."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from policy.citations import lineage
from policy.mechanisms import Keeping, State, keepings
from policy.models import Bearer, Clause, Obligation
from policy.visits import Visit

CHAPTERS = ("2", "3")  # 基本方針 and 対策基準; chapter 1 only says how the policy is made up
UNTIDY = "untidy"
UNTIDY_WORD = "未整理"


@dataclass(frozen=True)
class Line:
    """An obligation with how it stands."""

    obligation: Obligation
    keeping: Keeping

    @property
    def state(self) -> State:
        return self.keeping.state


def lines_of(obligations: Iterable[Obligation], *, at: datetime) -> list[Line]:
    """Each obligation with its state; every mechanism is asked once."""
    rows = list(obligations)
    known = keepings((row.mechanism for row in rows), at=at)
    return [Line(row, known[row.mechanism]) for row in rows]


@dataclass(frozen=True)
class Share:
    """One state in a tally, with its place on a bar a hundred wide."""

    state: State
    count: int
    start: float
    width: float


class Tally:
    """How many obligations stand how."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._counts = Counter(line.state for line in lines)

    @property
    def total(self) -> int:
        return self._counts.total()

    def count(self, state: State) -> int:
        return self._counts[state]

    @cached_property
    def shares(self) -> list[Share]:
        """All states in their order, empty ones too."""
        shares, start = [], 0.0
        for state in State:
            width = round(100 * self._counts[state] / self.total, 2) if self.total else 0.0
            shares.append(Share(state, self._counts[state], round(start, 2), width))
            start += width
        return shares


@dataclass(frozen=True)
class Place:
    """A clause on the map: what it asks, or why it asks nothing."""

    clause: Clause
    url: str
    lines: list[Line]
    reason: str = ""
    is_leaf: bool = True

    @property
    def is_untidy(self) -> bool:
        """Nothing hangs on it and nobody has said why."""
        return self.is_leaf and not self.lines and not self.reason

    @property
    def heading(self) -> str:
        return self.clause.heading.replace("*", "")

    @property
    def indent(self) -> int:
        """How deep below its 節."""
        return max(0, self.clause.depth - 2)


@dataclass(frozen=True)
class Section:
    """A 節 with its clauses."""

    place: Place
    places: list[Place] = field(default_factory=list)

    @cached_property
    def tally(self) -> Tally:
        return Tally(line for place in self.places for line in place.lines)

    @cached_property
    def untidy(self) -> int:
        return sum(place.is_untidy for place in self.places)


class Coverage:
    """The map of a revision, narrowed by `wanted`: role, kind, section (節 or chapter) and state, each a code or "" for all."""

    def __init__(self, visit: Visit, wanted: Mapping[str, str] | None = None) -> None:
        self.visit = visit
        self.wanted: dict[str, str] = dict(wanted or {})

    @property
    def query(self) -> str:
        """The filter as the address line keeps it."""
        return urlencode(self.wanted)

    @cached_property
    def lines(self) -> list[Line]:
        """The obligations that match, in the order of the document."""
        if self.wanted.get("state") == UNTIDY:
            return []
        rows = self.visit.obligations.with_bearers()
        if bearer := self.wanted.get("role"):
            rows = rows.for_bearer(bearer)
        if kind := self.wanted.get("kind"):
            rows = rows.of_kind(kind)
        if section := self.wanted.get("section"):
            rows = rows.under(section)
        lines = lines_of(rows.order_by("position"), at=self.visit.at)
        state = self.wanted.get("state")
        return [line for line in lines if line.state == state] if state else lines

    @cached_property
    def tally(self) -> Tally:
        return Tally(self.lines)

    @cached_property
    def roles(self) -> list[tuple[Bearer, Tally]]:
        """Each bearer with the state of what it carries; an obligation of several bearers counts for each of them."""
        carried: dict[str, list[Line]] = {code: [] for code in Bearer.values}
        for line in self.lines:
            for code in line.obligation.bearer_codes:
                carried[code].append(line)
        return [(Bearer(code), Tally(lines)) for code, lines in carried.items() if lines]

    @cached_property
    def headings(self) -> dict[str, str]:
        """The heading of each clause, or of the nearest one above that has one."""
        own = {clause.number: clause.heading.replace("*", "") for clause in self._clauses}
        return {number: next((own[place] for place in lineage(number) if own.get(place)), "") for number in own}

    @cached_property
    def sections(self) -> list[Section]:
        """The 節 of chapters 2 and 3 in order; narrowed, only those with something on them."""
        found: dict[str, Section] = {}
        for place in self._places:
            number = ".".join(place.clause.number.split(".")[:2])
            section = found.setdefault(number, Section(place))
            if place.clause.number != number or place.lines or place.reason or place.is_untidy:
                section.places.append(place)
        return [section for section in found.values() if section.places]

    @cached_property
    def untidy(self) -> list[Place]:
        """The clauses on which nothing hangs and of which nobody has said why."""
        return [place for section in self.sections for place in section.places if place.is_untidy]

    @cached_property
    def exempt(self) -> list[Place]:
        """The clauses that oblige nobody, with the reason."""
        return [place for section in self.sections for place in section.places if place.reason]

    @cached_property
    def orphans(self) -> list[Line]:
        """Obligations whose clause the revision no longer has."""
        known = {clause.number for clause in self._clauses}
        return [line for line in self.lines if line.obligation.clause not in known]

    @cached_property
    def choices_of_section(self) -> list[tuple[str, str]]:
        """The chapters and their 節, for the filter."""
        return [(row.number, f"{row.citation} {row.heading.replace('*', '')}") for row in self._clauses if row.depth <= 2]

    @cached_property
    def _clauses(self) -> list[Clause]:
        return [row for row in self.visit.clauses.headings() if row.number.split(".")[0] in CHAPTERS]

    @cached_property
    def _places(self) -> list[Place]:
        """The clauses below the chapters; narrowed, only those that match and the headings above them."""
        places = [place for place in self._all_places() if place.clause.depth > 1]
        if not self.wanted:
            return places
        hits = {place.clause.number for place in places if self._is_wanted(place)}
        needed = {number for hit in hits for number in lineage(hit)}
        return [place for place in places if place.clause.number in needed]

    def _is_wanted(self, place: Place) -> bool:
        section = self.wanted.get("section", "")
        if self.wanted.get("state") == UNTIDY:
            return place.is_untidy and section in ("", *lineage(place.clause.number))
        if set(self.wanted) == {"section"} and section in lineage(place.clause.number):
            return True
        return bool(place.lines)

    def _all_places(self) -> list[Place]:
        lines: dict[str, list[Line]] = {}
        for line in self.lines:
            lines.setdefault(line.obligation.clause, []).append(line)
        bare = dict(self.visit.exemptions.values_list("clause", "reason"))
        carrying = self._carrying if self.wanted else lines.keys()
        parents = {row.parent_id for row in self._clauses}
        return [
            Place(
                row,
                self.visit.url_of(row.number),
                lines.get(row.number, []),
                reason=bare.get(row.number, ""),
                is_leaf=row.pk not in parents and not (row.number in carrying and row.number not in lines),
            )
            for row in self._clauses
        ]

    @property
    def _carrying(self) -> set[str]:
        """The clauses that carry obligations at all, so that a narrowed map takes none of them for untidy."""
        return set(self.visit.obligations.order_by().values_list("clause", flat=True))

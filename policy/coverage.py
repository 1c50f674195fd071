"""How the obligations of chapters 2 and 3 stand: computed from the mechanisms that are there, never claimed, never stored."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from musashimurayama_isms.accounts.standing import day_of
from policy.citations import lineage
from policy.mechanisms import Keeping, State, keepings
from policy.models import Bearer, Clause, Obligation, PolicyException
from policy.visits import Visit

CHAPTERS = ("2", "3")  # 基本方針 and 対策基準; chapter 1 only says how the policy is made up
UNTIDY = "untidy"
UNTIDY_WORD = "未整理"


@dataclass(frozen=True)
class Line:
    """An obligation with how it stands."""

    obligation: Obligation
    keeping: Keeping
    exceptions: int = 0  # running exceptions (3.11.4) that leave its clause out

    @property
    def state(self) -> State:
        return self.keeping.state


def lines_of(obligations: Iterable[Obligation], *, at: datetime) -> list[Line]:
    """Each obligation with its state; every mechanism is asked once, the exceptions with one query for all."""
    rows = list(obligations)
    known = keepings((row.mechanism for row in rows), at=at)
    excepted = PolicyException.objects.by_clause(on=day_of(at))
    return [Line(row, known[row.mechanism].at_clause(row.clause), len(_union(excepted, row.clause))) for row in rows]


def _union(excepted: Mapping[str, set[int]], clause: str) -> set[int]:
    """The exceptions that name a clause or one that contains it."""
    return {pk for number in lineage(clause) for pk in excepted.get(number, ())}


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
    is_untidy: bool = False  # nothing hangs on it and nobody has said why

    @property
    def heading(self) -> str:
        return self.clause.heading.replace("*", "")


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
        state = self.wanted.get("state")
        return [line for line in self._of_every_state if line.state == state] if state else self._of_every_state

    @cached_property
    def by_state(self) -> Tally:
        """How many there are of each state, whichever state is asked for: the way from one state to another."""
        return Tally(self._of_every_state)

    @cached_property
    def _of_every_state(self) -> list[Line]:
        rows = self.visit.obligations.with_bearers()
        if bearer := self.wanted.get("role"):
            rows = rows.for_bearer(bearer)
        if kind := self.wanted.get("kind"):
            rows = rows.of_kind(kind)
        if section := self.wanted.get("section"):
            rows = rows.under(section)
        return lines_of(rows.order_by("position"), at=self.visit.at)

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
        """The clauses of the chapter or 節 asked for on which nothing hangs and of which nobody has said why."""
        return [place for place in self._all_places if place.is_untidy and self._is_in_section(place)]

    @cached_property
    def exempt(self) -> list[Place]:
        """The clauses of the chapter or 節 asked for that oblige nobody, with the reason."""
        return [place for place in self._all_places if place.reason and self._is_in_section(place)]

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
        places = [place for place in self._all_places if place.clause.depth > 1]
        if not self.wanted:
            return places
        needed = {number for place in places if self._is_wanted(place) for number in lineage(place.clause.number)}
        return [place for place in places if place.clause.number in needed]

    def _is_wanted(self, place: Place) -> bool:
        if self.wanted.get("state") == UNTIDY:
            return place.is_untidy and self._is_in_section(place)
        return bool(place.lines) or (set(self.wanted) == {"section"} and self._is_in_section(place))

    def _is_in_section(self, place: Place) -> bool:
        return self.wanted.get("section", "") in ("", *lineage(place.clause.number))

    @cached_property
    def _all_places(self) -> list[Place]:
        lines: dict[str, list[Line]] = {}
        for line in self.lines:
            lines.setdefault(line.obligation.clause, []).append(line)
        reasons = dict(self.visit.exemptions.values_list("clause", "reason"))
        parents = {row.parent_id for row in self._clauses}
        return [
            Place(
                row,
                self.visit.url_of(row.number),
                lines.get(row.number, []),
                reason=reasons.get(row.number, ""),
                is_untidy=row.pk not in parents and row.number not in reasons and row.number not in self._carrying,
            )
            for row in self._clauses
        ]

    @cached_property
    def _carrying(self) -> set[str]:
        """The clauses that carry obligations at all: a narrowed map takes none of them for untidy."""
        return set(self.visit.obligations.order_by().values_list("clause", flat=True))

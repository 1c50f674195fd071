"""How the documents that the policy orders to be made stand on a day: computed from versions in force and 別途保管, never stored.

What rests on one of them asks `in_force(code, on=)` before it opens.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from urllib.parse import urlencode

from musashimurayama_isms.accounts.models import Department, RoleCode
from musashimurayama_isms.accounts.standing import posts
from musashimurayama_isms.parameters.values import Values
from policy.models import Bearer, Custody, DocumentVersion, Regulation, Revision, SectionDocument

State = Regulation.State
# Whom the city has chosen among the candidates, where clauses name different makers.
MAKER_PARAMETERS = {"procedure": "policy.procedure_owner", "ict-bcp": "policy.bcp_owner"}
BUSINESS_SECTION = {"business_section": Bearer.SECTION_OFFICER.value}  # how policy.procedure_owner calls the 業務担当課
_keepers: dict[str, Callable[[date], "Holding | None"]] = {}
STANDS = (State.IN_FORCE, State.OVERDUE, State.ELSEWHERE)  # late for a review is still in force


@dataclass(frozen=True)
class Holding:
    """One reason why a regulation stands on a day: a document's version in force, the policy itself, or 別途保管."""

    since: date | None
    review_on: date | None = None
    document: int | None = None
    section: int | None = None
    custody: Custody | None = None
    revision: Revision | None = None

    def state(self, on: date) -> State:
        if self.review_on is not None and self.review_on < on:
            return State.OVERDUE
        return State.ELSEWHERE if self.custody else State.IN_FORCE


@dataclass(frozen=True)
class Entry:
    """One regulation on the register."""

    regulation: Regulation
    on: date
    makers: list[str]
    holdings: list[Holding] = field(default_factory=list)
    drafts: frozenset[int | None] = frozenset()  # the sections that are writing one
    owing: frozenset[int] = frozenset()  # the sections that each need one of their own

    @cached_property
    def by_section(self) -> Mapping[int, list[Holding]]:
        found: dict[int, list[Holding]] = defaultdict(list)
        for holding in self.holdings:
            if holding.section in self.owing:
                found[holding.section].append(holding)
        return found

    @cached_property
    def state(self) -> State:
        """The worst of the sections' states for what each of them makes; else that of the city's document."""
        if self.regulation.per == Regulation.Per.SECTION:
            return min((self.state_of(section) for section in self.owing), key=list(State).index, default=State.MISSING)
        if self.regulation.per == Regulation.Per.OCCASION:
            return State.OCCASIONAL
        return self._state_of(self.holdings, is_drafting=bool(self.drafts))

    def state_of(self, section: int) -> State:
        """How it stands in one section, for what each section makes for itself."""
        return self._state_of(self.by_section.get(section, []), is_drafting=section in self.drafts)

    def _state_of(self, holdings: list[Holding], *, is_drafting: bool) -> State:
        if holdings:
            return min((holding.state(self.on) for holding in holdings), key=list(State).index)
        return State.DRAFTING if is_drafting else State.MISSING

    @property
    def maker_labels(self) -> list[str]:
        return [Bearer(code).label for code in self.makers]

    @property
    def is_in_force(self) -> bool:
        return self.state in STANDS

    @cached_property
    def standing(self) -> int:
        """In how many sections it stands."""
        return sum(self.state_of(section) in STANDS for section in self.owing)

    @property
    def since(self) -> date | None:
        return max((holding.since for holding in self.holdings if holding.since), default=None)

    @property
    def review_on(self) -> date | None:
        """The next review, the earliest of several."""
        return min((holding.review_on for holding in self.holdings if holding.review_on), default=None)

    @property
    def documents(self) -> list[int]:
        return [holding.document for holding in self.holdings if holding.document]

    @property
    def custody(self) -> Custody | None:
        """Where the city's one lies, if elsewhere."""
        return next((holding.custody for holding in self.holdings if holding.custody and not holding.section), None)


def register_keeper(code: str, keeper: Callable[[date], Holding | None]) -> None:
    """A higher floor that keeps a regulation itself says here how it stands: `keeper(on)`, None where it does not."""
    _keepers[code] = keeper


class Register:
    """All of them on a day, narrowed by `wanted`: state, maker and clause, each a code or number or "" for all."""

    def __init__(self, *, on: date, wanted: Mapping[str, str] | None = None) -> None:
        self.on = on
        self.wanted: dict[str, str] = dict(wanted or {})

    @property
    def query(self) -> str:
        """The filter as the address line keeps it."""
        return urlencode(self.wanted)

    @cached_property
    def everything(self) -> list[Entry]:
        """Every regulation in order; the number of queries does not depend on what there is."""
        return [self._entry(regulation) for regulation in Regulation.objects.all()]

    @cached_property
    def entries(self) -> list[Entry]:
        """Those that match."""
        state = self.wanted.get("state")
        return [entry for entry in self.of_every_state if not state or entry.state == state]

    @cached_property
    def of_every_state(self) -> list[Entry]:
        """Those that match, whichever state is asked for: the way from one state to another."""
        maker, clause = self.wanted.get("maker"), self.wanted.get("clause")
        rows = [entry for entry in self.everything if not maker or maker in entry.makers]
        return [entry for entry in rows if not clause or entry.regulation.is_under(clause)]

    @cached_property
    def counts(self) -> list[tuple[State, int]]:
        found = Counter(entry.state for entry in self.of_every_state)
        return [(state, found[state]) for state in State]

    def entry(self, code: str) -> Entry:
        """One of them by its code; KeyError for an unknown one."""
        return {entry.regulation.code: entry for entry in self.everything}[code]

    # -- what is asked of the database, once a register ----------------------------------------------------------------
    def _entry(self, regulation: Regulation) -> Entry:
        is_for_each = regulation.per == Regulation.Per.SECTION
        holdings = self._of_the_policy if regulation.is_in_policy else self._holdings.get(regulation.pk, [])
        if (keeper := _keepers.get(regulation.code)) and (kept := keeper(self.on)):
            holdings = [*holdings, kept]
        drafts = frozenset(self._drafts.get(regulation.pk, ()))
        owing = frozenset(self.sections) if is_for_each else frozenset()
        return Entry(regulation, self.on, makers_of(regulation, self._values), holdings, drafts, owing)

    @cached_property
    def _values(self) -> Values:
        return Values()

    @cached_property
    def sections(self) -> dict[int, Department]:
        """The 課 and bodies that have a 情報セキュリティ担当者: each makes what every section makes for itself."""
        rows = posts(RoleCode.SECTION_OFFICER, on=self.on).order_by().values("department")
        return {row.pk: row for row in Department.objects.filter(pk__in=rows).select_related("parent")}

    @cached_property
    def _links(self) -> dict[int, list[int]]:
        """Document → the regulations that it fulfils."""
        found: dict[int, list[int]] = defaultdict(list)
        for document, regulation in SectionDocument.regulations.through.objects.values_list("sectiondocument", "regulation"):
            found[document].append(regulation)
        return found

    @cached_property
    def _holdings(self) -> dict[int, list[Holding]]:
        found: dict[int, list[Holding]] = defaultdict(list)
        rows = DocumentVersion.objects.in_force(self.on).filter(document__in=self._links).select_related("document__owner")
        for version in rows.defer("text"):
            document = version.document
            holding = Holding(version.effective_on, document.review_on, document.pk, self._section_of(document.owner))
            for regulation in self._links[document.pk]:
                found[regulation].append(holding)
        for custody in Custody.objects.open().filter(since__lte=self.on).select_related("department", "said_by"):
            section = self._section_of(custody.department) if custody.department else None
            found[custody.regulation_id].append(Holding(custody.since, custody.review_on, section=section, custody=custody))
        return found

    @cached_property
    def _drafts(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        rows = DocumentVersion.objects.on_the_way(self.on).filter(document__in=self._links).select_related("document__owner")
        for version in rows.defer("text"):
            for regulation in self._links[version.document_id]:
                found[regulation].add(self._section_of(version.document.owner))
        return found

    @cached_property
    def _of_the_policy(self) -> list[Holding]:
        revision = Revision.objects.of_the_policy().in_force(self.on).select_related("document").first()
        return [Holding(revision.effective_on, revision=revision)] if revision else []

    def _section_of(self, department: Department) -> int:
        """The section that answers for it today; most are still there, so that nothing is asked."""
        return department.pk if department.is_in_force(self.on) else department.successor_on(self.on).pk


def makers_of(regulation: Regulation, values: Values) -> list[str]:
    """Who has to make it, as codes of Bearer: the city's choice (or its default) where the policy contradicts itself."""
    if regulation.code not in MAKER_PARAMETERS:
        return regulation.makers
    chosen = values[MAKER_PARAMETERS[regulation.code]]
    return [BUSINESS_SECTION.get(chosen, chosen)]


def in_force(code: str, *, on: date, department: Department | None = None) -> bool:
    """Whether a regulation stands on a day, in the portal or by the city's word elsewhere; late for its review still counts.

    For one that every section makes, `department` asks for that section's; without it all of them must stand. What is made
    for each occasion never stands by itself. Raises LookupError for an unknown code.
    """
    entry = Register(on=on).entry(code)
    if department is not None and entry.owing:
        return entry.state_of(department.successor_on(on).pk) in STANDS
    return entry.is_in_force

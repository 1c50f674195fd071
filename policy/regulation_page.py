"""What the page of one regulation shows."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.parameters import catalogue
from musashimurayama_isms.trail.models import Entry as TrailEntry
from policy.clearance import Clearance
from policy.models import Custody, Regulation, SectionDocument
from policy.regulations import MAKER_PARAMETERS, Entry, Holding, Register, State


@dataclass(frozen=True)
class Line:
    """One section's own: how it stands there, and why."""

    section: Department
    state: State
    holdings: list[Holding]

    @property
    def since(self):
        return max((holding.since for holding in self.holdings), default=None)

    @property
    def review_on(self):
        return min((holding.review_on for holding in self.holdings if holding.review_on), default=None)

    @property
    def custody(self) -> Custody | None:
        return next((holding.custody for holding in self.holdings if holding.custody), None)


class RegulationPage:
    """One person's view of one regulation at a moment."""

    def __init__(self, regulation: Regulation, user: User, *, at: datetime) -> None:
        self.regulation, self.user, self.at = regulation, user, at

    @cached_property
    def _register(self) -> Register:
        return Register(on=day_of(self.at))

    @cached_property
    def entry(self) -> Entry:
        return self._register.entry(self.regulation.code)

    @cached_property
    def clearance(self) -> Clearance:
        return Clearance.of(self.user, at=self.at)

    @cached_property
    def documents(self) -> list[SectionDocument]:
        """Those that fulfil it and that the person may see, drafts of the own section too."""
        rows = SectionDocument.objects.visible_to(self.user, at=self.at, clearance=self.clearance).filter(regulations=self.regulation)
        return list(rows.for_list(day_of(self.at)))

    @property
    def unseen(self) -> int:
        """How many more stand in force that the person may not see."""
        return len(set(self.entry.documents) - {row.pk for row in self.documents})

    @cached_property
    def lines(self) -> list[Line]:
        """Of what every section makes: one line a section, in the order of the organisation."""
        sections = sorted((self._register.sections[key] for key in self.entry.owing), key=lambda row: (row.position, row.code))
        return [Line(row, self.entry.state_of(row.pk), self.entry.by_section.get(row.pk, [])) for row in sections]

    @property
    def maker_choice(self) -> str:
        """The name of the open point that says who makes it; "" where the policy is clear."""
        code = MAKER_PARAMETERS.get(self.regulation.code)
        return catalogue.get(code).name if code else ""

    @cached_property
    def may_place_for_the_city(self) -> bool:
        return self.regulation.can_place(self.user, at=self.at)

    @property
    def may_place(self) -> bool:
        """Whether the person may say of some copy where it is kept."""
        if self.regulation.is_in_policy:
            return False
        of_own = self.regulation.per == Regulation.Per.SECTION and bool(self.clearance.officer_of)
        return self.may_place_for_the_city or of_own

    @property
    def may_write(self) -> bool:
        return bool(self.clearance.sections) and not self.regulation.is_in_policy

    @cached_property
    def entries(self):
        return TrailEntry.objects.about(self.regulation)

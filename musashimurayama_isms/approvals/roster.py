"""The persons behind a seat at a moment: holders and deputies who may decide, or one up where the route leaves nobody.

Separation of duties is about persons, not roles (3.4.3.1): whoever drafted, applied or carries decides nothing of it,
whatever hats they wear. Who holds a role is asked once a role for the whole city, however many requests a page shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from musashimurayama_isms.accounts.models import Department, Role, User
from musashimurayama_isms.accounts.standing import Scope, Standing, acting, day_of
from musashimurayama_isms.parameters.values import all_values

from .models.request_type import Chair

# Who is asked next where a route leaves nobody (approvals.md), unless the city has chosen otherwise (未定事項).
ONE_UP = {
    Chair.SECTION_OFFICER: Chair.DIVISION_OFFICER,
    Chair.DIVISION_OFFICER: Chair.GENERAL_MANAGER,
    Chair.SERVICE_MANAGER: Chair.CENTRAL_MANAGER,
    Chair.CENTRAL_MANAGER: Chair.GENERAL_MANAGER,
    Chair.PERMIT_AUTHORITY: Chair.GENERAL_MANAGER,
    Chair.AUDIT_HEAD: Chair.CISO,
    Chair.GENERAL_MANAGER: Chair.CISO,
    Chair.CISO: Chair.GENERAL_MANAGER,
}


@dataclass(frozen=True)
class Barred:
    """Who may not decide one request: its own people, and as deputies those who have decided of it already."""

    parties: frozenset[int] = frozenset()
    deciders: frozenset[int] = frozenset()
    waived: frozenset[int] = field(default_factory=frozenset)

    def bars(self, standing: Standing) -> bool:
        person = standing.person.pk
        if person in self.parties:
            return person not in self.waived
        return standing.is_deputy and person in self.deciders


class Roster:
    """Who may act in each role at one moment."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._standings: dict[str, list[Standing]] = {}
        self._chosen = all_values()

    def ladder(self, chair: str) -> Iterator[str]:
        """The chair itself, then those above it, each once."""
        current, seen = chair, set()
        while current and current not in seen:
            seen.add(current)
            yield current
            current = self._one_up(current)

    def _one_up(self, chair: str) -> str | None:
        if chair == Chair.CENTRAL_MANAGER and self._chosen["approvals.own_section_of_central_manager"] == "ciso":
            return Chair.CISO
        return ONE_UP.get(Chair(chair))

    def _acting(self, chair: str) -> list[Standing]:
        """Holders and deputies in the whole city; for permits of an absent 総括管理者 as the city has chosen (3.4.2.3.6)."""
        if chair != Chair.GENERAL_MANAGER:
            return acting(chair, at=self.at)
        chosen = self._chosen["approvals.general_manager_absent"]
        if chosen == "central_manager":
            return acting(chair, at=self.at, scope=Scope.INFRINGEMENT)
        return [row for row in acting(chair, at=self.at) if chosen != "ciso" or not row.is_deputy]

    def holders(self, chair: str, department: Department) -> list[Standing]:
        """Everyone who may act in the role for the department; nobody for the committee, which decides by a 議決 alone."""
        if chair == Chair.COMMITTEE:
            return []
        if chair not in self._standings:
            self._standings[chair] = self._acting(chair)
        rows = self._standings[chair]
        place = self._place(rows[0].role, department) if rows else None
        return [row for row in rows if place is None or row.department.pk == place]

    def _place(self, role: Role, department: Department) -> int | None:
        """The key of the department that a role of this reach is asked for in; None for the whole city."""
        here = department.successor_on(day_of(self.at))
        if role.reach in (Role.Reach.SECTION, Role.Reach.PERSON):
            return here.pk
        if role.reach == Role.Reach.DIVISION:
            return here.division.successor_on(day_of(self.at)).pk
        return None

    def able(self, chair: str, department: Department, barred: Barred) -> list[Standing]:
        """Who may decide in a seat now; empty where nobody is left up to the CISO, and for a committee."""
        if chair == Chair.COMMITTEE:
            return []
        for current in self.ladder(chair):
            found = [row for row in self.holders(current, department) if not barred.bars(row)]
            if found:
                return found
        return []

    def chair_for(self, chair: str, department: Department, barred: Barred) -> str:
        """The chair that a run is laid out with: the CISO's own request goes to the committee where the city has chosen so."""
        if chair == Chair.CISO and self._chosen["approvals.ciso_own_request"] == "committee":
            holders = self.holders(chair, department)
            if holders and all(barred.bars(row) for row in holders):
                return Chair.COMMITTEE
        return chair

    def above(self, chair: str, department: Department, barred: Barred) -> list[Standing]:
        """The next ones up from those who may decide now: whom a reminder goes to when they are silent."""
        now = {row.person.pk for row in self.able(chair, department, barred)}
        for current in list(self.ladder(chair))[1:]:
            found = [row for row in self.holders(current, department) if not barred.bars(row) and row.person.pk not in now]
            if found:
                return found
        return []


def names(standings: list[Standing]) -> list[User]:
    """The persons, each once."""
    return list({row.person.pk: row.person for row in standings}.values())

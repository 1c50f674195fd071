"""The persons behind the role of a duty at a moment: holders, deputies, or one up where nobody is there.

Nothing is stored about persons: whoever holds the post when it is asked holds the duty (architecture: duties follow the post).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.db import models
from django.db.models import Q

from musashimurayama_isms.accounts.departments import departments
from musashimurayama_isms.accounts.memory import once
from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.seats import sitting
from musashimurayama_isms.accounts.standing import Standing, acting, day_of, standings

COMMITTEE_CODE = "PROMOTION_COMMITTEE"
COMMITTEE = "COMMITTEE"
NOBODY = Q(pk__in=())
EVERY = Q(pk__isnull=False)


class Owner(models.TextChoices):
    """Who may carry a duty: the roles of RoleCode, and the 情報化推進委員会 by its secretariat and members."""

    CISO = RoleCode.CISO.value, RoleCode.CISO.label
    GENERAL_MANAGER = RoleCode.GENERAL_MANAGER.value, RoleCode.GENERAL_MANAGER.label
    AUDIT_HEAD = RoleCode.AUDIT_HEAD.value, RoleCode.AUDIT_HEAD.label
    CENTRAL_MANAGER = RoleCode.CENTRAL_MANAGER.value, RoleCode.CENTRAL_MANAGER.label
    DIVISION_OFFICER = RoleCode.DIVISION_OFFICER.value, RoleCode.DIVISION_OFFICER.label
    SECTION_OFFICER = RoleCode.SECTION_OFFICER.value, RoleCode.SECTION_OFFICER.label
    PROMOTER = RoleCode.PROMOTER.value, RoleCode.PROMOTER.label
    AUDITOR = RoleCode.AUDITOR.value, RoleCode.AUDITOR.label
    SERVICE_MANAGER = RoleCode.SERVICE_MANAGER.value, RoleCode.SERVICE_MANAGER.label
    PERMIT_AUTHORITY = RoleCode.PERMIT_AUTHORITY.value, RoleCode.PERMIT_AUTHORITY.label
    PERSONNEL = RoleCode.PERSONNEL.value, RoleCode.PERSONNEL.label
    ADMINISTRATOR = RoleCode.ADMINISTRATOR.value, RoleCode.ADMINISTRATOR.label
    COMMITTEE = COMMITTEE, "情報化推進委員会"


OF_A_SECTION = {Owner.SECTION_OFFICER, Owner.PROMOTER}
OF_A_DIVISION = {Owner.DIVISION_OFFICER}

# Who is asked next where nobody is there to act.
ONE_UP = {
    Owner.PROMOTER: Owner.SECTION_OFFICER,
    Owner.SECTION_OFFICER: Owner.DIVISION_OFFICER,
    Owner.DIVISION_OFFICER: Owner.GENERAL_MANAGER,
    Owner.CENTRAL_MANAGER: Owner.GENERAL_MANAGER,
    Owner.COMMITTEE: Owner.GENERAL_MANAGER,
    Owner.GENERAL_MANAGER: Owner.CISO,
    Owner.PERSONNEL: Owner.CENTRAL_MANAGER,
    Owner.ADMINISTRATOR: Owner.CENTRAL_MANAGER,
    Owner.SERVICE_MANAGER: Owner.PERMIT_AUTHORITY,
    Owner.PERMIT_AUTHORITY: Owner.CENTRAL_MANAGER,
    Owner.AUDITOR: Owner.AUDIT_HEAD,
    Owner.AUDIT_HEAD: Owner.CISO,
}
WIDE = {Owner.CISO, Owner.GENERAL_MANAGER, Owner.CENTRAL_MANAGER, Owner.ADMINISTRATOR, Owner.AUDIT_HEAD}


@dataclass(frozen=True)
class Place:
    """Who answers for a department today: the section (or the department itself) and the division, reorganisations followed."""

    section: int
    division: int | None


def places(*, at: datetime) -> dict[int, Place]:
    """The place of every department there ever was, abolished ones at their successors."""
    return once("places", lambda: _places(on=day_of(at)), at=at)


def _places(*, on: date) -> dict[int, Place]:
    found = {}
    for row in departments().values():
        here = row.successor_on(on)
        found[row.pk] = Place(here.pk, here.division.successor_on(on).pk if here.division else None)
    return found


@dataclass(frozen=True)
class Holder:
    """A person who may act for an owner, from which department, with the words the record uses for the role."""

    person: User
    owner: str
    label: str
    department: Department
    in_place_of: User | None = None

    @classmethod
    def of(cls, standing: Standing) -> "Holder":
        return cls(standing.person, standing.role.code, standing.label, standing.department, standing.in_place_of)


@dataclass
class Parties:
    """Who may act for which owner at a moment; each role is asked for once, however many duties a page shows."""

    at: datetime
    _standings: dict[str, list[Standing]] = field(default_factory=dict)

    def standings(self, owner: str) -> list[Standing]:
        """Everyone of the whole city who may act in a role now."""
        if owner not in self._standings:
            self._standings[owner] = acting(owner, at=self.at)
        return self._standings[owner]

    @cached_property
    def committee(self) -> list[Holder]:
        """The secretariat first, then the members: any of them may do what is the committee's."""
        here = sitting(COMMITTEE_CODE, on=day_of(self.at))
        if here is None:
            return []
        committee, place = here.committee, here.committee.secretariat
        people = [(user, "事務局") for user in here.secretaries] + [(user, "委員") for user in here.members]
        found: dict[int, Holder] = {}
        for user, word in people:
            found.setdefault(user.pk, Holder(user, COMMITTEE, f"{committee.name}（{word}）", place))
        return list(found.values())

    @cached_property
    def places(self) -> dict[int, Place]:
        return places(at=self.at)

    def covered(self, owner: str, rows: Iterable[Standing]) -> set[int]:
        """The departments for which these standings answer as an owner of a section or a division."""
        manned = {row.department.pk for row in rows if row.role.code == owner}
        if owner in OF_A_DIVISION:
            return {pk for pk, place in self.places.items() if place.division in manned}
        return {pk for pk, place in self.places.items() if place.section in manned}

    def narrowed(self, owner: str, rows: Iterable[Standing], department: Department | None) -> list[Standing]:
        """The standings that answer as an owner for a department; all where the role is one of the whole city."""
        rows = [row for row in rows if row.role.code == owner]
        if department is None or owner not in OF_A_SECTION | OF_A_DIVISION:
            return rows
        place = self.places[department.pk]
        wanted = place.division if owner in OF_A_DIVISION else place.section
        return [row for row in rows if row.department.pk == wanted]

    def of(self, owner: str, department: Department | None) -> list[Holder]:
        """Who may act for an owner in a department, without going one up."""
        if owner == COMMITTEE:
            return self.committee
        return [Holder.of(row) for row in self.narrowed(owner, self.standings(owner), department)]

    def able(self, owner: str, department: Department | None) -> list[Holder]:
        """Who may act for an owner; where nobody is there, the next one up."""
        current: str | None = owner
        while current:
            if found := self.of(current, department):
                return found
            current = ONE_UP.get(Owner(current))
        return []

    def one_up(self, owner: str, department: Department | None) -> list[Holder]:
        """The persons above an owner who does not answer, or whose act they should know of; those who act themselves left out."""
        below = {holder.person.pk for holder in self.able(owner, department)}
        current = ONE_UP.get(Owner(owner))
        while current:
            if found := [holder for holder in self.of(current, department) if holder.person.pk not in below]:
                return found
            current = ONE_UP.get(Owner(current))
        return []


class Reach:
    """What one person reaches among duties at a moment: hats once, other people's absence once a role."""

    def __init__(self, user: User, *, at: datetime, parties: Parties | None = None) -> None:
        self.user, self.at = user, at
        self.parties = parties or once("duty parties", lambda: Parties(at), at=at)
        self.hats = [Holder.of(hat) for hat in self._standings]

    @cached_property
    def _standings(self) -> list[Standing]:
        return [hat for hat in standings(self.user, at=self.at) if hat.scope == "any"]

    @cached_property
    def _is_of_committee(self) -> bool:
        return any(holder.person.pk == self.user.pk for holder in self.parties.committee)

    def holds(self, owner: str) -> bool:
        """Whether the person wears this hat anywhere."""
        return self._is_of_committee if owner == COMMITTEE else any(hat.owner == owner for hat in self.hats)

    @property
    def is_wide(self) -> bool:
        """CISO, 総括管理者, 中央管理者, audit head and the administrators of the portal see every occurrence."""
        return self.user.is_superuser or any(hat.owner in WIDE for hat in self.hats)

    @property
    def may_handle(self) -> bool:
        """中央管理者 and the administrators of the portal say which duties there are, and how often."""
        return self.user.is_superuser or self.holds(Owner.CENTRAL_MANAGER) or self.holds(Owner.ADMINISTRATOR)

    @cached_property
    def departments(self) -> set[int]:
        """The person's own departments with the abolished ones they answer for."""
        mine = {hat.department.pk for hat in self.hats}
        return {pk for pk, place in self.parties.places.items() if place.section in mine}

    @cached_property
    def divisions(self) -> set[int]:
        """The 部 above the own sections."""
        return {hat.department.parent_id for hat in self.hats if hat.department.parent_id}

    def near(self) -> Q:
        """Occurrences of the whole city, and of the own line: section, division above it, sections below."""
        return Q(department__isnull=True) | Q(department__in=self.departments | self.divisions) | Q(department__parent__in=self.departments)

    # -- who may act -----------------------------------------------------------------------------------------------
    def holder(self, owner: str, department: Department | None) -> Holder | None:
        """The person as a holder of a duty: by an own hat, by one worn for another, or one up where nobody is there."""
        current: str | None = owner
        while current:
            if hat := self._hat(current, department):
                return hat
            if self.parties.of(current, department):
                return None
            current = ONE_UP.get(Owner(current))
        return None

    def _hat(self, owner: str, department: Department | None) -> Holder | None:
        if owner == COMMITTEE:
            return next((holder for holder in self.parties.committee if holder.person.pk == self.user.pk), None)
        rows = self.parties.narrowed(owner, self._standings, department)
        return Holder.of(rows[0]) if rows else None

    def as_holder(self, owners: Iterable[str]) -> Q:
        """The rows for which `holder` is not None, as one condition; `owners` are those that occur."""
        found = NOBODY
        for owner in owners:
            walked = self._walk(owner)
            if walked is not None:
                found |= Q(duty__owner=owner) & walked
        return found

    def _walk(self, owner: str) -> Q | None:
        """Up from an owner while nobody is there; None where the person never comes into it."""
        mine = self._mine(owner)
        above = ONE_UP.get(Owner(owner))
        higher = self._walk(above) if above else None
        if higher is None:
            return mine
        empty = self._unmanned(owner)
        if empty is None:
            return mine
        return (mine or NOBODY) | (empty & higher)

    def _mine(self, owner: str) -> Q | None:
        return self._in(owner, self._standings) if self.holds(owner) else None

    def _unmanned(self, owner: str) -> Q | None:
        """Rows in whose department nobody is there for an owner; None where there is somebody for all."""
        if owner in OF_A_SECTION | OF_A_DIVISION:
            return ~self._in(owner, self.parties.standings(owner))
        return None if self.parties.of(owner, None) else EVERY

    def _in(self, owner: str, rows: list[Standing]) -> Q:
        """The occurrences that these standings cover as an owner."""
        return Q(department__in=self.parties.covered(owner, rows)) if owner in OF_A_SECTION | OF_A_DIVISION else EVERY

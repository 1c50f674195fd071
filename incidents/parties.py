"""The persons behind a party of the chain at a moment: holders, deputies, or one up when nobody is there."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Q

from assets.models import ServiceManager
from incidents.chain import ONE_UP, Party
from musashimurayama_isms.accounts.memory import once, recall
from musashimurayama_isms.accounts.models import Appointment, Department, RoleCode, User
from musashimurayama_isms.accounts.models.role import StandingDeputy
from musashimurayama_isms.accounts.seats import committees_of, sitting
from musashimurayama_isms.accounts.standing import Standing, acting, answered_departments, day_of, standings

COMMITTEE_CODE = "PROMOTION_COMMITTEE"
WIDE = {RoleCode.CISO, RoleCode.GENERAL_MANAGER, RoleCode.CENTRAL_MANAGER}


@dataclass(frozen=True)
class Actor:
    """A person who may act for a party, with the words the record uses for the role."""

    person: User
    label: str
    in_place_of: User | None = None


@dataclass(frozen=True)
class Hand:
    """Who typed an act in, and when, where that is not the actor at the moment of the act (口頭・紙)."""

    by: User
    at: datetime


def committee_actors(*, at: datetime) -> list[Actor]:
    """The secretariat first, then the members: any of them may act for the committee (chains.md)."""
    return list(once("committee_actors", lambda: _committee_actors(at=at), at=at))


def _committee_actors(*, at: datetime) -> list[Actor]:
    here = sitting(COMMITTEE_CODE, on=day_of(at))
    if here is None:
        return []
    found = {user.pk: Actor(user, f"{here.committee.name}（事務局）") for user in here.secretaries}
    for user in here.members:
        found.setdefault(user.pk, Actor(user, f"{here.committee.name}（委員）"))
    return list(found.values())


def actors(party: str, department: Department, *, at: datetime) -> list[Actor]:
    """Everyone who may act for a party at a moment, without going one up."""
    if party == Party.COMMITTEE:
        return committee_actors(at=at)
    if party in (Party.REPORTER, Party.SERVICE_MANAGER):
        return []  # no roles: the incident knows whom (Incident.reporter, Incident.managing)
    rows = acting(party, at=at, department=department, scope=StandingDeputy.Scope.INFRINGEMENT)
    return [Actor(row.person, row.label, row.in_place_of) for row in rows]


def able(party: str, department: Department, *, at: datetime, without: tuple[int, ...] = ()) -> list[Actor]:
    """Who may act for a party; where nobody is there, the next one up, so that a report is never stuck."""
    current: str | None = party
    while current:
        found = [actor for actor in actors(current, department, at=at) if actor.person.pk not in without]
        if found:
            return found
        current = ONE_UP.get(Party(current))
    return []


def one_up(party: str, department: Department, *, at: datetime, without: tuple[int, ...] = ()) -> list[Actor]:
    """The persons above a silent party."""
    above = ONE_UP.get(Party(party))
    return able(above, department, at=at, without=without) if above else []


def post_of(user: User, *, at: datetime) -> str:
    """The words of a person's post at a moment, as the record of an act keeps them; "" where there is none."""
    row = (
        Appointment.objects.in_force(day_of(at))
        .filter(person=user)
        .select_related("post__department__parent")
        .order_by("kind", "pk")
        .first()
    )
    return str(row.post) if row else ""


def is_of_committee(user: User, *, at: datetime) -> bool:
    """Whether the person is one of `committee_actors`, without asking for all of them."""
    known = recall("committee_actors", at=at)
    if known is not None:
        return any(actor.person.pk == user.pk for actor in known)
    return COMMITTEE_CODE in committees_of(user, on=day_of(at))


@dataclass(frozen=True)
class Reach:
    """What one person reaches in the chain at a moment: the parties of the whole city, and departments by level.

    Committee and departments are looked up when they are asked for: whoever sees the whole city needs none of them.
    """

    user: User
    hats: tuple[Standing, ...]
    at: datetime

    @classmethod
    def of(cls, user: User, *, at: datetime) -> "Reach":
        return cls(user=user, hats=tuple(standings(user, at=at)), at=at)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The roles of the whole city that the person holds."""
        return frozenset(str(hat.role.code) for hat in self.hats if hat.role.code in WIDE)

    @cached_property
    def city(self) -> frozenset[str]:
        """The same, and the committee for whoever may act for it."""
        return self.roles | {str(Party.COMMITTEE)} if is_of_committee(self.user, at=self.at) else self.roles

    @cached_property
    def sections(self) -> tuple[int, ...]:
        """The sections for which the person answers as 課長 or in a chief's place."""
        return tuple(answered_departments(self.hats, RoleCode.SECTION_OFFICER))

    @cached_property
    def divisions(self) -> tuple[int, ...]:
        """The same for 部長."""
        return tuple(answered_departments(self.hats, RoleCode.DIVISION_OFFICER))

    @cached_property
    def chief_of(self) -> tuple[int, ...]:
        """The sections whose chief the person is, deputies left out."""
        own = [hat for hat in self.hats if not hat.is_deputy]
        return self.sections if len(own) == len(self.hats) else tuple(answered_departments(own, RoleCode.SECTION_OFFICER))

    @property
    def as_manager(self) -> tuple[int, ...]:
        """The person, and those managers of services in whose place the person acts."""
        absent = (hat.in_place_of for hat in self.hats if hat.role.code == RoleCode.SERVICE_MANAGER)
        return (self.user.pk, *(manager.pk for manager in absent if manager))

    def kept_from(self, prefix: str = "") -> Q:
        """Rows of reports past the chief whose chief is this very person; the mirror of Incident.kept_from."""
        return Q(**{f"{prefix}bypasses_chief": True, f"{prefix}department__in": self.chief_of})

    def as_party(self, party_field: str, department_field: str) -> Q:
        """Rows whose party is one that this person acts for, in the right department."""
        here = Q(**{f"{department_field}__in": self.divisions}) | Q(**{f"{department_field}__parent__in": self.divisions})
        return (
            Q(**{f"{party_field}__in": self.city})
            | Q(**{party_field: Party.SECTION_OFFICER, f"{department_field}__in": self.sections})
            | (Q(**{party_field: Party.DIVISION_OFFICER}) & here)
        )

    def managed(self, prefix: str) -> Q:
        """Rows whose incident is about a service or an account for which this person answers."""
        services = ServiceManager.objects.open().filter(person__in=self.as_manager).values("service")
        return Q(**{f"{prefix}service__in": services}) | Q(**{f"{prefix}account__owner": self.user})

    @property
    def is_wide(self) -> bool:
        """CISO, 総括管理者 and 中央管理者 see every incident of the city."""
        return bool(self.roles)

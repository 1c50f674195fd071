"""Who looks at the 状況, how far: the whole city, the own 部, the own 課. Each floor's reach is asked once a page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth

from assets.reach import Reach as RegisterReach
from audits.models.corrective_action import Part
from incidents.chain import Party
from incidents.models import Incident
from incidents.parties import Reach as IncidentReach
from incidents.parties import Settled
from incidents.scopes import Scope, on_desk, scopes_of
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, day_of, standings
from musashimurayama_isms.approvals.models.request_set import Reach as ApprovalReach
from musashimurayama_isms.duties.parties import Reach as DutyReach
from musashimurayama_isms.fiscal import TOKYO, fiscal_year
from musashimurayama_isms.prepared import Prepared
from policy.exception_days import latest_before, review_months
from policy.models import PolicyException
from policy.models.exception_set import SOON

OF_THE_CITY = (RoleCode.CISO, RoleCode.GENERAL_MANAGER, RoleCode.CENTRAL_MANAGER, RoleCode.AUDIT_HEAD)


class Level(StrEnum):
    CITY = "city"
    DIVISION = "division"
    SECTION = "section"


def level_of(hats: Iterable[Standing]) -> Level | None:
    """How far a person with these hats looks; None for whoever has no 状況 at all."""
    held = {hat.role.code for hat in hats if hat.scope == "any"}
    if held & set(OF_THE_CITY):
        return Level.CITY
    if RoleCode.DIVISION_OFFICER in held:
        return Level.DIVISION
    return Level.SECTION if RoleCode.SECTION_OFFICER in held else None


# A chief who is the audit head as well sees the incidents of the own line, though no others.
FEW = 300
DESKS = {Level.CITY: ("ciso", "general", "central", "division", "section"), Level.DIVISION: ("division",), Level.SECTION: ("section",)}


@dataclass(frozen=True)
class Told:
    """The incidents of a look, drills left out: by their keys where they are few, else those of the desk."""

    party: Party
    reach: Settled
    keys: frozenset[UUID] | None = None

    def rows(self) -> QuerySet[Incident]:
        rows = on_desk(self.party, self.reach).real() if self.keys is None else Incident.objects.filter(pk__in=self.keys)
        return rows.order_by()


@dataclass(frozen=True)
class Incidents:
    """How many incidents were reported in a month of a 年度 (its first day), how many of them are open, how many grave and open."""

    year: int
    month: datetime
    all: int
    open: int
    grave: int


IS_OPEN = Q(status__in=Incident.OPEN)
_KEYS = Prepared(lambda told: told.rows().values_list("pk", flat=True)[: FEW + 1])
_INCIDENTS = Prepared(
    lambda told: (
        told.rows()
        .annotate(month=TruncMonth("reported_at", tzinfo=TOKYO))
        .values_list("fiscal_year", "month")
        .annotate(all=Count("pk"), open=Count("pk", filter=IS_OPEN), grave=Count("pk", filter=IS_OPEN & Q(is_grave=True)))
    )
)


def _exceptions_by_year(reach: ApprovalReach, **days) -> QuerySet:
    rows = PolicyException.objects.within(reach).order_by().values("request__fiscal_year")
    counts = {f"count_{state}": Count("pk", filter=condition) for state, condition in PolicyException.objects.conditions(**days).items()}
    return rows.annotate(all=Count("pk"), **counts)


_EXCEPTIONS = Prepared(_exceptions_by_year)


class Look:
    """One person's look at a moment. Raises LookupError for whoever has no 状況."""

    def __init__(self, user: User, *, at: datetime) -> None:
        self.user, self.at, self.on = user, at, day_of(at)
        self.hats = [hat for hat in standings(user, at=at) if hat.scope == "any"]
        level = level_of(self.hats)
        if level is None:
            raise LookupError("この画面はありません。")
        self.level = level
        self.year = fiscal_year(self.on)

    def holds(self, *codes: str) -> bool:
        return any(hat.role.code in codes for hat in self.hats)

    @property
    def is_wide(self) -> bool:
        return self.level == Level.CITY

    @cached_property
    def place(self) -> str:
        """The words of how far: 全庁, 市民部, 市民課."""
        if self.is_wide:
            return "全庁"
        role = RoleCode.DIVISION_OFFICER if self.level == Level.DIVISION else RoleCode.SECTION_OFFICER
        return "・".join(dict.fromkeys(hat.department.name for hat in self.hats if hat.role.code == role))

    # -- the reach of each floor ---------------------------------------------------------------------------------------
    @cached_property
    def incident_reach(self) -> IncidentReach:
        return IncidentReach.of(self.user, at=self.at)

    @cached_property
    def registers(self) -> RegisterReach:
        return RegisterReach.of(self.user, at=self.at)

    @cached_property
    def requests(self) -> ApprovalReach:
        return ApprovalReach.of(self.user, at=self.at)

    @cached_property
    def duties(self) -> DutyReach:
        return DutyReach(self.user, at=self.at)

    @cached_property
    def actions(self) -> Part:
        """What the person has to do with the measures that audits ordered."""
        return Part.of(self.user, at=self.at)

    @cached_property
    def incident_desk(self) -> Scope | None:
        """The list of incidents that belongs to this look; None for the audit head, to whom incidents are not told, unless a chief."""
        held = {scope.slug: scope for scope in scopes_of(self.incident_reach)}
        return next((held[slug] for slug in DESKS[self.level] if slug in held), None)

    # -- what several figures rest on, each asked once -----------------------------------------------------------------
    @cached_property
    def exceptions(self) -> list[dict[str, int]]:
        """How many exceptions there are by the 年度 of their request, and how many of these in each state (`count_running`, …)."""
        soon, reviewed = self.on + timedelta(days=SOON), self.reviewed
        return _EXCEPTIONS(reach=self.requests, on=self.on, soon=soon, reviewed=reviewed)

    @cached_property
    def reviewed(self) -> date:
        """The day of the last review of an exception that is too long ago by now."""
        return latest_before(self.on, review_months())

    def exceptions_in(self, state: str) -> int:
        """How many exceptions the list of a state shows."""
        return sum(row[f"count_{state}"] for row in self.exceptions)

    @cached_property
    def told(self) -> Told:
        """Few are handed on by their keys: several questions rest on them, and the one which they are is a long one."""
        told = Told(self.incident_desk.party, self.incident_reach.settled)
        keys = [] if self.is_wide else _KEYS(told=told)
        return told if self.is_wide or len(keys) > FEW else Told(told.party, told.reach, frozenset(keys))

    @property
    def incidents(self) -> QuerySet[Incident]:
        """The incidents of the desk, drills left out."""
        return self.told.rows()

    @cached_property
    def incident_counts(self) -> list[Incidents]:
        return [Incidents(*row) for row in _INCIDENTS(told=self.told)]

    @property
    def open_incidents(self) -> dict[str, int]:
        """How many of them are open, and how many of these are grave."""
        counts = self.incident_counts
        return {"all": sum(row.open for row in counts), "grave": sum(row.grave for row in counts)}

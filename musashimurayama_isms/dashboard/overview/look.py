"""Who looks at the 状況, how far: the whole city, the own 部, the own 課. Each floor's reach is asked once a page."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from django.db.models import Count, Q, QuerySet

from assets.reach import Reach as RegisterReach
from incidents.models import Incident
from incidents.parties import Reach as IncidentReach
from incidents.scopes import Scope, incidents_of, scopes_of
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, day_of, standings
from musashimurayama_isms.duties.parties import Reach as DutyReach
from musashimurayama_isms.fiscal import fiscal_year
from policy.exception_list import STATES
from policy.models import PolicyException

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
    def duties(self) -> DutyReach:
        return DutyReach(self.user, at=self.at)

    @cached_property
    def incident_desk(self) -> Scope | None:
        """The list of incidents that belongs to this look; None for the audit head, to whom incidents are not told, unless a chief."""
        held = {scope.slug: scope for scope in scopes_of(self.incident_reach)}
        return next((held[slug] for slug in DESKS[self.level] if slug in held), None)

    @cached_property
    def open_incidents(self) -> dict[str, int]:
        """How many of them are open, and how many of these are grave."""
        is_open = Q(status__in=Incident.OPEN)
        return self.incidents.aggregate(all=Count("pk", filter=is_open), grave=Count("pk", filter=is_open & Q(is_grave=True)))

    @cached_property
    def exceptions(self) -> dict[str, int]:
        """How many exceptions the list of each state shows, in one question."""
        every = PolicyException.objects.order_by()
        counts = {state: Count("pk", filter=Q(pk__in=narrow(every, self.on).values("pk"))) for state, (_, narrow) in STATES.items()}
        return PolicyException.objects.filter(pk__in=every.visible_to(self.user, at=self.at).values("pk")).aggregate(
            **{f"count_{state}": count for state, count in counts.items()}
        )

    @property
    def incidents(self) -> QuerySet[Incident]:
        """The incidents of that list, drills left out."""
        return self._incidents.all()

    @cached_property
    def _incidents(self) -> QuerySet[Incident]:
        """Few are handed on by their keys: six figures rest on them, and the question which they are is a long one."""
        rows = incidents_of(self.incident_desk, self.user, self.incident_reach, at=self.at).real().order_by()
        if self.is_wide:
            return rows
        keys = list(rows.values_list("pk", flat=True)[: FEW + 1])
        return rows if len(keys) > FEW else Incident.objects.filter(pk__in=keys).order_by()

"""Who stands in the 緊急連絡網, who keeps it, who prepares the 業務継続計画（ICT編）, and who puts it into force."""

from datetime import datetime

from incidents.chain import Party
from incidents.parties import Actor, Reach, able, committee_actors
from musashimurayama_isms.accounts.models import Appointment, Deputyship, Post, RoleCode, User
from musashimurayama_isms.accounts.models.role import StandingDeputy
from musashimurayama_isms.accounts.standing import day_of, has_role
from musashimurayama_isms.parameters.values import value

# In the order in which 3.4.2.3.8 names them.
NET_ROLES = (
    RoleCode.CISO,
    RoleCode.GENERAL_MANAGER,
    RoleCode.CENTRAL_MANAGER,
    RoleCode.DIVISION_OFFICER,
    RoleCode.SECTION_OFFICER,
)
INFRINGEMENT = StandingDeputy.Scope.INFRINGEMENT


def in_net(user: User, *, at: datetime) -> bool:
    """Whether the person holds a role of the net now, or acts for who holds it: such a person sees the numbers after hours."""
    return has_role(user, *NET_ROLES, at=at, scope=INFRINGEMENT)


def may_hold_number(user: User, *, at: datetime) -> bool:
    """Who may leave a number after hours: who stands in the net, and who is named deputy there, acting today or not."""
    if in_net(user, at=at):
        return True
    on = day_of(at)
    posts = Post.objects.in_force(on).filter(roles__code__in=NET_ROLES)
    return Deputyship.objects.in_force(on).filter(deputy=user, post__in=posts).exists()


def standing_in_net(*, at: datetime) -> set[int]:
    """Whoever is in a post of the net, or named deputy of one: persons who certainly may hold a number, asked in two questions."""
    on = day_of(at)
    posts = Post.objects.in_force(on).filter(roles__code__in=NET_ROLES)
    there = Appointment.objects.in_force(on).serving(on).filter(post__in=posts).values_list("person", flat=True)
    return {*there, *Deputyship.objects.in_force(on).filter(post__in=posts).values_list("deputy", flat=True)}


def handles_net(user: User, *, at: datetime) -> bool:
    """中央電子計算組織管理者 (3.4.2.3.8), together with the committee's secretariat (3.10.5.1.5)."""
    return has_role(user, RoleCode.CENTRAL_MANAGER, at=at) or _is_secretary(user, at=at)


def _is_secretary(user: User, *, at: datetime) -> bool:
    return any(actor.person.pk == user.pk and actor.label.endswith("（事務局）") for actor in committee_actors(at=at))


def prepares_plan(user: User, *, at: datetime) -> bool:
    """Those whom 3.4.2.3.7 and 3.11.3.1 name, and the 総括管理者 between them."""
    return bool(Reach.of(user, at=at).city)


def plan_owner() -> Party:
    """Whose plan it is: the clauses name three, the city chooses (policy.bcp_owner)."""
    return Party(value("policy.bcp_owner"))


def plan_approvers(*, at: datetime, without: tuple[int, ...] = ()) -> list[Actor]:
    """Who may put a version into force; who wrote or submitted it never does, then the next one up decides."""
    return able(plan_owner(), None, at=at, without=without)


def role_of(user: User, actors: list[Actor]) -> Actor | None:
    """The person among these actors."""
    return next((actor for actor in actors if actor.person.pk == user.pk), None)

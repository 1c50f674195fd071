"""Who holds a role at a moment, who acts for whom, and which hats one person wears.

The one place that reads appointments in force (3.4.2; approvals.md: deputies). Days are dates of Asia/Tokyo,
moments are aware datetimes.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from .models import Absence, Appointment, Department, Deputyship, Post, Role, RoleCode, StandingDeputy, User


@dataclass(frozen=True)
class Standing:
    """A person able to act in a role: as its holder, or in the place of an absent one."""

    person: User
    role: Role
    department: Department
    in_place_of: User | None = None

    @property
    def label(self) -> str:
        """How the record names the act: 情報セキュリティ担当者（○○代理）."""
        return f"{self.role.name}（{self.in_place_of.name}代理）" if self.in_place_of else self.role.name


def day_of(moment: datetime) -> date:
    """The calendar day of a moment in the city."""
    return timezone.localtime(moment).date()


def appointments(role_code: str, *, on: date, department: Department | None = None) -> QuerySet[Appointment]:
    """Appointments in force that carry the role; `department` narrows to the section, or to the division for a role of that reach."""
    rows = (
        Appointment.objects.in_force(on)
        .filter(post__in=_posts(role_code, on), person__is_active=True)
        .select_related("person", "post__department__parent")
        .order_by("post__position", "pk")
    )
    if department is None:
        return rows
    here = department.successor_on(on)
    reach = Role.objects.filter(code=role_code).values_list("reach", flat=True).first()
    if reach == Role.Reach.SECTION:
        return rows.filter(post__department=here)
    if reach == Role.Reach.DIVISION:
        return rows.filter(post__department=here.division)
    return rows


def _posts(role_code: str, on: date):
    return Post.objects.in_force(on).carrying(role_code).values("pk")


def holders(role_code: str, *, on: date, department: Department | None = None) -> QuerySet[User]:
    """The persons who hold a role on a day."""
    rows = appointments(role_code, on=on, department=department).order_by()
    return User.objects.filter(pk__in=rows.values("person"))


def holder(role_code: str, *, on: date, department: Department | None = None) -> User | None:
    """The first holder of a role on a day, by rank of the post, or None when it is vacant."""
    row = appointments(role_code, on=on, department=department).first()
    return row.person if row else None


def acting(role_code: str, *, at: datetime, department: Department | None = None, scope: str = StandingDeputy.Scope.ANY) -> list[Standing]:
    """Everyone who may act in a role at a moment: holders who are present, else the deputies of the absent ones.

    `scope` widens to the deputy of 3.4.2.3.6 when the matter is a measure on an infringement. Where nobody is left the
    list is empty: the caller goes one up (approvals.md).
    """
    on = day_of(at)
    role = Role.objects.get(code=role_code)
    rows = list(appointments(role_code, on=on, department=department))
    away = set(Absence.objects.at(at).filter(person__in=[row.person_id for row in rows]).values_list("person", flat=True))
    found = {row.person_id: Standing(row.person, role, row.post.department) for row in rows if row.person_id not in away}
    for row in rows:
        if row.person_id in away:
            for deputy in _deputies(row, role, at=at, scope=scope):
                found.setdefault(deputy.pk, Standing(deputy, role, row.post.department, in_place_of=row.person))
    return list(found.values())


def _deputies(row: Appointment, role: Role, *, at: datetime, scope: str) -> list[User]:
    """Named deputies first; the policy's own standing deputy stands in when no one was named."""
    on = day_of(at)
    named = User.objects.filter(is_active=True, pk__in=Deputyship.objects.in_force(on).filter(post=row.post).values("deputy"))
    present = [user for user in named if not Absence.objects.at(at).filter(person=user).exists()]
    if present:
        return present
    rules = StandingDeputy.objects.filter(role=role).select_related("deputy_role")
    if scope == StandingDeputy.Scope.ANY:
        rules = rules.filter(scope=StandingDeputy.Scope.ANY)
    stand_ins = User.objects.filter(
        pk__in=[row.person_id for rule in rules for row in appointments(rule.deputy_role.code, on=on)], is_active=True
    ).exclude(pk=row.person_id)
    return [user for user in stand_ins if not Absence.objects.at(at).filter(person=user).exists()]


def standings(user: User, *, at: datetime) -> list[Standing]:
    """All hats of one person at a moment, those worn in another's place included; TERMINAL_USER for everyone with a post."""
    on = day_of(at)
    mine = Appointment.objects.in_force(on).filter(person=user).select_related("post__department__parent").prefetch_related("post__roles")
    hats = [Standing(user, role, row.post.department) for row in mine for role in row.post.roles.all()]
    hats += _in_place_of_others(user, {hat.role.code for hat in hats}, at=at)
    return hats


def _in_place_of_others(user: User, own: set[str], *, at: datetime) -> list[Standing]:
    on = day_of(at)
    absent = Absence.objects.at(at).exclude(person=user).values("person")
    rows = (
        Appointment.objects.in_force(on)
        .filter(person__in=absent)
        .filter(
            Q(post__in=Deputyship.objects.in_force(on).filter(deputy=user).values("post"))
            | Q(post__roles__in=StandingDeputy.objects.filter(deputy_role__code__in=own).values("role"))
        )
        .select_related("person", "post__department__parent")
        .prefetch_related("post__roles")
        .distinct()
    )
    found = []
    for row in rows:
        for role in row.post.roles.all():
            if any(deputy.pk == user.pk for deputy in _deputies(row, role, at=at, scope=StandingDeputy.Scope.INFRINGEMENT)):
                found.append(Standing(user, role, row.post.department, in_place_of=row.person))
    return found


def has_role(user: User, *role_codes: str, at: datetime) -> bool:
    """Whether the person holds one of the roles at the moment, deputies included."""
    return any(hat.role.code in role_codes for hat in standings(user, at=at))


def main_department(user: User, *, on: date) -> Department | None:
    """The department of the person's main post on a day, else of any post held, else None."""
    rows = Appointment.objects.in_force(on).filter(person=user).select_related("post__department__parent").order_by("pk")
    main = [row for row in rows if row.kind == Appointment.Kind.MAIN] or list(rows)
    return main[0].post.department if main else None


def is_staff_of_portal(user: User, *, at: datetime) -> bool:
    """Administrators of the portal: the superuser, and whoever holds ADMINISTRATOR."""
    return user.is_superuser or has_role(user, RoleCode.ADMINISTRATOR, at=at)

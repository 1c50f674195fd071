"""Whom a bulletin is for: all the staff, the people of sections, or the holders of roles; asked of the organisation of the day."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from musashimurayama_isms.accounts.departments import departments
from musashimurayama_isms.accounts.memory import once
from musashimurayama_isms.accounts.models import Appointment, Department, RoleCode, User
from musashimurayama_isms.accounts.own import own, with_roles
from musashimurayama_isms.accounts.standing import day_of

# The roles that a bulletin may be addressed to; everybody is a 端末装置利用者, and the outside auditors are no staff.
ROLES = (
    RoleCode.CISO,
    RoleCode.GENERAL_MANAGER,
    RoleCode.CENTRAL_MANAGER,
    RoleCode.DIVISION_OFFICER,
    RoleCode.SECTION_OFFICER,
    RoleCode.PROMOTER,
    RoleCode.SERVICE_MANAGER,
    RoleCode.PERSONNEL,
)


@dataclass(frozen=True)
class Listener:
    """Where a person stands: the departments that reach this person, those above and those they succeeded included, and the roles."""

    departments: frozenset[int]
    roles: frozenset[str]

    @classmethod
    def of(cls, user: User, *, at: datetime) -> "Listener":
        return once(("listener", user.pk), lambda: cls._of(user, on=day_of(at)), at=at)

    @classmethod
    def _of(cls, user: User, *, on: date) -> "Listener":
        if user.kind == User.Kind.OUTSIDE:
            return cls(frozenset(), frozenset())
        here = own(user, on=on)
        held = with_roles(here.serving, here)
        return cls(_reaching({row.post.department_id for row in here.serving}, on=on), frozenset(role.code for _, role in held))

    @property
    def is_staff(self) -> bool:
        return bool(self.departments)


def _reaching(places: set[int], *, on: date) -> frozenset[int]:
    """The departments through which a word reaches these: they themselves, those above, and the abolished ones that they succeed."""
    rows = departments() if places else {}
    return frozenset(pk for pk, row in rows.items() if _answering(row, rows, on=on) & places)


def _answering(row: Department, rows: dict[int, Department], *, on: date) -> set[int]:
    """The departments in force that a department stands for on the day: its successor, with everything below."""
    current, seen = row, {row.pk}
    while not current.is_in_force(on) and current.successor_id in rows and current.successor_id not in seen:
        current = rows[current.successor_id]
        seen.add(current.pk)
    found, newest = {current.pk}, {current.pk}
    while newest:
        newest = {pk for pk, other in rows.items() if other.parent_id in newest} - found
        found |= newest
    return found


def staff(*, on: date) -> QuerySet[User]:
    """Everybody with a post, outside auditors left out."""
    mine = Appointment.objects.in_force(on).filter(person=OuterRef("pk"))
    return User.objects.serving(on).exclude(kind=User.Kind.OUTSIDE).filter(Exists(mine))


def people(*, on: date, departments: list[Department] | None = None, roles: list[str] | None = None) -> QuerySet[User]:
    """The staff whom a word reaches, each with `department` of the main post; both None reaches all."""
    mine = Appointment.objects.in_force(on).filter(person=OuterRef("pk"))
    rank = Case(When(kind=Appointment.Kind.MAIN, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = staff(on=on).annotate(department=Subquery(mine.order_by(rank, "pk").values("post__department")[:1]))
    if departments is not None:
        every = {row.pk: row for row in Department.objects.all()}
        places = {pk for row in departments for pk in _answering(row, every, on=on)}
        rows = rows.filter(Exists(mine.filter(post__department__in=places)))
    if roles is not None:
        rows = rows.filter(Exists(mine.filter(post__roles__code__in=roles)))
    return rows.order_by("kana", "name", "pk")


def condition(listener: Listener, through_departments: QuerySet, through_roles: QuerySet) -> Q:
    """Bulletins that reach the person; the two relations are those of Bulletin."""
    if not listener.is_staff:
        return Q(pk__in=[])
    by_section = Q(audience="sections", pk__in=through_departments.filter(department__in=listener.departments).values("bulletin"))
    by_role = Q(audience="roles", pk__in=through_roles.filter(role__code__in=listener.roles).values("bulletin"))
    return Q(audience="all") | by_section | by_role

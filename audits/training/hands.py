"""What a person may do in the room of training: run courses of the city, lead those of a section, see who is missing.

The general manager gives the training (3.9.2.1, 3.9.2.3) and 中央管理者 guides (3.4.2.3.5); the training of new staff names
nobody (3.9.2.2), so the city says who. Whoever the duty was handed to may run what it asks for. The chief educates the own
section (3.4.2.7.2), the promoter helps. A chief learns who is missing, never how a test went.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Exists, OuterRef, Q, QuerySet

from audits.training.kinds import DUTIES, Kind
from musashimurayama_isms.accounts.models import Appointment, Department, RoleCode, User
from musashimurayama_isms.accounts.models.role import StandingDeputy
from musashimurayama_isms.accounts.standing import Standing, answered_departments, day_of, standings
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.prepared import Prepared

WIDE = {RoleCode.CISO, RoleCode.GENERAL_MANAGER, RoleCode.CENTRAL_MANAGER, RoleCode.AUDIT_HEAD}
RUNNERS = {RoleCode.GENERAL_MANAGER, RoleCode.CENTRAL_MANAGER}
CITY_KINDS = (Kind.YEARLY, Kind.NEW_STAFF, Kind.ROLE, Kind.DRILL)
HANDED_FOR = timedelta(days=366)  # so that whoever ran the training can still put an entry right after its duty is done


@dataclass(frozen=True)
class Chief:
    """The sections and divisions whose chief somebody is."""

    sections: frozenset[int]
    divisions: frozenset[int]

    def rows(self, field: str) -> Q:
        """Rows of these departments and of those below the divisions."""
        below = Q(**{f"{field}__in": self.divisions}) | Q(**{f"{field}__parent__in": self.divisions})
        return Q(**{f"{field}__in": self.sections}) | below


def _handed(person: int, on: date, since: date) -> QuerySet:
    """The codes of the duties handed to a person since a day, in a department where the person still is."""
    there = Appointment.objects.in_force(on).serving(on).filter(person=person, post__department=OuterRef("handed_in"))
    rounds = Occurrence.objects.filter(Exists(there), handed_to=person, due_on__gte=since)
    return rounds.exclude(status=Occurrence.Status.SKIPPED).order_by().values_list("duty__code", flat=True)


_HANDED = Prepared(_handed)


class Hands:
    """A person before the room at a moment; asked once a page and handed on."""

    def __init__(self, user: User, *, at: datetime) -> None:
        self.user, self.at, self.on = user, at, day_of(at)
        self.hats = [hat for hat in standings(user, at=at) if hat.scope == StandingDeputy.Scope.ANY]
        self.roles = {hat.role.code for hat in self.hats}

    @property
    def is_wide(self) -> bool:
        """Sees every session and the figures of the whole city."""
        return bool(self.roles & WIDE)

    @cached_property
    def kinds(self) -> list[str]:
        """The kinds of courses of the city that the person runs."""
        if self.roles & RUNNERS:
            return list(CITY_KINDS)
        owner = value("duties.new_staff_training_owner")
        by_role = {Kind.NEW_STAFF} if owner in self.roles and owner != RoleCode.SECTION_OFFICER else set()
        return [kind for kind in CITY_KINDS if kind in by_role | self._handed]

    @cached_property
    def _handed(self) -> set[str]:
        """The kinds whose duty was handed to the person, who is still in the department where that was done."""
        codes = set(_HANDED(person=self.user.pk, on=self.on, since=self.on - HANDED_FOR))
        return {kind for kind in CITY_KINDS if DUTIES.get(kind) in codes}

    @cached_property
    def led(self) -> set[int]:
        """The sections whose staff the person educates: its officer, and its promoter."""
        return answered_departments(self.hats, RoleCode.SECTION_OFFICER, RoleCode.PROMOTER)

    @cached_property
    def answered(self) -> set[int]:
        """The sections of whose people the person learns who is missing."""
        return answered_departments(self.hats, RoleCode.SECTION_OFFICER)

    @cached_property
    def divisions(self) -> set[int]:
        return answered_departments(self.hats, RoleCode.DIVISION_OFFICER)

    @property
    def is_chief(self) -> bool:
        return bool(self.answered or self.divisions)

    @property
    def is_organiser(self) -> bool:
        return bool(self.kinds or self.led)

    def runs(self, kind: str, department: Department | int | None) -> bool:
        """Whether the person runs a course or session of this kind, for the city or for a section."""
        if department is None:
            return kind in self.kinds
        return kind == Kind.WORKPLACE and (department if isinstance(department, int) else department.pk) in self.led

    def run_rows(self, kind_field: str, department_field: str) -> Q:
        """The same as a condition on rows."""
        city = Q(**{f"{kind_field}__in": self.kinds, f"{department_field}__isnull": True})
        return city | Q(**{f"{kind_field}": Kind.WORKPLACE, f"{department_field}__in": self.led})

    @property
    def chief(self) -> Chief:
        """For whose people the person answers."""
        return Chief(frozenset(self.answered), frozenset(self.divisions))

    def chief_rows(self, field: str) -> Q:
        """Rows of the departments for whose people the person answers."""
        return self.chief.rows(field)

    def hat(self, kind: str, department: Department | int | None) -> Standing | None:
        """In which role the person acts, for the record."""
        wanted = RUNNERS if department is None else {RoleCode.SECTION_OFFICER, RoleCode.PROMOTER}
        return next((hat for hat in self.hats if hat.role.code in wanted), None)

    def signed(self, kind: str, department: Department | int | None) -> dict:
        """`role` and `in_place_of` of an act, for the trail."""
        hat = self.hat(kind, department)
        return {"role": hat.label, "in_place_of": hat.in_place_of} if hat else {}


def joined_months_later(day: date, months: int) -> date:
    """So many months after a day, for new staff: 31 January and one month is the last day of February."""
    number = day.year * 12 + day.month - 1 + months
    first = date(number // 12, number % 12 + 1, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)

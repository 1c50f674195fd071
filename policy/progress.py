"""Who has confirmed a text and who has not: for the chief of a section, the head of a division, and the city's own roles."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.standing import answered_departments, day_of, standings
from policy.models import ConfirmationRound

WIDE = {RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, RoleCode.CISO, RoleCode.ADMINISTRATOR}


@dataclass(frozen=True)
class Reach:
    """Whose names a person may see: of the own sections, of the own divisions, or of the whole city."""

    is_wide: bool = False
    sections: frozenset[int] = frozenset()
    divisions: frozenset[int] = frozenset()

    @classmethod
    def of(cls, user: User, *, at: datetime) -> "Reach":
        hats = standings(user, at=at)
        return cls(
            user.is_superuser or any(hat.role.code in WIDE for hat in hats),
            frozenset(answered_departments(hats, RoleCode.SECTION_OFFICER)),
            frozenset(answered_departments(hats, RoleCode.DIVISION_OFFICER)),
        )

    def __bool__(self) -> bool:
        return self.is_wide or bool(self.sections or self.divisions)

    def covers(self, department: Department) -> bool:
        return self.is_wide or department.pk in self.sections | self.divisions or department.parent_id in self.divisions


@dataclass(frozen=True)
class Person:
    """A member of staff and how the confirmation stands."""

    user: User
    due_on: date
    on: date

    @property
    def confirmed_at(self) -> datetime | None:
        return self.user.confirmed_at

    @property
    def is_late(self) -> bool:
        return self.confirmed_at is None and self.due_on < self.on

    @property
    def state(self) -> str:
        if self.confirmed_at:
            return "確認済み"
        return "期限超過" if self.is_late else "未確認"


@dataclass
class Section:
    """A section with its people."""

    department: Department
    people: list[Person] = field(default_factory=list)

    @property
    def done(self) -> int:
        return sum(person.confirmed_at is not None for person in self.people)

    @property
    def left(self) -> int:
        return len(self.people) - self.done

    @property
    def late(self) -> int:
        return sum(person.is_late for person in self.people)

    @property
    def open_first(self) -> list[Person]:
        """Who has not confirmed yet, then the others."""
        return sorted(self.people, key=lambda person: person.confirmed_at is not None)


class Progress:
    """How far the confirmation of the text in force is, as far as a person may see it; two queries whatever the staff."""

    def __init__(self, user: User, *, at: datetime) -> None:
        self.user = user
        self.at = at
        self.on = day_of(at)

    @cached_property
    def reach(self) -> Reach:
        return Reach.of(self.user, at=self.at)

    @cached_property
    def round(self) -> ConfirmationRound | None:
        return ConfirmationRound.objects.current(on=self.on).first()

    @cached_property
    def sections(self) -> list[Section]:
        """The sections that the person may see, in the order of the organisation, the people in the order of their names."""
        if self.round is None:
            return []
        departments = {row.pk: row for row in Department.objects.select_related("parent")}
        found: dict[int, Section] = {}
        for user in self.round.people(on=self.on):
            department = departments[user.department]
            if self.reach.covers(department):
                section = found.setdefault(department.pk, Section(department))
                section.people.append(Person(user, self.round.due_for(user.joined_on), self.on))
        order = list(departments)
        return sorted(found.values(), key=lambda section: order.index(section.department.pk))

    def section(self, pk: str) -> Section | None:
        """The section that was opened; the only one where there is but one."""
        if len(self.sections) == 1:
            return self.sections[0]
        return next((section for section in self.sections if str(section.department.pk) == pk), None)

    @property
    def total(self) -> int:
        return sum(len(section.people) for section in self.sections)

    @property
    def done(self) -> int:
        return sum(section.done for section in self.sections)

    @property
    def left(self) -> int:
        return self.total - self.done

    @property
    def late(self) -> int:
        return sum(section.late for section in self.sections)

"""What one person is to the audits at a moment: the audit head, the CISO, an auditor of the house, the staff of a section."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from audits.independence import Lines, lines_by_department, lines_of
from incidents.parties import Actor, able
from musashimurayama_isms.accounts.departments import below, departments
from musashimurayama_isms.accounts.memory import once
from musashimurayama_isms.accounts.models import Appointment, Department, RoleCode, User
from musashimurayama_isms.accounts.own import own
from musashimurayama_isms.accounts.standing import Scope, acting, answered_departments, day_of, standings


def heads(*, at: datetime) -> list[Actor]:
    """Who acts as 情報セキュリティ監査総括責任者 now; the CISO, who names that person, where nobody is there (3.13.1.3)."""
    rows = acting(RoleCode.AUDIT_HEAD, at=at) or acting(RoleCode.CISO, at=at)
    return [Actor(row.person, row.label, row.in_place_of) for row in rows]


def cisos(*, at: datetime) -> list[Actor]:
    """Who acts as CISO now."""
    return [Actor(row.person, row.label, row.in_place_of) for row in acting(RoleCode.CISO, at=at)]


def officers(department: Department, *, at: datetime) -> list[Actor]:
    """Who answers for the audited section now, one up where nobody is there."""
    return able(RoleCode.SECTION_OFFICER, department, at=at)


def staff_of(department: Department, *, at: datetime) -> list[User]:
    """Everyone who works in a section now."""
    on = day_of(at)
    rows = Appointment.objects.in_force(on).serving(on).filter(post__department=department.successor_on(on))
    return list(User.objects.filter(pk__in=rows.values("person")))


@dataclass(frozen=True)
class Settled:
    """A part in the audits with everything looked up, as a prepared question takes it."""

    user: User
    sees_all: bool
    is_head: bool
    is_outside: bool
    homes: frozenset[int]
    answered: frozenset[int]
    in_own_line: frozenset[int]


@dataclass(frozen=True)
class Reach:
    """One person's part in the audits; ask it once a page and hand it on."""

    user: User
    at: datetime
    head: Actor | None
    ciso: Actor | None
    is_house_auditor: bool
    homes: frozenset[int]
    answered: frozenset[int]
    lines: Lines

    @classmethod
    def of(cls, user: User, *, at: datetime) -> "Reach":
        """Ask for a person; a few queries, remembered while one page is read."""
        return once(("audit_reach", user.pk), lambda: cls._of(user, at=at), at=at)

    @classmethod
    def _of(cls, user: User, *, at: datetime) -> "Reach":
        hats = [hat for hat in standings(user, at=at) if hat.scope == Scope.ANY]
        codes, on = {hat.role.code for hat in hats}, day_of(at)
        homes = {row.post.department_id for row in own(user, on=on).serving if row.kind != Appointment.Kind.NAMED}
        older = {pk for pk, row in departments().items() if row.successor_id in homes and row.until and row.until < on} if homes else set()
        officer = answered_departments(hats, RoleCode.SECTION_OFFICER)
        divisions = answered_departments(hats, RoleCode.DIVISION_OFFICER)
        return cls(
            user=user,
            at=at,
            head=_found(user, heads(at=at)) if codes & {RoleCode.AUDIT_HEAD, RoleCode.CISO} else None,
            ciso=_found(user, cisos(at=at)) if RoleCode.CISO in codes else None,
            is_house_auditor=user.kind != User.Kind.OUTSIDE and RoleCode.AUDITOR in codes,
            homes=frozenset({*homes, *older}),
            answered=frozenset({*officer, *divisions, *below(divisions)}),
            lines=lines_of(user, at=at),
        )

    @cached_property
    def settled(self) -> Settled:
        """The same with everything looked up."""
        return Settled(self.user, self.sees_all, self.is_head, self.is_outside, self.homes, self.answered, self.in_own_line)

    @property
    def is_outside(self) -> bool:
        """Of a firm that was asked to audit."""
        return self.user.kind == User.Kind.OUTSIDE

    @property
    def is_head(self) -> bool:
        return self.head is not None

    @property
    def sees_all(self) -> bool:
        """The audit head and the CISO see every audit."""
        return self.head is not None or self.ciso is not None

    @property
    def in_own_line(self) -> frozenset[int]:
        """The departments that this person can never audit; all of them for who commands the measures."""
        known = lines_by_department(at=self.at)
        return frozenset(pk for pk, line in known.items() if self.lines.commands or line in self.lines.lines)

    @property
    def plans(self) -> bool:
        """Who works on the programme: the audit head and the auditors of the house (3.13.1.5)."""
        return self.is_head or self.is_house_auditor


def _found(user: User, actors: list[Actor]) -> Actor | None:
    return next((actor for actor in actors if actor.person.pk == user.pk), None)

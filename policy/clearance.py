"""What a person may read of the sections' documents by post: asked once a page (3.10.1.5: who needs it for the work, and nobody else)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from musashimurayama_isms.accounts.models import Appointment, Department, RoleCode, User
from musashimurayama_isms.accounts.standing import Scope, Standing, answered_departments, day_of, followed, standings, with_abolished
from musashimurayama_isms.parameters.values import value

# Roles that read every section's documents, restricted ones too, and the clause whose duty cannot be done without.
DUTY_READERS = {
    RoleCode.CENTRAL_MANAGER: "3.4.2.3.7",  # keeps the 実施手順 of the whole city, decides on versions, guards the network diagrams
    RoleCode.GENERAL_MANAGER: "3.4.2.2.5",  # maintains the 実施手順 on electronic data
    RoleCode.CISO: "3.4.2.1",  # answers for the security of all of it
    RoleCode.AUDIT_HEAD: "3.13.1.3",  # has it audited whether they are kept
}
SECTION_AND_NAMED, NAMED, ALL_STAFF = "section_and_named", "named", "all_staff"  # the options of policy.procedure_readers
# Hats that make one a member of the section: an office held for the whole city from a post there does not.
SECTION_ROLES = (RoleCode.TERMINAL_USER, RoleCode.PROMOTER, RoleCode.SECTION_OFFICER)


@dataclass(frozen=True)
class Clearance:
    """The standing of a person before the documents at a moment: own sections, those one is officer of, and duties that read all."""

    sections: frozenset[int] = frozenset()  # a post there, whatever it is
    officer_of: frozenset[int] = frozenset()  # 情報セキュリティ担当者 of these sections
    divisions: frozenset[int] = frozenset()  # 総括情報セキュリティ担当者 of these 部
    home: frozenset[int] = frozenset()  # where the main post is: grants to a person hold as long as that stays
    duties: frozenset[str] = frozenset()
    hats: tuple[Standing, ...] = field(default=(), compare=False)
    procedure_readers: str = SECTION_AND_NAMED  # the city's choice who reads the 実施手順 of a section

    @classmethod
    def of(cls, user: User, *, at: datetime) -> "Clearance":
        """The clearance of a person, deputies of absent ones included."""
        hats = standings(user, at=at)
        on = day_of(at)
        return cls(
            sections=frozenset(answered_departments(hats, *SECTION_ROLES)),
            officer_of=frozenset(answered_departments(hats, RoleCode.SECTION_OFFICER)),
            divisions=frozenset(answered_departments(hats, RoleCode.DIVISION_OFFICER)),
            home=homes_of([user], on=on).get(user.pk, frozenset()),
            duties=frozenset(hat.role.code for hat in hats if hat.role.code in DUTY_READERS and hat.scope == Scope.ANY),
            hats=tuple(hats),
            procedure_readers=value("policy.procedure_readers"),
        )

    @property
    def reads_all(self) -> bool:
        return bool(self.duties)

    def as_what(self, department: Department) -> dict[str, Any]:
        """For the trail: in which role, and in whose place, the person acts on a document of the section."""
        here = (department.pk, department.successor_id)
        own = [hat for hat in self.hats if hat.role.code in SECTION_ROLES and hat.department.pk in here]
        own.sort(key=lambda hat: hat.role.code != RoleCode.SECTION_OFFICER)
        return acting_as([*own, *(hat for hat in self.hats if hat.role.code in self.duties)])

    def is_of(self, department: Department) -> bool:
        """Whether the person has a post in the section."""
        return department.pk in self.sections

    def answers_for(self, department: Department) -> bool:
        """Whether the person is the 情報セキュリティ担当者 of the section, or the 中央電子計算組織管理者, who answers for all."""
        return department.pk in self.officer_of or RoleCode.CENTRAL_MANAGER in self.duties


def acting_as(hats: Sequence[Standing]) -> dict[str, Any]:
    """The words of the trail for an act in the first of these hats; none where there is none."""
    return {"role": hats[0].label, "in_place_of": hats[0].in_place_of} if hats else {}


def homes_of(users: Collection[User | int], *, on: date) -> dict[int, frozenset[int]]:
    """Person → the department of the main post on a day, with every abolished one that it follows; two queries for all persons.

    Without a main post any post counts, as in accounts.standing.main_department; who has none is missing.
    """
    rows = Appointment.objects.in_force(on).filter(person__in=list(users)).order_by("pk").values_list("person", "kind", "post__department")
    main: dict[int, int] = {}
    for person, _, department in sorted(rows, key=lambda row: row[1] != Appointment.Kind.MAIN):
        main.setdefault(person, department)
    pairs = followed() if main else []
    return {person: frozenset(with_abolished({department}, pairs)) for person, department in main.items()}

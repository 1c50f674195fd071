"""What one person reaches in the registers and ledgers at a moment: whose rows are seen, kept, decided.

Rows belong to a 課. Its staff see and enter them, its 情報セキュリティ担当者 decides; the 部's 総括担当者 sees those of the 部;
CISO, 総括管理者, 中央管理者 and the head of audits see all. 中央管理者 keeps systems together with the sections (3.10.1.4,
3.10.2.2), so that role may enter for any of them, and the staff of its own 課 keep what is kept once for the city.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from django.db.models import Q, QuerySet

from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.models.role import StandingDeputy
from musashimurayama_isms.accounts.standing import Standing, answered_departments, day_of, places_of, posts, standings

WIDE = frozenset({RoleCode.CISO, RoleCode.GENERAL_MANAGER, RoleCode.CENTRAL_MANAGER, RoleCode.AUDIT_HEAD})


@dataclass(frozen=True)
class RegisterReach:
    """A person before the registers; asked once a page and handed on as `reach`."""

    user: User
    roles: frozenset[str]
    sections: frozenset[int]
    officer_of: frozenset[int]
    division_of: frozenset[int]
    central_section: frozenset[int]
    hats: tuple[Standing, ...] = ()

    @classmethod
    def of(cls, user: User, *, at: datetime) -> Self:
        hats = standings(user, at=at)
        return cls(
            user=user,
            roles=frozenset(hat.role.code for hat in hats if hat.scope == StandingDeputy.Scope.ANY),
            sections=frozenset(answered_departments(hats, *RoleCode.values)),
            officer_of=frozenset(answered_departments(hats, RoleCode.SECTION_OFFICER)),
            division_of=frozenset(answered_departments(hats, RoleCode.DIVISION_OFFICER)),
            central_section=frozenset(places_of(RoleCode.CENTRAL_MANAGER, on=day_of(at))),
            hats=tuple(hats),
        )

    @property
    def is_wide(self) -> bool:
        """Sees every row of the city."""
        return bool(self.roles & WIDE)

    @property
    def is_central(self) -> bool:
        """中央電子計算組織管理者, or who stands in for that post."""
        return RoleCode.CENTRAL_MANAGER in self.roles

    @property
    def is_central_staff(self) -> bool:
        """Of the 課 of 中央管理者."""
        return self.is_central or bool(self.sections & self.central_section)

    @property
    def is_personnel(self) -> bool:
        return RoleCode.PERSONNEL in self.roles

    @property
    def checks_ids(self) -> bool:
        """Takes part in the check for unused IDs: 中央管理者 with that 課, the 職員課, the wide roles (3.10.2.2.3)."""
        return self.is_wide or self.is_central_staff or self.is_personnel

    def seen(self, field: str = "department") -> Q:
        """The rows that the person may see, as a condition on their department."""
        if self.is_wide:
            return Q()
        below = Q(**{f"{field}__in": self.division_of}) | Q(**{f"{field}__parent__in": self.division_of})
        return Q(**{f"{field}__in": self.sections}) | below

    def seen_by_office(self, field: str = "department") -> Q:
        """Like `seen`, for what only officers see: not the other staff of the section."""
        if self.is_wide:
            return Q()
        below = Q(**{f"{field}__in": self.division_of}) | Q(**{f"{field}__parent__in": self.division_of})
        return Q(**{f"{field}__in": self.officer_of}) | below

    def keeps(self, department: Department) -> bool:
        """Whether the person may enter and correct the rows of a section: its staff, and 中央管理者."""
        return self.is_central or department.pk in self.sections

    def decides(self, department: Department) -> bool:
        """Whether the person decides for a section: its 情報セキュリティ担当者 (deputies included), and 中央管理者."""
        return self.is_central or department.pk in self.officer_of

    def hat_for(self, department: Department) -> Standing | None:
        """In which role the person acts for a section: as its officer, as 中央管理者, or as nobody in particular."""
        officers = (hat for hat in self.hats if department.pk in answered_departments([hat], RoleCode.SECTION_OFFICER))
        central = (hat for hat in self.hats if hat.role.code == RoleCode.CENTRAL_MANAGER and hat.scope == StandingDeputy.Scope.ANY)
        return next(officers, None) or next(central, None)

    def departments(self, *, at: datetime) -> QuerySet[Department]:
        """The sections for which the person may enter rows."""
        rows = keeping_departments(on=day_of(at))
        return rows if self.is_central else rows.filter(pk__in=self.sections)


def keeping_departments(*, on: date) -> QuerySet[Department]:
    """The 課, and the bodies without one, that have a 情報セキュリティ担当者: they own systems and keep ledgers."""
    places = posts(RoleCode.SECTION_OFFICER, on=on).values("department")
    return Department.objects.in_force(on).filter(pk__in=places).select_related("parent")


def signed(user: User, department: Department, *, at: datetime) -> dict[str, Any]:
    """`role` and `in_place_of` of an act for a section, for the trail."""
    hat = RegisterReach.of(user, at=at).hat_for(department)
    return {"role": hat.label, "in_place_of": hat.in_place_of} if hat else {}

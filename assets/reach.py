"""Which rows of the registers a person reaches at a moment: as staff, as the section's or division's officer, or city-wide."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.own import own
from musashimurayama_isms.accounts.standing import answered_departments, day_of, posts, standings, with_abolished

WIDE = (RoleCode.CISO, RoleCode.GENERAL_MANAGER, RoleCode.CENTRAL_MANAGER, RoleCode.AUDIT_HEAD)


@dataclass(frozen=True)
class Reach:
    """Departments by level: `staff` where the person works, `officer` where they are 情報セキュリティ担当者, `divisions` as 部長.

    Abolished departments stand with those that answer for them. Deputies are counted while they may act.
    """

    user: User
    staff: frozenset[int]
    officer: frozenset[int]
    divisions: frozenset[int]
    roles: frozenset[str]

    @classmethod
    def of(cls, user: User, *, at: datetime) -> "Reach":
        """A fixed number of queries; ask once a page and hand it on."""
        hats = standings(user, at=at)
        officer = answered_departments(hats, RoleCode.SECTION_OFFICER)
        return cls(
            user=user,
            staff=frozenset(_workplaces(user, at=at) | officer),
            officer=frozenset(officer),
            divisions=frozenset(answered_departments(hats, RoleCode.DIVISION_OFFICER)),
            roles=frozenset(hat.role.code for hat in hats),
        )

    @property
    def is_wide(self) -> bool:
        """CISO, 総括管理者, 中央管理者 and the head of audits see the whole register."""
        return bool(self.roles & set(WIDE))

    @property
    def is_central(self) -> bool:
        return RoleCode.CENTRAL_MANAGER in self.roles

    def of_department(self, field: str = "department") -> Q:
        """Rows whose department the person reads: one's section, the sections of one's division."""
        return Q(**{f"{field}__in": self.staff}) | Q(**{f"{field}__in": self.divisions}) | Q(**{f"{field}__parent__in": self.divisions})


def keepers(*, on: date) -> QuerySet[Department]:
    """The departments in force that keep a register: whose chief is a 情報セキュリティ担当者 (3.5.2.1.1), offices without 課 too."""
    chiefs = posts(RoleCode.SECTION_OFFICER, on=on)
    return Department.objects.in_force(on).filter(pk__in=chiefs.values("department")).select_related("parent")


def _workplaces(user: User, *, at: datetime) -> set[int]:
    """The departments of the posts held on the day, and every abolished one that they answer for now."""
    on = day_of(at)
    return with_abolished({row.post.department_id for row in own(user, on=on).serving})

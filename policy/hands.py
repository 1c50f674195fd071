"""Who prepares a new text of the policy, and who decides on it: they see it before it is in force."""

from datetime import datetime
from functools import cached_property

from musashimurayama_isms.accounts.models import Committee, RoleCode, User
from musashimurayama_isms.accounts.standing import day_of, standings

PREPARING = (RoleCode.CENTRAL_MANAGER, RoleCode.ADMINISTRATOR)
DECIDING = (RoleCode.CISO, RoleCode.GENERAL_MANAGER)
COMMITTEE = "PROMOTION_COMMITTEE"
DRAFT, IN_REVIEW, DISCARDED = "draft", "review", "discarded"  # of Revision.Status


class Hands:
    """What a person may do for a new text at a moment: the hats are asked for once, the committee only where it matters."""

    def __init__(self, user: User, *, at: datetime) -> None:
        self.user = user
        self.at = at

    @classmethod
    def of(cls, user: User, *, at: datetime) -> "Hands":
        return cls(user, at=at)

    @cached_property
    def codes(self) -> set[str]:
        """The roles that the person stands for, also in another's place."""
        return {hat.role.code for hat in standings(self.user, at=self.at)}

    @property
    def is_administrator(self) -> bool:
        """The same answer as accounts.standing.is_staff_of_portal."""
        return self.user.is_superuser or RoleCode.ADMINISTRATOR in self.codes

    @property
    def prepares(self) -> bool:
        """中央電子計算組織管理者 and administrators of the portal (3.4.2.3)."""
        return self.is_administrator or RoleCode.CENTRAL_MANAGER in self.codes

    @cached_property
    def decides(self) -> bool:
        """The CISO, the 総括管理者, the members of the committee and its secretariat (2.12, 3.13.3)."""
        return not self.codes.isdisjoint(DECIDING) or _sits_in_the_committee(self.user, at=self.at)

    @property
    def states(self) -> tuple[str, ...]:
        """The states of a text before it is in force in which the person may read it."""
        if self.prepares:
            return (DRAFT, IN_REVIEW, DISCARDED)
        return (IN_REVIEW,) if self.decides else ()


def _sits_in_the_committee(user: User, *, at: datetime) -> bool:
    committee = Committee.objects.filter(code=COMMITTEE).first()
    on = day_of(at)
    return committee is not None and any(rows.filter(pk=user.pk).exists() for rows in (committee.members(on), committee.secretaries(on)))

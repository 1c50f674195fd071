"""Who prepares a new text of the policy, and who decides on it: they see it before it is in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from musashimurayama_isms.accounts.models import Committee, RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, day_of, standings

PREPARING = (RoleCode.CENTRAL_MANAGER, RoleCode.ADMINISTRATOR)
DECIDING = (RoleCode.CISO, RoleCode.GENERAL_MANAGER)
COMMITTEE = "PROMOTION_COMMITTEE"
DRAFT, IN_REVIEW = "draft", "review"


@dataclass(frozen=True)
class Hands:
    """What a person may do for a new text: prepare it (中央電子計算組織管理者, administrators; 3.4.2.3), decide on it (2.12, 3.13.3)."""

    prepares: bool
    decides: bool

    @classmethod
    def of(cls, user: User, *, at: datetime, hats: Iterable[Standing] | None = None) -> "Hands":
        """The hands of a person at a moment; `hats` where the caller has asked for them already."""
        codes = {hat.role.code for hat in (standings(user, at=at) if hats is None else hats)}
        prepares = user.is_superuser or not codes.isdisjoint(PREPARING)
        return cls(prepares, not codes.isdisjoint(DECIDING) or _sits_in_the_committee(user, at=at))

    @property
    def states(self) -> tuple[str, ...]:
        """The states of a text before it is in force in which the person may read it."""
        if self.prepares:
            return (DRAFT, IN_REVIEW)
        return (IN_REVIEW,) if self.decides else ()


def _sits_in_the_committee(user: User, *, at: datetime) -> bool:
    committee = Committee.objects.filter(code=COMMITTEE).first()
    on = day_of(at)
    return committee is not None and any(rows.filter(pk=user.pk).exists() for rows in (committee.members(on), committee.secretaries(on)))

"""Who chooses for the city: the 中央電子計算組織管理者 (3.4.2.3), deputies included, and the administrators of the portal."""

from dataclasses import dataclass
from datetime import datetime

from musashimurayama_isms.accounts.models import RoleCode, StandingDeputy, User
from musashimurayama_isms.accounts.standing import standings

ROLES = (RoleCode.CENTRAL_MANAGER, RoleCode.ADMINISTRATOR)


@dataclass(frozen=True)
class Chooser:
    """As what, and for whom, a person chooses."""

    label: str
    in_place_of: User | None = None


def chooser(user: User, *, at: datetime) -> Chooser | None:
    """The person as one who may choose at the moment, or None; serves button and method alike."""
    hats = [hat for hat in standings(user, at=at) if hat.scope == StandingDeputy.Scope.ANY]
    for role in ROLES:
        for hat in hats:
            if hat.role.code == role:
                return Chooser(hat.label, hat.in_place_of)
    return Chooser(RoleCode.ADMINISTRATOR.label) if user.is_superuser else None

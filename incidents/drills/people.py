"""Who organises drills: the 総括管理者 (3.9.2.3), and those who prepare them for that role."""

from datetime import datetime

from incidents.continuity.people import handles_net
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import has_role


def organises(user: User, *, at: datetime) -> bool:
    """総括管理者, 中央管理者 and the committee's secretariat; the CISO sees and orders."""
    return has_role(user, RoleCode.GENERAL_MANAGER, RoleCode.CISO, at=at) or handles_net(user, at=at)

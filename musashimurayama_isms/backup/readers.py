"""Who reads of backups, and who answers for the restore drill."""

from datetime import datetime

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import has_role, is_staff_of_portal

ANSWERING = (RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER)  # the second where nobody is there for the first


def may_read(user: User, *, at: datetime) -> bool:
    """Administrators of the portal, 中央電子計算組織管理者 and 電子計算組織総括管理者."""
    return is_staff_of_portal(user, at=at) or may_drill(user, at=at)


def may_drill(user: User, *, at: datetime) -> bool:
    """Who records that restoring was practised (3.10.1.2): whoever answers for the duty, not who runs the server."""
    return has_role(user, *ANSWERING, at=at)

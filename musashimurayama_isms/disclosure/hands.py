"""Who prepares a masked copy, and who confirms it.

The policy does not say who answers a 情報公開請求. So: 中央電子計算組織管理者 keeps the portal's records for the city and prepares,
with the administrators; the audit head does for the audits. A second person confirms: 中央, 総括, the CISO or the audit head.
Each of them only what he sees himself.
"""

from datetime import datetime
from functools import cached_property
from typing import Any

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, standings

PREPARING = (RoleCode.CENTRAL_MANAGER, RoleCode.ADMINISTRATOR, RoleCode.AUDIT_HEAD)
CONFIRMING = (RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, RoleCode.CISO, RoleCode.AUDIT_HEAD)
NOT_TO_PREPARE = "黒塗りの写しを作れるのは、中央電子計算組織管理者、情報セキュリティ監査総括責任者とポータル管理者です。"
NOT_TO_CONFIRM = (
    "黒塗りの写しを確定できるのは、中央電子計算組織管理者、電子計算組織総括管理者、CISO、情報セキュリティ監査総括責任者のうち、"
    "作成に加わっていない人です。"
)


class Hands:
    """What one person may do for masked copies at a moment; asked once a page."""

    def __init__(self, user: User, *, at: datetime) -> None:
        self.user, self.at = user, at

    @cached_property
    def hats(self) -> list[Standing]:
        return [hat for hat in standings(self.user, at=self.at) if hat.scope == "any"]

    def _hat(self, codes: tuple[str, ...]) -> Standing | None:
        return next((hat for code in codes for hat in self.hats if hat.role.code == code), None)

    def holds(self, *codes: str) -> bool:
        """Whether the person acts in one of these roles."""
        return self._hat(codes) is not None

    @property
    def prepares(self) -> bool:
        return self.user.is_superuser or self.holds(*PREPARING)

    @property
    def confirms(self) -> bool:
        """By office; whether in this case, the copy knows (`Disclosure.hands`)."""
        return self.holds(*CONFIRMING)

    @property
    def enters(self) -> bool:
        return self.prepares or self.confirms

    def signed(self, *, confirming: bool = False) -> dict[str, Any]:
        """`role` and `in_place_of` of an act, for the trail."""
        hat = self._hat(CONFIRMING if confirming else PREPARING)
        return {"role": hat.label, "in_place_of": hat.in_place_of} if hat else {}

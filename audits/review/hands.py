"""Who prepares a review of the policy, who sees it (3.13.3): the committee's secretariat and chair with 中央, its members, the CISO."""

from datetime import datetime
from functools import cached_property

from django.core.exceptions import PermissionDenied

from musashimurayama_isms.accounts.models import Committee, RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, standings
from musashimurayama_isms.approvals.committee_people import Insider
from musashimurayama_isms.approvals.models.numbering import PROMOTION

READING = (RoleCode.CISO, RoleCode.GENERAL_MANAGER, RoleCode.CENTRAL_MANAGER, RoleCode.AUDIT_HEAD)
NOT_TO_PREPARE = "ポリシーの見直しを準備し、進められるのは、情報化推進委員会の事務局・委員長と中央電子計算組織管理者です。"


class Hands:
    """What one person may do for the reviews at a moment; asked once a page."""

    def __init__(self, user: User, *, at: datetime) -> None:
        self.user, self.at = user, at

    @cached_property
    def insider(self) -> Insider | None:
        committee = Committee.objects.select_related("secretariat").filter(code=PROMOTION).first()
        return Insider.of(self.user, committee, at=self.at) if committee else None

    @cached_property
    def hats(self) -> list[Standing]:
        return [hat for hat in standings(self.user, at=self.at) if hat.scope == "any" and hat.role.code in READING]

    @cached_property
    def central(self) -> Standing | None:
        return next((hat for hat in self.hats if hat.role.code == RoleCode.CENTRAL_MANAGER), None)

    @property
    def prepares(self) -> bool:
        return bool(self.insider and self.insider.runs) or self.central is not None

    @property
    def adds(self) -> bool:
        """Members bring in what they know of, the secretariat and 中央 what they are told."""
        return self.prepares or bool(self.insider and self.insider.is_member)

    @property
    def sees(self) -> bool:
        return self.adds or bool(self.hats)

    @property
    def label(self) -> str:
        """The hat for the record: the seat of the committee first."""
        if self.insider and (self.insider.runs or self.insider.is_member):
            return self.insider.label
        return self.hats[0].label if self.hats else ""

    @property
    def role(self) -> dict:
        """How the trail names the person."""
        sits = self.insider and (self.insider.runs or self.insider.is_member)
        return {"role": self.label, "in_place_of": None if sits or not self.hats else self.hats[0].in_place_of}

    @classmethod
    def guard(cls, user: User, *, at: datetime) -> "Hands":
        """The hands of who prepares; PermissionDenied for anyone else."""
        hands = cls(user, at=at)
        if not hands.prepares:
            raise PermissionDenied(NOT_TO_PREPARE)
        return hands

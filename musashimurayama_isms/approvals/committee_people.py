"""Who one person is to a committee at a moment: secretariat, chair, member, or one of the city's roles (3.4.2.4).

The committee decides by a 議決 alone; the secretariat and the chair run its business, and run it for all its seats.
"""

from dataclasses import dataclass
from datetime import datetime

from musashimurayama_isms.accounts.models import Committee, RoleCode, Seat, User
from musashimurayama_isms.accounts.own import own
from musashimurayama_isms.accounts.seats import committees
from musashimurayama_isms.accounts.standing import Standing, day_of, standings
from musashimurayama_isms.prepared import Prepared

_CHAIRS = Prepared(lambda on: Seat.objects.in_force(on).filter(is_chair=True).order_by().values_list("committee", "post"))
BRINGING = (RoleCode.CISO, RoleCode.GENERAL_MANAGER, RoleCode.CENTRAL_MANAGER)


def run_by(user: User, *, at: datetime) -> list[int]:
    """The keys of the committees whose business the person runs: `Insider.runs` of all of them at once."""
    on = day_of(at)
    held = own(user, on=on).appointments if user.is_active else ()
    posts, sections = {row.post_id for row in held}, {row.post.department_id for row in held if row.post.is_in_force(on)}
    chaired = {committee for committee, post in _CHAIRS(on=on) if post in posts}
    return [row.pk for row in committees() if row.pk in chaired or row.secretariat.successor_on(on).pk in sections]


@dataclass(frozen=True)
class Insider:
    """What a person is to a committee; nobody's question is answered by an account alone."""

    user: User
    committee: Committee
    is_secretary: bool
    is_chair: bool
    is_member: bool
    hats: tuple[Standing, ...]

    @classmethod
    def of(cls, user: User, committee: Committee, *, at: datetime) -> "Insider":
        """The person at the moment, deputies of the city's roles included."""
        on = day_of(at)
        mine = [seat for seat, rows in committee.seated(on) if any(row.person_id == user.pk for row in rows)]
        return cls(
            user=user,
            committee=committee,
            is_secretary=committee.secretaries(on).filter(pk=user.pk).exists(),
            is_chair=any(seat.is_chair for seat in mine),
            is_member=bool(mine),
            hats=tuple(hat for hat in standings(user, at=at) if hat.role.code in BRINGING and hat.scope == "any"),
        )

    @property
    def runs(self) -> bool:
        """The secretariat and the chair: they call, record, send and close."""
        return self.is_secretary or self.is_chair

    @property
    def may_bring(self) -> bool:
        """Whoever may put a matter before the committee: its people, the CISO, 総括管理者 and 中央管理者."""
        return self.is_member or self.is_secretary or bool(self.hats)

    def may_call(self, *role_codes: str) -> bool:
        """Whether the person may call a meeting for which these roles are named beside those who run the business."""
        return self.runs or any(hat.role.code in role_codes for hat in self.hats)

    @property
    def label(self) -> str:
        """How the record names the person: the seat first, then the secretariat, then a role of the city."""
        if self.is_chair or self.is_member:
            return f"{self.committee.name} {'委員長' if self.is_chair else '委員'}"
        if self.is_secretary:
            return f"{self.committee.name} 事務局"
        return self.hats[0].label if self.hats else ""

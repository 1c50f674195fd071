"""The turn from one 年度 to the next, as one person sees it at a moment."""

from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.urls import reverse

from incidents.continuity.net import Net
from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, day_of, standings
from musashimurayama_isms.fiscal import TOKYO, fiscal_year, fiscal_year_bounds, fiscal_year_label

TURNERS = (RoleCode.ADMINISTRATOR, RoleCode.CENTRAL_MANAGER, RoleCode.AUDIT_HEAD)
OCTOBER = 10
EARLIEST = 2019
VACANT = "空席"


def year_to_come(on: date) -> int:
    """The 年度 that the list is about on a day: from October on the one that comes, before that the one that has begun."""
    return fiscal_year(on) + (on.month >= OCTOBER or on.month < 4)


class Turn:
    """Raises LookupError for whoever has no such list, and for a 年度 out of reach."""

    def __init__(self, user: User, year: int, *, at: datetime) -> None:
        self.user, self.year, self.at, self.on = user, year, at, day_of(at)
        self.hats: list[Standing] = [hat for hat in standings(user, at=at) if hat.scope == "any"]
        if not (user.is_superuser or self.holds(*TURNERS)):
            raise LookupError("この画面はありません。")
        if not EARLIEST < year <= fiscal_year(self.on) + 1:
            raise LookupError("この年度の画面はありません。")

    def holds(self, *codes: str) -> bool:
        return any(hat.role.code in codes for hat in self.hats)

    @property
    def is_administrator(self) -> bool:
        return self.user.is_superuser or self.holds(RoleCode.ADMINISTRATOR)

    # -- the two years -----------------------------------------------------------------------------------------------
    @property
    def first_day(self) -> date:
        """1 April."""
        return fiscal_year_bounds(self.year)[0]

    @property
    def begins(self) -> datetime:
        """The first moment of that day."""
        return datetime.combine(self.first_day, time.min, TOKYO)

    @property
    def last_day(self) -> date:
        """31 March: the last day of the year that ends."""
        return self.first_day - timedelta(days=1)

    @property
    def label(self) -> str:
        return fiscal_year_label(self.year)

    @property
    def ending_label(self) -> str:
        return fiscal_year_label(self.year - 1)

    @property
    def short(self) -> str:
        """R9: how numbers of the new year begin."""
        return f"R{self.year - 2018}"

    def address(self, name: str, *args: object) -> str:
        """A page of this list."""
        return reverse(f"year_turn_{name}", args=[self.year, *args])

    # -- who is there on 1 April ---------------------------------------------------------------------------------------
    @cached_property
    def net(self) -> Net:
        """The posts of 1 April, lists of the 職員課 that wait for the day included."""
        return Net(max(self.first_day, self.on), with_numbers=False)

    @cached_property
    def chiefs(self) -> dict[int, str]:
        """課 → who is its 情報セキュリティ担当者 then."""
        seats = [seat for seat in self.net.seats if seat.role == RoleCode.SECTION_OFFICER]
        return {seat.post.department_id: "、".join(person.name for person in seat.people) or VACANT for seat in seats}

    def holder(self, department: Department | None) -> str:
        """Who will answer for what lies with a section."""
        if department is None:
            return "全庁"
        successor = department.successor_on(max(self.first_day, self.on)) if department.until else department
        return self.chiefs.get(successor.pk, VACANT)

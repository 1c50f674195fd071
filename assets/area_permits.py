"""Who may enter the controlled area on a day: staff and people from outside with a permit that runs (3.8.2.2.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.japanese import fold

AREA_ENTRY = "area-entry"
ASK = "先に「管理区域への入室許可」を申請してください。急ぐときは、中央電子計算組織管理者の口頭の許可を申請の画面で入力できます。"


@dataclass(frozen=True)
class Permitted:
    """Who may enter which area, by which permit."""

    request: Request

    @property
    def area(self) -> str:
        return self.request.content.get("area", "")

    @property
    def staff(self) -> list[int]:
        """Keys of members of staff."""
        return self.request.content.get("staff") or []

    @property
    def visitors(self) -> list[str]:
        """Company and name of people from outside, a line each."""
        return [line.strip() for line in self.request.content.get("visitors", "").splitlines() if line.strip()]

    def covers(self, area: str) -> bool:
        """Whether the area is the one permitted, however either is written."""
        asked, permitted = fold(area), fold(self.area)
        return asked in permitted or permitted in asked

    def lets_in(self, person: User | None, visitor: str) -> bool:
        """Whether everybody named here stands on the permit."""
        known = {fold("".join(line.split())) for line in self.visitors}
        return (person is None or person.pk in self.staff) and (not visitor or fold("".join(visitor.split())) in known)


def permitted_persons(on: date) -> Iterator[Permitted]:
    """The permits in force on the day, each with its persons; contractors included."""
    rows = Request.objects.running().filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on), type__code=AREA_ENTRY)
    for request in rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on)).order_by("decided_at"):
        yield Permitted(request)


def guard_permitted(data: dict[str, Any], *, at: datetime) -> None:
    """The gate of the log of entries: ValidationError where a person named has no permit for the area on that day."""
    on, area = day_of(data.get("entered_at") or at), data.get("area") or ""
    permits = [row for row in permitted_persons(on) if row.covers(area)]
    for name, person, visitor in (("person", data.get("person"), ""), ("visitor", None, data.get("visitor") or "")):
        who = person.name if person else visitor
        if who and not any(row.lets_in(person, visitor) for row in permits):
            raise ValidationError({name: f"{who}さんには、{area}に入る、この日に有効な許可がありません。{ASK}"})

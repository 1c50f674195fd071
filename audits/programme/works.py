"""The yearly work of an audit and its months, as 3.13.1.5 has them. January is nobody's: the auditors use it freely."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models


class Work(models.TextChoices):
    """The six works in their order."""

    PLAN = "plan", "監査実施計画策定"
    PREPARE = "prepare", "監査準備"
    NOTICE = "notice", "監査通知の送付"
    SURVEY = "survey", "予備調査"
    FIELDWORK = "fieldwork", "実査"
    REPORT = "report", "監査報告書提出"


@dataclass(frozen=True)
class Months:
    """The first and the last month of a work, and what is done in it."""

    first: int
    last: int
    note: str

    def bounds(self, fiscal_year: int) -> tuple[date, date]:
        """The first and the last day within a 年度."""
        next_month = _first_of(fiscal_year, self.last).replace(day=28) + timedelta(days=4)
        return _first_of(fiscal_year, self.first), next_month.replace(day=1) - timedelta(days=1)

    @property
    def words(self) -> str:
        return f"{self.first}月～{self.last}月"


MONTHS = {
    Work.PLAN: Months(4, 7, ""),
    Work.PREPARE: Months(4, 7, "監査項目などの整理"),
    Work.NOTICE: Months(7, 8, "監査を受ける課と日程を調整し、課ごとに通知"),
    Work.SURVEY: Months(7, 8, "質問票による調査"),
    Work.FIELDWORK: Months(9, 12, "監査を受ける課の日程に合わせて実施"),
    Work.REPORT: Months(2, 3, "CISOへ、必要なときは情報化推進委員会へ"),
}


def _first_of(fiscal_year: int, month: int) -> date:
    return date(fiscal_year if month >= 4 else fiscal_year + 1, month, 1)

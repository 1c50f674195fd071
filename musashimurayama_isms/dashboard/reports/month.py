"""A month in figures: what came, what was done, what was late, beside the month before and the same month of last year."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property

from django.db.models import Count, DateField, F, Q, QuerySet
from django.db.models.functions import TruncDate, TruncMonth

from audits.models import Attendance, CorrectiveAction, Sheet
from incidents.models import AuthorityReport, Ending, Step
from musashimurayama_isms.dashboard.overview.look import Look
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.fiscal import TOKYO, wareki_month
from policy.models import PolicyException

CODE = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
TREND = 13  # months, so that the same month of last year stands at the left end


@dataclass(frozen=True)
class Month:
    """A calendar month; `code` is 2026-10."""

    first: date

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.replace(day=1))

    @classmethod
    def read(cls, code: str) -> "Month":
        """The month of a code; ValueError for anything else."""
        found = CODE.fullmatch(code)
        if found is None:
            raise ValueError(code)
        return cls(date(int(found[1]), int(found[2]), 1))

    @property
    def code(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def label(self) -> str:
        return wareki_month(self.first)

    @property
    def before(self) -> "Month":
        return Month.of(self.first - timedelta(days=1))

    @property
    def after(self) -> "Month":
        return Month.of(self.first + timedelta(days=31))

    @property
    def year_before(self) -> "Month":
        return Month(self.first.replace(year=self.first.year - 1))

    @property
    def last(self) -> date:
        return self.after.first - timedelta(days=1)

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first, time(), tzinfo=TOKYO)

    @property
    def end(self) -> datetime:
        """The first moment that is no longer in it."""
        return self.after.begin

    def holds(self, field: str) -> Q:
        """Rows whose moment lies in it."""
        return Q(**{f"{field}__gte": self.begin, f"{field}__lt": self.end})

    def holds_day(self, field: str) -> Q:
        """The same for a column of days."""
        return Q(**{f"{field}__gte": self.first, f"{field}__lte": self.last})

    def series(self) -> list["Month"]:
        """The months of the trend, this one last."""
        months = [self]
        while len(months) < TREND:
            months.append(months[-1].before)
        return months[::-1]


@dataclass(frozen=True)
class Measure:
    """One matter over the months of the trend."""

    words: str
    counts: Sequence[int]
    unit: str = "件"

    @property
    def now(self) -> int:
        return self.counts[-1]

    @property
    def before(self) -> int:
        return self.counts[-2]

    @property
    def year_before(self) -> int:
        return self.counts[0]

    @property
    def change(self) -> str:
        """How much more or less than the month before: ＋2, −1, ±0."""
        more = self.now - self.before
        return f"＋{more}" if more > 0 else f"−{-more}" if more else "±0"


class MonthFigures:
    """What one look counts in a month; one question a matter, whatever the rows."""

    def __init__(self, look: Look, month: Month) -> None:
        self.look, self.month, self.months = look, month, month.series()

    def _counted(self, words: str, rows: QuerySet, field: str, unit: str = "件") -> Measure:
        """By the month in which a moment lies."""
        span = {f"{field}__gte": self.months[0].begin, f"{field}__lt": self.month.end}
        return self._grouped(words, rows.filter(**span).annotate(in_month=TruncMonth(field, tzinfo=TOKYO)), unit)

    def _counted_days(self, words: str, rows: QuerySet, field: str, unit: str = "件") -> Measure:
        """The same for a column of days."""
        span = {f"{field}__gte": self.months[0].first, f"{field}__lte": self.month.last}
        return self._grouped(words, rows.filter(**span).annotate(in_month=TruncMonth(field)), unit)

    def _grouped(self, words: str, rows: QuerySet, unit: str) -> Measure:
        found = rows.order_by().values_list("in_month").annotate(count=Count("pk", distinct=True))
        counts = {(day.year, day.month): count for day, count in found}
        return Measure(words, [counts.get((month.first.year, month.first.month), 0) for month in self.months], unit)

    # -- the rows of each matter ---------------------------------------------------------------------------------------
    @property
    def steps(self) -> QuerySet[Step]:
        return Step.objects.filter(incident__in=self.look.incidents.values("pk"))

    @property
    def reports(self) -> QuerySet[AuthorityReport]:
        rows = AuthorityReport.objects.visible_to(self.look.user, at=self.look.at, reach=self.look.incident_reach)
        return rows.real().exclude(status__in=(AuthorityReport.Status.OUT, AuthorityReport.Status.WAIVED))

    @property
    def exceptions(self) -> QuerySet[PolicyException]:
        return PolicyException.objects.visible_to(self.look.user, at=self.look.at)

    @property
    def actions(self) -> QuerySet[CorrectiveAction]:
        return CorrectiveAction.objects.visible_to(self.look.user, at=self.look.at)

    @property
    def duties(self) -> QuerySet[Occurrence]:
        rows = Occurrence.objects.visible_to(self.look.user, at=self.look.at, reach=self.look.duties)
        return rows.exclude(status=Occurrence.Status.SKIPPED).annotate(done_on=TruncDate("done_at", tzinfo=TOKYO, output_field=DateField()))

    # -- the table -----------------------------------------------------------------------------------------------------
    @cached_property
    def reported(self) -> Measure:
        return self._counted("報告されたインシデント", self.look.incidents, "reported_at")

    @cached_property
    def granted(self) -> Measure:
        return self._counted_days("始まった例外措置", self.exceptions, "since")

    @cached_property
    def ordered(self) -> Measure:
        return self._counted("指示された改善（監査の指摘）", self.actions, "ordered_at")

    @cached_property
    def measures(self) -> list[tuple[str, list[Measure]]]:
        """The table of the month, by matter."""
        done = self.duties.filter(status=Occurrence.Status.DONE)
        sent = self.reports.filter(sent_at__isnull=False).annotate(sent_on=TruncDate("sent_at", tzinfo=TOKYO, output_field=DateField()))
        endings = Ending.objects.filter(kind=Ending.Kind.CLOSED, incident__in=self.look.incidents.values("pk"))
        late_steps = self.steps.filter(due_at__isnull=False, done_at__gt=F("due_at"))
        effective = CorrectiveAction.Status.EFFECTIVE
        return [
            (
                "インシデント",
                [
                    self.reported,
                    self._counted("うち重大なもの", self.look.incidents.filter(is_grave=True), "reported_at"),
                    self._counted("完了したもの", endings, "at"),
                    self._counted("終えた対応の段階", self.steps.filter(due_at__isnull=False), "done_at"),
                    self._counted("うち期限を過ぎて終えた段階", late_steps, "done_at"),
                ],
            ),
            (
                "国・都などへの報告",
                [
                    self._counted("送った報告", sent, "sent_at"),
                    self._counted("うち期限を過ぎて送ったもの", sent.filter(due_on__isnull=False, sent_on__gt=F("due_on")), "sent_at"),
                ],
            ),
            ("例外措置", [self.granted, self._counted("終わった例外措置", self.exceptions, "ended_at")]),
            (
                "監査の指摘",
                [self.ordered, self._counted("効果が確かめられた改善", self.actions.filter(status=effective), "checked_at")],
            ),
            (
                "定期業務",
                [
                    self._counted_days("期限が来た業務", self.duties, "due_on"),
                    self._counted_days("うち期限までに済んだもの", done.filter(done_on__lte=F("due_on")), "due_on"),
                    self._counted_days("うち遅れて済んだもの", done.filter(done_on__gt=F("due_on")), "due_on"),
                    self._counted_days("うち済んでいないもの", self.duties.filter(status=Occurrence.Status.PLANNED), "due_on"),
                ],
            ),
            (
                "点検・研修",
                [
                    self._counted("提出された点検票", Sheet.objects.standing(), "submitted_at", "枚"),
                    self._counted("研修を修了した人（延べ）", Attendance.objects.asked(), "completed_at", "人"),
                ],
            ),
        ]

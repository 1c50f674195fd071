"""情報セキュリティ月次報告書: the month in figures, how all stands, what happened; made on demand and as each month begins."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.db.models import Count, F, Q

from incidents.models import AuthorityReport
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import acting, day_of
from musashimurayama_isms.dashboard.overview.changes import Change, changes_between
from musashimurayama_isms.dashboard.overview.charts import Lines, Series
from musashimurayama_isms.dashboard.overview.decisions import Pending
from musashimurayama_isms.dashboard.overview.page import Overview
from musashimurayama_isms.dashboard.overview.tile import Tile
from musashimurayama_isms.dashboard.overview.tiles.coverage import counted
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.duties.parties import Owner
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.queue import enqueue_once
from musashimurayama_isms.parameters.values import value

from .month import Month, MonthFigures

MONTHLY = "dashboard.monthly_report"
READERS = (RoleCode.CISO, RoleCode.GENERAL_MANAGER, RoleCode.CENTRAL_MANAGER)
DAY = "reports.monthly_day"
CHANGES_SHOWN, ROWS_SHOWN = 60, 40


@dataclass(frozen=True)
class DutyLine:
    """The duties of one role that came due in the month."""

    owner: str
    due: int
    in_time: int
    late: int

    @property
    def left(self) -> int:
        return self.due - self.in_time - self.late


class MonthlyReport:
    """The report of a month for one person, as of a moment. LookupError for whoever does not look over the whole city."""

    def __init__(self, user: User, month: Month, *, at: datetime) -> None:
        self.month, self.at = month, at
        self.overview = Overview(user, at=at)
        self.look = self.overview.look
        if not self.look.holds(*READERS):
            raise LookupError("この報告書を作れる立場ではありません。")
        self.figures = MonthFigures(self.look, month)

    @property
    def is_running(self) -> bool:
        """Whether the month is not over yet."""
        return self.month.end > self.at

    # -- first of all --------------------------------------------------------------------------------------------------
    @cached_property
    def decisions(self) -> list[Pending]:
        return self.overview.headlines.decisions.rows[:ROWS_SHOWN]

    @property
    def decisions_count(self) -> int:
        return len(self.overview.headlines.decisions.rows)

    # -- the month -----------------------------------------------------------------------------------------------------
    @cached_property
    def trend(self) -> Lines:
        figures, months = self.figures, self.figures.months
        rows = ((figures.reported, "now"), (figures.granted, "second"), (figures.ordered, "third"))
        series = [Series(measure.words, measure.counts, kind) for measure, kind in rows]
        return Lines("この13か月の件数", [f"{month.first.month}月" for month in months], series)

    @cached_property
    def by_kind(self) -> list[tuple[str, int, int]]:
        """Kind, how many in the month, how many of them grave."""
        return self._by("kind__name")

    @cached_property
    def by_section(self) -> list[tuple[str, int, int]]:
        return self._by("department__name")

    def _by(self, field: str) -> list[tuple[str, int, int]]:
        rows = self.look.incidents.filter(self.month.holds("reported_at"))
        counts = rows.values_list(field).annotate(count=Count("pk"), grave=Count("pk", filter=Q(is_grave=True)))
        return list(counts.order_by("-count", field))

    @cached_property
    def reports(self) -> list[AuthorityReport]:
        """Reports to authorities that came due or were sent in the month, and those that are overdue now."""
        month, rows = self.month, self.figures.reports
        overdue = AuthorityReport.objects.overdue(on=day_of(self.at)).values("pk")
        found = rows.filter(month.holds_day("due_on") | month.holds("sent_at") | Q(pk__in=overdue))
        return list(found.with_facts().order_by(F("due_on").asc(nulls_last=True), "incident__fiscal_year", "incident__sequence", "pk"))

    @cached_property
    def duties(self) -> list[DutyLine]:
        done = Q(status=Occurrence.Status.DONE)
        rows = self.figures.duties.filter(self.month.holds_day("due_on")).order_by().values("duty__owner")
        counts = rows.annotate(
            due=Count("pk"),
            in_time=Count("pk", filter=done & Q(done_on__lte=F("due_on"))),
            late=Count("pk", filter=done & Q(done_on__gt=F("due_on"))),
        )
        lines = [DutyLine(Owner(row["duty__owner"]).label, row["due"], row["in_time"], row["late"]) for row in counts]
        return sorted(lines, key=lambda line: (-line.left, -line.due, line.owner))

    @cached_property
    def exceptions(self) -> list:
        """Exceptions that began or ended in the month."""
        rows = self.figures.exceptions.filter(self.month.holds_day("since") | self.month.holds("ended_at"))
        return list(rows.select_related("request__type", "department__parent").prefetch_related("clauses").order_by("since", "pk"))

    # -- how everything stands -----------------------------------------------------------------------------------------
    @cached_property
    def tiles(self) -> list[Tile]:
        """The tiles of the page 状況; what comes after the page there is counted here at once."""
        return [counted(self.look) if tile.later else tile for tile in self.overview.tiles]

    # -- what happened -------------------------------------------------------------------------------------------------
    @cached_property
    def changes(self) -> list[Change]:
        """Newest first; a month that is not over ends now."""
        return changes_between(self.look, self.month.begin, min(self.month.end - timedelta(microseconds=1), self.at))

    @property
    def changes_shown(self) -> list[Change]:
        return self.changes[:CHANGES_SHOWN]

    @property
    def changes_left(self) -> int:
        return len(self.changes) - len(self.changes_shown)


def ciso_now(*, at: datetime) -> User | None:
    """Who acts as the CISO: the report that the portal makes by itself is made with that person's eyes."""
    return next((hat.person for hat in acting(RoleCode.CISO, at=at)), None)


def begin_report(*, at: datetime) -> Job | None:
    """From the day that the city has chosen on, ask for the report of the last month, once; gives the job where it is a new one."""
    today: date = day_of(at)
    if today.day < value(DAY):
        return None
    month = Month.of(today).before
    return enqueue_once(MONTHLY, month.code, month=month.code)

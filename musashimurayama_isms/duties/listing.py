"""The list of occurrences: its tabs, its month, and who holds each line, asked with a bounded number of queries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Min, Q, QuerySet

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import wareki_month

from .filters import DutyFilter, OccurrenceFilter
from .models import Duty, Occurrence
from .parties import Holder, Parties, Reach

PAGE_SIZE = 50
NARROWS = ("q", "owner", "department", "evidence")


@dataclass(frozen=True)
class Tab:
    """One way to look at the list."""

    slug: str
    title: str
    empty: str
    support: str = ""


TABS = (
    Tab("month", "今月", "この月に期限のくる業務はありません", "前の月や次の月も、上の「前の月」「次の月」から見られます。"),
    Tab("mine", "自分", "あなたを待っている業務はありません", "期限が近づくと、ここと受信箱に表示されます。"),
    Tab(
        "section", "自分の課", "あなたの課の業務で、終わっていないものはありません", "課ごと・部ごとに行う業務が、期限の近い順に並びます。"
    ),
    Tab("late", "期限超過", "期限を過ぎた業務はありません", "期限の翌日から、実施が記録されるまでここに並びます。"),
    Tab("done", "済み", "済んだ業務はまだありません", "実施を記録すると、新しいものから順に並びます。"),
)
BY_SLUG = {tab.slug: tab for tab in TABS}


@dataclass(frozen=True)
class Line:
    """An occurrence with those who hold it now."""

    row: Occurrence
    holders: list[Holder]

    @property
    def who(self) -> str:
        """市民 花子, or 市民 花子ほか2人; nobody is said as such."""
        if self.row.handed_to_id and self.row.is_open:
            return f"{self.row.handed_to.name}（任された担当）"
        names = list(dict.fromkeys(holder.person.name for holder in self.holders))
        return f"{names[0]}{f'ほか{len(names) - 1}人' if len(names) > 1 else ''}" if names else "担当者がいません"


class Listing:
    """What one person sees of the occurrences, under a tab, narrowed by the address."""

    def __init__(self, user: User, *, at: datetime, query: Mapping, tab: str = "month", month: str = "") -> None:
        """Raises LookupError for a tab that there is not; a month is written as 2026-12, anything else is this month."""
        self.user, self.at, self.query, self.today = user, at, query, day_of(at)
        self.parties = Parties(at)
        self.reach = Reach(user, at=at, parties=self.parties)
        self.tab = BY_SLUG[tab]
        self.month = _month(month, today=self.today)

    @cached_property
    def seen(self) -> QuerySet[Occurrence]:
        return Occurrence.objects.visible_to(self.user, at=self.at, reach=self.reach)

    @cached_property
    def _mine(self) -> QuerySet[Occurrence]:
        return Occurrence.objects.waiting_for(self.user, at=self.at, reach=self.reach)

    @property
    def _under_tab(self) -> QuerySet[Occurrence]:
        if self.tab.slug == "mine":
            return self._mine
        if self.tab.slug == "section":
            return self.seen.open().appeared(on=self.today).filter(department__in=self.reach.departments)
        if self.tab.slug == "late":
            return self.seen.overdue(on=self.today)
        if self.tab.slug == "done":
            return self.seen.filter(status=Occurrence.Status.DONE).order_by("-done_at", "-pk")
        return self.seen.filter(due_on__gte=self.month, due_on__lt=self.next_month)

    @cached_property
    def filter(self) -> OccurrenceFilter:
        return OccurrenceFilter(self.query, queryset=self._under_tab)

    @property
    def rows(self) -> QuerySet[Occurrence]:
        return self.filter.qs.with_all().with_evidence()

    @cached_property
    def page_obj(self) -> Page:
        return Paginator(self.rows, PAGE_SIZE).get_page(self.query.get("page"))

    @cached_property
    def lines(self) -> list[Line]:
        return list(self.lines_of(self.page_obj.object_list))

    def lines_of(self, rows: QuerySet[Occurrence]) -> Iterator[Line]:
        """The rows with their holders; each role is asked for once."""
        for row in rows:
            yield Line(row, row.able(at=self.at, parties=self.parties) if row.is_open else [])

    @cached_property
    def tabs(self) -> list[tuple[Tab, int | None]]:
        """The tabs, with a count where something waits."""
        counts = {"mine": self._mine.count(), "late": self.seen.overdue(on=self.today).count()}
        return [(tab, counts.get(tab.slug)) for tab in TABS]

    # -- the month --------------------------------------------------------------------------------------------------
    @property
    def next_month(self) -> date:
        return (self.month + timedelta(days=31)).replace(day=1)

    @property
    def previous_month(self) -> date:
        return (self.month - timedelta(days=1)).replace(day=1)

    @property
    def is_narrowed(self) -> bool:
        return any(self.query.get(name) for name in NARROWS)

    @property
    def month_code(self) -> str:
        """As the address writes it: 2026-12."""
        return f"{self.month:%Y-%m}"

    @property
    def month_words(self) -> str:
        return wareki_month(self.month)

    @property
    def is_this_month(self) -> bool:
        return self.month == self.today.replace(day=1)


def duties_of(user: User, query: Mapping, *, at: datetime) -> DutyFilter:
    """The duties that a person sees with the next day of each, narrowed by the address."""
    is_next = Q(occurrences__status=Occurrence.Status.PLANNED, occurrences__due_on__gte=day_of(at))
    rows = Duty.objects.visible_to(user, at=at).select_related("department__parent")
    if mechanism := query.get("mechanism", ""):
        rows = rows.filter(mechanism=mechanism)
    return DutyFilter(query, queryset=rows.annotate(next_due=Min("occurrences__due_on", filter=is_next)).order_by("title", "pk"))


def rounds_of(duty: Duty, user: User, *, at: datetime) -> QuerySet[Occurrence]:
    """The rounds of a duty that have come so far, as the person sees them, newest first."""
    rows = Occurrence.objects.visible_to(user, at=at).filter(duty=duty).with_all().order_by("-due_on", "department__position", "pk")
    return rows.appeared(on=day_of(at))


def _month(text: str, *, today: date) -> date:
    """The first day of a month written as 2026-12; this month for anything else."""
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError:
        return today.replace(day=1)

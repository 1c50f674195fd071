"""What is carried over: the open rows of each room, with what one line of the list tells of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from assets.models import Asset, Move, StockTakeSection
from assets.models import Improvement as RiskImprovement
from audits.models import CorrectiveAction, Engagement, Improvement
from incidents.models import Incident
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from policy.models import PolicyException
from policy.models.exception import EMERGENCY_REQUEST, REQUEST

from .step import Figure
from .turn import Turn

Rows = Callable[[Turn], QuerySet]


@dataclass(frozen=True)
class Room:
    """Open rows of one kind: `rows` all of them, `department` and `due` the paths to the columns that the list shows."""

    slug: str
    word: str
    rows: Rows
    department: str = "department"
    due: str = ""
    order: str = "pk"
    related: tuple[str, ...] = ()
    page: str = ""  # the path to the row whose page it is, where it has none of its own

    def _visible(self, turn: Turn) -> QuerySet:
        return self.rows(turn).order_by(self.order, "pk").visible_to(turn.user, at=turn.at)

    def for_list(self, turn: Turn) -> QuerySet:
        """Ready to be drawn."""
        return self._visible(turn).select_related(self.department, f"{self.department}__parent", *self.related)

    def figure(self, turn: Turn, words: str = "") -> Figure:
        """How many there are; a link where the person sees all of them."""
        total, seen = self.rows(turn).count(), self._visible(turn).order_by().count()
        return Figure(total, words or self.word, turn.address("list", self.slug) if total and seen == total else "")


@dataclass(frozen=True)
class Line:
    """One open row: its name, its page, its section, its day, who answers for it on 1 April."""

    title: str
    url: str
    department: str
    due: date | None
    holder: str


def _line(row: Any, room: Room, turn: Turn) -> Line:
    department: Department | None = _follow(row, room.department)
    due = _follow(row, room.due) if room.due else None
    page = _follow(row, room.page) if room.page else row
    return Line(str(row), page.get_absolute_url(), department.full_name if department else "全庁", _day(due), turn.holder(department))


def _follow(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name, None)
    return row


def _day(value: date | datetime | None) -> date | None:
    return day_of(value) if isinstance(value, datetime) else value


class RoomPage:
    """The list of one room."""

    def __init__(self, room: Room, turn: Turn) -> None:
        self.room, self.turn = room, turn

    @cached_property
    def rows(self) -> QuerySet:
        return self.room.for_list(self.turn)

    def lines(self, rows: Any) -> list[Line]:
        """The rows of one page."""
        return [_line(row, self.room, self.turn) for row in rows]


def _permits(turn: Turn) -> QuerySet:
    rows = Request.objects.filter(status=Request.Status.RUNNING, ends_on__lte=turn.last_day)
    return rows.exclude(type__code__in=(REQUEST, EMERGENCY_REQUEST))


def _all(*rooms: Room) -> dict[str, Room]:
    return {room.slug: room for room in rooms}


ROOMS = _all(
    Room(
        "exceptions",
        "例外措置",
        lambda turn: PolicyException.objects.open().filter(until__lte=turn.last_day),
        due="until",
        order="until",
        related=("request",),
    ),
    Room("permits", "許可", _permits, due="ends_on", order="ends_on", related=("type",)),
    Room(
        "requests",
        "審査中の申請",
        lambda turn: Request.objects.filter(status__in=(Request.Status.IN_REVIEW, Request.Status.RETURNED)),
        due="ends_on",
        related=("type",),
    ),
    Room("incidents", "インシデント", lambda turn: Incident.objects.open().real(), order="reported_at"),
    Room("audits", "報告の済んでいない監査", lambda turn: Engagement.objects.running(), due="ends_on", order="ends_on"),
    Room(
        "actions",
        "監査の指摘への対処",
        lambda turn: CorrectiveAction.objects.open(),
        department="finding__department",
        due="done_due_on",
        order="done_due_on",
    ),
    Room(
        "improvements",
        "自己点検の改善策",
        lambda turn: Improvement.objects.open(),
        department="result__department",
        due="due_on",
        order="due_on",
    ),
    Room(
        "risks",
        "リスク評価の改善策",
        lambda turn: RiskImprovement.objects.open(),
        department="line__assessment__department",
        due="due_on",
        order="due_on",
        page="line__assessment",
    ),
    Room("moves", "庁外に出ているもの", lambda turn: Move.objects.outside(), due="due_on", order="due_on"),
    Room(
        "stock-takes",
        "終わっていない棚卸",
        lambda turn: StockTakeSection.objects.open(),
        due="stock_take__due_on",
        order="stock_take__due_on",
        related=("stock_take",),
    ),
    Room(
        "retention",
        "保存期間が終わる情報資産",
        lambda turn: Asset.objects.in_use().filter(keep_until__lte=turn.last_day),
        due="keep_until",
        order="keep_until",
    ),
)
CARRIED = ("requests", "incidents", "audits", "actions", "improvements", "risks", "moves", "stock-takes")

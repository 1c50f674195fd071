"""The lists of the roof as tables."""

from django.http import Http404

from musashimurayama_isms.approvals.models import Waiver
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

from .desk import mine, waiting
from .inbox.filters import SentFilter, SentForm, WaitingFilter, WaitingForm
from .overview.filters import OverrideFilter
from .overview.page import Overview
from .overview.tiles.overrides import granted
from .reports.filters import HistoryFilter
from .reports.history import made_for
from .year_turn.rooms import ROOMS, RoomPage
from .year_turn.turn import Turn

OVERRIDES = (
    Column("申請", "request", 40),
    Column("種別", "request.type.name", 24),
    Column("所属", "request.department.full_name", 28),
    *columns_of(Waiver, "person", "reason", "answered_by", "answered_as", "answered_at", "seen_at", reason=40, answered_as=24),
)


@table("overview.overrides", "兼務の例外", filters=OverrideFilter)
def overrides(asked: Asked) -> Sheet:
    """The overrides of the requests that the person sees, the newest first; 404 for whoever has no 状況."""
    try:
        look = Overview(asked.user, at=asked.at).look
    except LookupError:
        raise Http404("この画面はありません。") from None
    rows = granted(look).select_related("request__type", "request__department__parent", "person", "answered_by")
    return Sheet(OverrideFilter(asked.query, queryset=rows.order_by("-answered_at", "-pk")).qs, OVERRIDES)


WAITING = (
    Column("種類", "kind", 14),
    Column("件名", "title", 44),
    Column("何を", "why", 40),
    Column("どの役割として", "as_role", 26),
    Column("いつから", "since", 18),
    Column("期限", "due", 18),
)
SENT = (
    Column("種類", "kind", 14),
    Column("件名", "title", 44),
    Column("状態", "status", 16),
    Column("いま持っている人", "holder", 26),
    Column("いつから", "since", 18),
    Column("期限", "due", 18),
)


@table("desk.waiting", "受信箱", filters=WaitingForm)
def what_waits(asked: Asked) -> Sheet:
    """What waits for the person, the longest waiting first."""
    return Sheet(WaitingFilter(asked.query, waiting(asked.user, at=asked.at), at=asked.at).items, WAITING)


@table("desk.sent", "自分が出したもの", filters=SentForm)
def what_was_sent(asked: Asked) -> Sheet:
    """What the person has sent, the newest first."""
    return Sheet(SentFilter(asked.query, mine(asked.user, at=asked.at)).items, SENT)


REPORTS = columns_of(
    Job, "title", "status", "created_by", "created_at", "finished_at", title=40, created_by=20, created_at=18, finished_at=18
)


@table("reports.history", "報告書の作成の履歴", filters=HistoryFilter)
def report_history(asked: Asked) -> Sheet:
    """What was made, newest first."""
    return Sheet(HistoryFilter(asked.query, queryset=made_for(asked.user)).qs, REPORTS)


CARRIED = (
    Column("件名", "title", 44),
    Column("所属", "department", 28),
    Column("期限", "due", 12),
    Column("新しい年度の担当", "holder", 26),
)


@table("year_turn.carried", "年度替の引継ぎ", narrows=("year", "room"))
def carried(asked: Asked) -> Sheet:
    """The open rows of one room, with who answers for them on 1 April; 404 for whoever has no such list."""
    year, room = asked.query.get("year", ""), asked.query.get("room", "")
    if not year.isascii() or not year.isdigit() or room not in ROOMS:
        raise Http404("この一覧はありません。")
    try:
        turn = Turn(asked.user, int(year), at=asked.at)
    except LookupError as error:
        raise Http404(str(error)) from None
    page = RoomPage(ROOMS[room], turn)
    return Sheet(page.rows, CARRIED, draw=page.lines, about=f"{page.room.word} {turn.label}")

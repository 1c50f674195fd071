"""The incidents as tables: the desks of the chain, and the board of the open ones. They show weak points, so they are of 分類Ⅱ."""

from functools import partial

from django.http import Http404

from incidents.filters import IncidentFilter
from incidents.models import Incident
from incidents.parties import Reach
from incidents.response.board import Board, BoardFilter, Line, may_open
from incidents.scopes import incidents_of, scopes_of
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

MARK = "分類Ⅱ"
INCIDENTS = (
    Column("番号", "number", 12),
    Column("訓練", lambda incident: "訓練" if incident.is_drill else "", 8),
    *columns_of(Incident, "kind", "department", "reporter", kind=28, department=28),
    Column("状態", "get_status_display", 16),
    Column("重大", lambda incident: "重大" if incident.is_grave else "", 8),
    *columns_of(Incident, "noticed_at", "reported_at", "reached_at", "ended_at", noticed_at=18, reported_at=18, reached_at=18, ended_at=18),
    *columns_of(Incident, "personal_information", "asset_class", "people_count", personal_information=14, asset_class=10),
    Column("統合先", "merged_into.number", 12),
)


def _steps(state: str):
    """The steps of a line that are in a state, as their numbers."""
    return lambda line: "・".join(cell.number for cell in line.cells if cell.state == state)


def _waits(line: Line) -> str:
    return "\n".join(f"{step.spec.number} {step.get_code_display()}（{step.get_sender_display()}）" for step in line.pending)


BOARD = (
    Column("番号", "incident.number", 12),
    Column("種別", "incident.kind", 28),
    Column("所属", "incident.department.full_name", 28),
    Column("重大", lambda line: "重大" if line.incident.is_grave else "", 8),
    Column("報告日時", "incident.reported_at", 18),
    Column("済んだ段階", _steps("done"), 16),
    Column("期限を超えた段階", _steps("late"), 16),
    Column("待っていること", _waits, 40),
    Column("次の期限", lambda line: line.pending[0].due_at if line.pending else None, 18),
    Column("未受領", "unread", 8),
)


@table("incidents.incidents", "インシデント", filters=IncidentFilter, narrows=("scope",), is_sensitive=True)
def incidents(asked: Asked) -> Sheet:
    """What a desk of the chain may follow, newest first."""
    reach = Reach.of(asked.user, at=asked.at)
    here = next((row for row in scopes_of(reach) if row.slug == asked.query.get("scope")), None)
    if here is None:
        raise Http404("この役割の一覧はありません。")
    rows = IncidentFilter(asked.query, queryset=incidents_of(here, asked.user, reach, at=asked.at)).qs
    return Sheet(rows, INCIDENTS, about=here.title, mark=MARK)


def _lines(found: Board, rows: list[Incident]) -> list[Line]:
    return found.lines(rows)


@table("incidents.board", "対応中のインシデント", filters=BoardFilter, is_sensitive=True)
def board(asked: Asked) -> Sheet:
    """The open incidents with their steps, the earliest term first; for those who see the city's whole."""
    reach = Reach.of(asked.user, at=asked.at)
    if not may_open(reach):
        raise Http404("この役割の一覧はありません。")
    found = Board.of(asked.user, asked.query, reach=reach, at=asked.at)
    return Sheet(found.rows, BOARD, draw=partial(_lines, found), mark=MARK)

"""The requests and what the committee keeps as tables."""

from django.http import Http404

from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

from .committee_filters import CirculationFilter, ItemFilter, MeetingFilter
from .filters import RequestFilter
from .listing import Listing
from .models import Circulation, Item, Meeting, Request
from .models.request_set import Reach


def _step(request: Request):
    return request.open_steps[0] if request.open_steps else None


REQUESTS = (
    Column("番号", "number", 10),
    Column("種別", "type.name", 24),
    Column("件名", "title", 40),
    Column("状態", "get_status_display", 10),
    Column("所属", "department.full_name", 24),
    Column("起案者", "drafter.name", 14),
    Column("申請者", "applicant.name", 14),
    Column("申請日時", "submitted_at", 18),
    Column("いまの段階", lambda request: _step(request).words if _step(request) else "", 30),
    Column("段階の期限", lambda request: _step(request).due_at if _step(request) else None, 18),
    Column("決定日時", "decided_at", 18),
    Column("期間の終わり", "ends_on", 12),
    Column("終わった日時", "ended_at", 18),
)
ITEMS = (
    Column("番号", "code", 12),
    *columns_of(Item, "title", "kind", "status", "clauses", "brought_by", "brought_as", "brought_at", title=40, brought_at=18),
    *columns_of(Item, "ended_at", ended_at=18),
)
MEETINGS = (
    Column("会議", str, 36),
    *columns_of(Meeting, "form", "status", "planned_at", "held_at", "place", planned_at=18, held_at=18, place=24),
    Column("案件", "items", 8),
    *columns_of(Meeting, "called_by", "called_as", "called_at", "minuted_at", called_at=18, minuted_at=18),
)
CIRCULATIONS = (
    Column("番号", "code", 12),
    *columns_of(Circulation, "title", "kind", "status", "sent_at", "sent_by", "due_on", title=40, sent_at=18, due_on=12),
)
ANSWERS = (Column("宛先", "asked", 8), Column("回答", "answered", 8))


@table("approvals.requests", "申請", filters=RequestFilter, narrows=("scope", "act"))
def requests(asked: Asked) -> Sheet:
    """One list of the room."""
    try:
        found = Listing(asked.user, asked.query, asked.query.get("scope", ""), at=asked.at)
    except LookupError as error:
        raise Http404("この一覧はありません。") from error
    return Sheet(found.filter.qs, REQUESTS, about=found.scope.title)


def _entered(asked: Asked) -> Reach:
    """As the rooms of the committee are entered; 404 for others."""
    reach = Reach.of(asked.user, at=asked.at)
    if not reach.sees_committee:
        raise Http404("委員会の画面は、委員と事務局が開けます。")
    return reach


@table("committee.items", "委員会の案件", filters=ItemFilter)
def items(asked: Asked) -> Sheet:
    """All items, newest first."""
    rows = Item.objects.visible_to(asked.user, reach=_entered(asked)).for_list()
    return Sheet(ItemFilter(asked.query, queryset=rows).qs, ITEMS)


@table("committee.meetings", "委員会の会議", filters=MeetingFilter)
def meetings(asked: Asked) -> Sheet:
    """All meetings, newest first."""
    rows = Meeting.objects.visible_to(asked.user, reach=_entered(asked)).for_list()
    return Sheet(MeetingFilter(asked.query, queryset=rows).qs, MEETINGS)


@table("committee.circulations", "伝達・照会", filters=CirculationFilter)
def circulations(asked: Asked) -> Sheet:
    """Everything for the committee's people; for others what was sent to the own department, without who has answered."""
    reach = Reach.of(asked.user, at=asked.at)
    rows = Circulation.objects.visible_to(asked.user, reach=reach).for_list()
    columns = (*CIRCULATIONS, *(ANSWERS if reach.sees_committee else ()))
    return Sheet(CirculationFilter(asked.query, queryset=rows).qs, columns)

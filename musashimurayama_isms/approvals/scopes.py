"""The lists of the room, and who has which: what waits, one's own, the section's, the whole city's, what is over."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from musashimurayama_isms.accounts.models import User

from .models import Request, Step
from .models.request_set import Reach

Status = Request.Status
OVER = (Status.COMPLETED, Status.REFUSED, Status.WITHDRAWN, Status.RECALLED)


@dataclass(frozen=True)
class Scope:
    """One list: its word in the address, its words on the page, and what would stand there."""

    slug: str
    title: str
    lead: str
    empty: str


WAITING = Scope(
    "waiting", "私を待つもの", "あなたの決定や確認を待っている申請です。古いものから並んでいます。", "決定や確認が必要な申請が届くと"
)
MINE = Scope("mine", "自分の申請", "自分が起案した、又は申請したもので、まだ終わっていないものです。", "申請を書き始めると")
SECTION = Scope("section", "課の申請", "責任を持つ課や部の、まだ終わっていない申請です。", "課の申請が出ると")
CITY = Scope("all", "全体", "全庁の、まだ終わっていない申請です。", "申請が出ると")
RUNNING = Scope("running", "有効な許可", "いま効いている許可です。終わりの日が近いものから並んでいます。", "期間のある許可が出ると")
ENDED = Scope("ended", "終わったもの", "完了、不許可、取下げ、取消になった申請です。", "申請が終わると")
SCOPES = (WAITING, MINE, SECTION, CITY, RUNNING, ENDED)


def scopes_of(reach: Reach) -> list[Scope]:
    """The lists that a person has; 課の申請 for who answers for a section or a division, 全体 for the wide roles."""
    has_section = bool(reach.sections or reach.divisions)
    return [row for row in SCOPES if (row is not SECTION or has_section) and (row is not CITY or reach.is_wide)]


def requests_of(scope: Scope, user: User, reach: Reach, *, at: datetime) -> QuerySet[Request]:
    """The requests of a list but for 私を待つもの, ready to be drawn: the longest waiting first, what is over newest first."""
    rows = for_lines(Request.objects.visible_to(user, at=at, reach=reach))
    if scope is ENDED:
        return rows.filter(status__in=OVER).order_by("-ended_at", "pk")  # since when, for what is over
    if scope is RUNNING:
        return rows.filter(status__in=(Status.RUNNING, Status.EXPIRED)).order_by(F("ends_on").asc(nulls_last=True), "waiting_since", "pk")
    if scope is MINE:
        live = (*Request.LIVE, Status.DRAFT)
        return rows.filter(Q(drafter=user) | Q(applicant=user), status__in=live).order_by("waiting_since", "pk")
    live = rows.filter(status__in=Request.LIVE).order_by("waiting_since", "pk")
    return live.filter(reach.of_department()) if scope is SECTION else live


def for_lines(rows: QuerySet[Request]) -> QuerySet[Request]:
    """With what a line shows: since when it waits and on whom, whatever the number of lines."""
    opened = Step.objects.open().filter(request=OuterRef("pk")).values("started_at")[:1]
    open_steps = Prefetch("steps", Step.objects.open().prefetch_related("seats"), to_attr="open_steps")
    since = Coalesce("ended_at", Subquery(opened), "decided_at", "submitted_at", "created_at")
    return rows.for_list().annotate(waiting_since=since).prefetch_related(open_steps)

"""What each floor below puts on the desk: the roof asks them, they do not know the roof."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse

from assets.models import ExternalService
from incidents.models import Incident, OralEntry
from incidents.scopes import waiting_for
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.approvals.waiting import waiting_for as requests_waiting_for
from musashimurayama_isms.duties.models import Occurrence

from .desk import Item, keeps, waits


@waits
def incident_acts(user: User, at: datetime) -> Iterator[Item]:
    """Reports to read and to pass on (3.9.3.1)."""
    for row in waiting_for(user, at=at):
        yield Item(
            title=f"{row.incident.number} {row.incident.kind}",
            url=row.incident.get_absolute_url(),
            since=row.since,
            kind="インシデント",
            due=row.due,
            why=f"{row.act}（{row.incident.department.full_name} {row.incident.reporter.name}さんの報告）",
            is_urgent=row.incident.is_grave,
        )


@waits
def spoken_words(user: User, at: datetime) -> Iterator[Item]:
    """Words entered in this person's name, to be confirmed (chains.md: 口頭)."""
    for entry in OralEntry.objects.waiting_for(user).select_related("incident", "entered_by"):
        yield Item(
            title=f"{entry.incident.number} 口頭の記録の確認",
            url=entry.incident.get_absolute_url(),
            since=entry.entered_at,
            kind="確認",
            why=f"{entry.entered_by.name}さんが、あなたの代わりに入力しました。",
        )


DUTIES_ON_DESK = 10


@waits
def duties(user: User, at: datetime) -> Iterator[Item]:
    """What comes round and is to be done now, by role or because it was handed over: the earliest due, and how many more."""
    rows = list(Occurrence.objects.waiting_for(user, at=at).with_all())
    for row in rows[:DUTIES_ON_DESK]:
        yield Item(
            title=str(row),
            url=row.get_absolute_url(),
            since=row.appeared_at,
            kind="定期業務",
            due=row.due_on,
            as_role=row.duty.get_owner_display(),
            why=row.department_name,
        )
    if more := rows[DUTIES_ON_DESK:]:
        url = reverse("duties:tab", args=["mine"])
        title, since = f"ほかの定期業務 {len(more)}件", more[0].appeared_at
        yield Item(title, url, since, "定期業務", due=more[0].due_on, why="一覧で確かめてください。")


@waits
def services(user: User, at: datetime) -> Iterator[Item]:
    """External services whose next list is this person's to answer as their manager (3.12.3.5.2, 3.12.3.7.2)."""
    for row in ExternalService.objects.waiting_for(user).select_related("department__parent"):
        why = f"{row.get_stage_display()}に答えてください。"
        yield Item(row.name, row.get_absolute_url(), row.stage_since, "外部サービス", as_role="外部サービス管理者", why=why)


@keeps
def incident_reports(user: User, at: datetime) -> Iterator[Item]:
    """Own drafts, and the latest own reports."""
    for draft in Incident.objects.drafts_of(user).select_related("kind")[:5]:
        yield Item(str(draft.kind), draft.get_absolute_url(), draft.saved_at, "下書き", why="まだ報告されていません。")
    for report in Incident.objects.submitted().filter(reporter=user).select_related("kind")[:5]:
        yield Item(f"{report.number} {report.kind}", report.get_absolute_url(), report.reported_at, report.get_status_display())


@waits
def requests(user: User, at: datetime) -> Iterator[Item]:
    """Requests to decide, to submit, to mend, to confirm (approvals.md)."""
    for row in requests_waiting_for(user, at=at):
        name, url = f"{row.request}　{row.request.title}", row.request.get_absolute_url()
        yield Item(name, url, row.since, row.act, due=row.due, as_role=row.as_role, why=row.why)


@keeps
def own_requests(user: User, at: datetime) -> Iterator[Item]:
    """Own drafts of requests, and what is under way."""
    mine = Request.objects.filter(drafter=user).for_list()
    for draft in mine.filter(status=Request.Status.DRAFT).order_by("-saved_at")[:5]:
        yield Item(draft.title or str(draft.type), draft.get_absolute_url(), draft.saved_at, "下書き", why="まだ申請されていません。")
    for request in mine.live().order_by("-saved_at")[:5]:
        began = request.submitted_at or request.saved_at
        yield Item(f"{request}　{request.title}", request.get_absolute_url(), began, request.get_status_display())

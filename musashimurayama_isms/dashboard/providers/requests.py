"""Requests to decide, to submit, to complete; the business of the committee; own requests."""

from collections.abc import Iterator
from datetime import datetime

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals import committee_desk
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.approvals.waiting import waiting_for as requests_waiting_for

from ..desk import Item, keeps, waits


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


@waits
def committee_business(user: User, at: datetime) -> Iterator[Item]:
    """Of the committee: what its secretariat has to do, meetings one is called to, words to one's department (3.4.2.10)."""
    for row in committee_desk.waiting_for(user, at=at):
        yield Item(row.title, row.url, row.since, row.kind, due=row.due, why=row.why)

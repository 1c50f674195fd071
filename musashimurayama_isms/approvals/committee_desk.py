"""What of the committee's business waits for one person; the roof puts it on the desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from musashimurayama_isms.accounts.models import User

from .committee_people import run_by
from .models import Item, Meeting, Reply
from .models.request_set import Reach


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: its words, its page, since when, until when; `receipt` where a plain 受領 is asked."""

    title: str
    url: str
    since: datetime
    kind: str
    why: str
    due: date | datetime | None = None
    receipt: Reply | None = None


def waiting_for(user: User, *, at: datetime) -> Iterator[Waiting]:
    """The secretariat's and the chair's work, meetings one is called to, and what was sent to one's department."""
    yield from business_for(user, at=at)
    yield from meetings_for(user, at=at)
    yield from sent_to(user, at=at)


def meetings_for(user: User, *, at: datetime) -> Iterator[Waiting]:
    """Meetings that are still to come and to which the person is called."""
    for meeting in Meeting.objects.calling(user, at=at):
        words = "書面での回答を求められています。" if meeting.is_written else "招集されています。次第を確かめてください。"
        yield Waiting(str(meeting), meeting.get_absolute_url(), meeting.called_at, "会議", words, meeting.planned_at)


def sent_to(user: User, *, at: datetime) -> Iterator[Waiting]:
    """What the committee has sent to a department that the person answers for."""
    for reply in Reply.objects.waiting_for(user, at=at):
        sent, to = reply.circulation, reply.department.full_name
        why = f"{to}の意見を回答してください。" if sent.asks_opinion else f"{to}の受領をお願いします。"
        receipt = None if sent.asks_opinion else reply
        title, url = f"{sent.code} {sent.title}", sent.get_absolute_url()
        yield Waiting(title, url, sent.sent_at, sent.get_kind_display(), why, sent.due_on, receipt)


def business_for(user: User, *, at: datetime) -> Iterator[Waiting]:
    """For who runs it: items without a meeting; meetings whose attendance or minutes are missing."""
    committees = run_by(user, at=at) if Reach.of(user, at=at).is_of_committee else []
    if not committees:
        return
    for item in Item.objects.waiting().filter(committee__in=committees).for_list():
        why = f"{item.get_kind_display()}の案件が会議を待っています。"
        yield Waiting(f"{item.code} {item.title}", item.get_absolute_url(), item.brought_at, "付議", why, item.due_at)
    for meeting in Meeting.objects.unfinished(at=at).filter(committee__in=committees).select_related("committee"):
        lacks = "議事録が確定していません。" if meeting.held_at else "開催と出席がまだ記録されていません。"
        yield Waiting(str(meeting), meeting.get_absolute_url(), meeting.held_at or meeting.planned_at, "会議の記録", lacks)

"""Words for what waits too long in the business of a committee: the secretariat, then whoever owes an answer and the next one up."""

from datetime import datetime, time

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import TOKYO, closing_after
from musashimurayama_isms.notifications.notices import notify
from musashimurayama_isms.parameters.values import value

from .committee_notices import secretaries
from .models import Item, Meeting, Reply
from .roster import Barred, Roster, names


def remind_committee(*, at: datetime) -> int:
    """Remind of every item, meeting and answer that is late; gives their number. Each word is sent once, however often this runs."""
    items = list(Item.objects.late(at=at).for_list())
    for item in items:
        _remind_of_item(item, at=at)
    meetings = list(Meeting.objects.unrecorded(at=at).select_related("committee__secretariat"))
    for meeting in meetings:
        _remind_of_meeting(meeting, at=at)
    late = Reply.objects.late(on=day_of(at)).select_related("circulation__committee", "department__parent")
    replies, roster, escalate = list(late), Roster(at), value("approvals.escalate_working_days")
    for reply in replies:
        _remind_of_reply(reply, roster, escalate=escalate)
    return len(items) + len(meetings) + len(replies)


def _remind_of_item(item: Item, *, at: datetime) -> None:
    notify(
        to=secretaries(item.committee, at=at),
        title=f"【期限超過】{item}の議決をお願いします",
        body="申請が議決を待っています。会議を招集するか、書面での議決を検討してください。",
        url=item.get_absolute_url(),
        subject=item,
        key=f"approvals.item:{item.pk}:late:{item.seat.step.due_at.isoformat()}",
        at=at,
    )


def _remind_of_meeting(meeting: Meeting, *, at: datetime) -> None:
    """On the day after it was planned."""
    if day_of(at) > day_of(meeting.planned_at):
        notify(
            to=secretaries(meeting.committee, at=at),
            title=f"{meeting}の開催と出席を記録してください",
            body="予定の日時を過ぎています。開かなかったときは、中止か日時の変更を記録してください。",
            url=meeting.get_absolute_url(),
            subject=meeting,
            key=f"approvals.meeting:{meeting.pk}:unrecorded:{meeting.planned_at.isoformat()}",
            at=at,
        )


def _remind_of_reply(reply: Reply, roster: Roster, *, escalate: int) -> None:
    """The officers daily, the next one up once."""
    circulation, days = reply.circulation, (day_of(roster.at) - reply.circulation.due_on).days
    what = "回答" if circulation.asks_opinion else "受領"
    words = {"url": circulation.get_absolute_url(), "subject": circulation, "at": roster.at}
    notify(
        to=names(reply.able(roster)),
        title=f"【期限超過】{circulation.get_kind_display()} {circulation.code} の{what}をお願いします",
        body="期限を過ぎています。画面を開いて対応してください。",
        key=f"approvals.reply:{reply.pk}:late:{days}",
        **words,
    )
    if roster.at >= closing_after(datetime.combine(circulation.due_on, time(12), tzinfo=TOKYO), escalate):
        notify(
            to=names(roster.above(reply.chair, reply.department, Barred())),
            title=f"【期限超過】{circulation.get_kind_display()} {circulation.code} の{what}が滞っています",
            body=f"{reply.department.full_name}の{what}がまだです。状況を確かめてください。",
            key=f"approvals.reply:{reply.pk}:up",
            **words,
        )

"""Who is told of the business of a committee; no personal data in title or body."""

from musashimurayama_isms.accounts.models import Committee, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.notifications.notices import Message, notice

from .models import Circulation, Item, Meeting
from .roster import Roster, names

APPOINTMENT = "日時・場所と次第を確かめてください。出られないときは、事務局に知らせてください。"


def secretaries(committee: Committee, *, at) -> list[User]:
    return list(committee.secretaries(day_of(at)))


def _called(meeting: Meeting) -> list[User]:
    """The members, and those who were called beside them."""
    guests = [row.person for row in meeting.attendances.select_related("person") if row.person is not None]
    return [row.person for row in meeting.sitting()] + guests


@notice("approvals.item.brought")
def item_brought(entry, item: Item):
    """The secretariat puts it on an agenda."""
    yield Message(
        to=secretaries(item.committee, at=entry.at),
        title=f"{item}が付議されました：{item.get_kind_display()}",
        body="会議を招集するか、次の会議の次第に加えてください。",
        url=item.get_absolute_url(),
    )


@notice("approvals.item.withdrawn")
def item_withdrawn(entry, item: Item):
    yield Message(
        to=secretaries(item.committee, at=entry.at),
        title=f"{item}が取り下げられました",
        body="議決の必要はなくなりました。",
        url=item.get_absolute_url(),
    )


@notice("approvals.meeting.called")
def meeting_called(entry, meeting: Meeting):
    yield Message(to=_called(meeting), title=f"{meeting}が招集されました", body=APPOINTMENT, url=meeting.get_absolute_url())


@notice("approvals.meeting.summoned", urgent=True)
def meeting_summoned(entry, meeting: Meeting):
    """情報セキュリティ会議 and 緊急対策会議 do not wait for the digest (3.9.3.2)."""
    yield Message(to=_called(meeting), title=f"【至急】{meeting}が招集されました", body=APPOINTMENT, url=meeting.get_absolute_url())


@notice("approvals.meeting.replanned", urgent=True)
def meeting_replanned(entry, meeting: Meeting):
    yield Message(to=_called(meeting), title=f"{meeting}の日時・場所が変わりました", body=APPOINTMENT, url=meeting.get_absolute_url())


@notice("approvals.meeting.cancelled", urgent=True)
def meeting_cancelled(entry, meeting: Meeting):
    yield Message(
        to=_called(meeting),
        title=f"{meeting}は中止になりました",
        body="案件は次の会議に付議されます。",
        url=meeting.get_absolute_url(),
    )


@notice("approvals.minutes.closed")
def minutes_closed(entry, meeting: Meeting):
    yield Message(
        to=_called(meeting),
        title=f"{meeting}の議事録が確定しました",
        body="内容を読み、誤りがあれば事務局に知らせてください。",
        url=meeting.get_absolute_url(),
    )


@notice("approvals.resolution.recorded")
def resolution_recorded(entry, item: Item):
    """Whoever brought it; a request's own people are told by what the request becomes."""
    yield Message(
        to=[] if item.of_request else [item.brought_by],
        title=f"{item}の結果が記録されました",
        body="結果と理由を確かめてください。",
        url=item.get_absolute_url(),
    )


@notice("approvals.circulation.sent")
def circulation_sent(entry, circulation: Circulation):
    """The officers of each department that it was sent to."""
    roster = Roster(entry.at)
    replies = circulation.replies.select_related("circulation", "department__parent")
    asks = "部の意見を取りまとめて回答してください。" if circulation.asks_opinion else "内容を読み、受領してください。"
    yield Message(
        to=names([row for reply in replies for row in reply.able(roster)]),
        title=f"{circulation.committee}から{circulation.get_kind_display()}が届きました（{circulation.code}）",
        body=asks,
        url=circulation.get_absolute_url(),
    )

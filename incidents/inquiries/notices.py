"""Who is told of a 横展開: the sections asked, the asker of what was found, the officer of what the 情報化推進員 entered."""

from collections.abc import Iterator

from incidents.inquiries.parties import answerers
from incidents.models import Inquiry, InquiryPlace
from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import acting
from musashimurayama_isms.duties.parties import Parties
from musashimurayama_isms.notifications.notices import Message, notice


def askers(inquiry: Inquiry, *, at) -> list[User]:
    """Who asked, and 中央管理者, who follows it."""
    return [inquiry.asked_by, *(row.person for row in acting(RoleCode.CENTRAL_MANAGER, at=at))]


def _sections(entry, inquiry: Inquiry) -> Iterator[Message]:
    rows, parties = inquiry.places.filter(asked_at=entry.at).select_related("department__parent"), Parties(entry.at)
    yield Message(
        to=[person for row in rows for person in answerers(row.department, parties)],
        title=f"{inquiry.mark}横展開 {inquiry.number}：同じことがないかを確かめてください",
        body="ほかの部署で起きたことが、あなたの課にもないかを確かめ、回答してください。",
        url=inquiry.get_absolute_url(),
    )


@notice("incidents.inquiry.asked")
def asked(entry, inquiry):
    yield from _sections(entry, inquiry)


@notice("incidents.inquiry.widened")
def widened(entry, inquiry):
    yield from _sections(entry, inquiry)


@notice("incidents.inquiry.found")
def found(entry, inquiry):
    yield Message(
        to=askers(inquiry, at=entry.at),
        title=f"{inquiry.mark}横展開 {inquiry.number} に「ある」の回答がありました",
        body="計画と期限を確かめてください。",
        url=inquiry.get_absolute_url(),
    )
    yield from answered(entry, inquiry)


@notice("incidents.inquiry.answered")
def answered(entry, inquiry):
    """The officer hears what somebody else of the section has answered."""
    rows = InquiryPlace.objects.filter(inquiry=inquiry, answered_at=entry.at).select_related("department__parent")
    parties = Parties(entry.at)
    for row in rows:
        yield Message(
            to=[person for person in answerers(row.department, parties) if person.pk != row.answered_by_id],
            title=f"{inquiry.mark}横展開 {inquiry.number} に課の回答が入りました",
            body="内容を確かめてください。終了までは、改めることができます。",
            url=inquiry.get_absolute_url(),
        )


@notice("incidents.inquiry.measure_done")
def measure_done(entry, inquiry):
    yield Message(
        to=askers(inquiry, at=entry.at),
        title=f"{inquiry.mark}横展開 {inquiry.number} の対策が一つ終わりました",
        body="したことを確かめてください。",
        url=inquiry.get_absolute_url(),
    )


@notice("incidents.inquiry.postponed")
def postponed(entry, inquiry):
    rows, parties = inquiry.places.awaited().select_related("department__parent"), Parties(entry.at)
    yield Message(
        to=[person for row in rows for person in answerers(row.department, parties)],
        title=f"{inquiry.mark}横展開 {inquiry.number} の回答の期限が延びました",
        url=inquiry.get_absolute_url(),
    )

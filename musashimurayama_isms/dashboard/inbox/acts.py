"""The acts that the list of the desk offers: each a door of its own model, which locks, guards and records as on its page.

An act without judgement is done at once; one whose content has to be seen first is shown in the place of its row, and is done
on exactly what was shown (`seen`); one that is only gathered leads to a page for several. A provider names the act by `Ready`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model, QuerySet

from incidents.bulletins.page import BulletinPage
from incidents.models import Bulletin, ComplianceWord, Receipt, ViolationWord
from incidents.parties import Reach
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.models import Decision, Reply, Request, Waiver
from musashimurayama_isms.approvals.plain import is_plain
from musashimurayama_isms.approvals.roster import Roster
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.transitions import InvalidTransition

GONE = "すでに済んでいるか、いまはあなたを待っていません。"
NOT_PLAIN = "確かめることや決めることがあるため、一覧からは許可できません。申請を開いて決定してください。"
MOVED_ON = "表示したあとで内容が変わりました。もう一度見てから行ってください。"

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Look:
    """What has to be seen before an act: its words, its facts or its text, and `seen`, by which the act knows what was shown."""

    title: str
    url: str
    seen: str
    support: str = ""
    text: str = ""
    facts: list[tuple[str, Any]] = field(default_factory=list)
    files: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Act:
    """One act of the list: the words on its button and after it, what it does, what has to be looked at before.

    `do(user, key, at, seen)` raises InvalidTransition, PermissionDenied or ValidationError with words for the person.
    """

    slug: str
    label: str
    done: str
    do: Callable[[User, str, datetime, str], object] | None = None
    look: Callable[[User, str, datetime], Look] | None = None
    gathers: str = ""  # the page that takes ?pick= of several

    @property
    def is_direct(self) -> bool:
        return self.do is not None and self.look is None

    @property
    def takes_several(self) -> bool:
        return self.is_direct or bool(self.gathers)


ACTS: dict[str, Act] = {}


def offers(act: Act) -> None:
    """Make an act known to the list."""
    ACTS[act.slug] = act


def _found(rows: QuerySet[Row], key: str) -> Row:
    """The row that still waits; InvalidTransition with a plain sentence where it does not, or never did."""
    try:
        return rows.get(pk=key)
    except (rows.model.DoesNotExist, ValueError, ValidationError):
        raise InvalidTransition(GONE) from None


# -- requests --------------------------------------------------------------------------------------------------------
def _review(user: User, key: str, at: datetime, seen: str) -> None:
    _found(Decision.objects.awaiting_review_by(user), key).review(by=user, at=at)


def _see_waiver(user: User, key: str, at: datetime, seen: str) -> None:
    _found(Waiver.objects.unseen(), key).see(by=user, at=at)


def _receive_relay(user: User, key: str, at: datetime, seen: str) -> None:
    reply = _found(Reply.objects.waiting_for(user, at=at), key)
    if reply.circulation.asks_opinion:
        raise InvalidTransition("意見の照会です。開いて回答してください。")
    reply.answer(by=user, at=at)


def _to_permit(user: User, key: str, at: datetime) -> Request:
    """A request that waits for a plain yes of this person; InvalidTransition otherwise."""
    request = _found(Request.objects.visible_to(user, at=at).with_run().filter(status=Request.Status.IN_REVIEW), key)
    step = request.open_step
    if step is None or not step.seats_of(user, Roster(at)):
        raise InvalidTransition(GONE)
    if not is_plain(step, user, from_rank=value("approvals.list_permit_class")):
        raise InvalidTransition(NOT_PLAIN)
    return request


def _look_at_request(user: User, key: str, at: datetime) -> Look:
    request = _to_permit(user, key, at)
    version = request.current_version
    return Look(
        title=request.title or str(request.type),
        url=request.get_absolute_url(),
        seen=f"{request.open_step.position}:{version.digest}",
        support=f"{request}　{request.department.full_name} {request.applicant.name}さん",
        facts=request.matter.facts(request, version.content),
    )


def _permit(user: User, key: str, at: datetime, seen: str) -> None:
    request = _to_permit(user, key, at)
    step, _, digest = seen.partition(":")
    if not step.isdecimal():
        raise InvalidTransition(MOVED_ON)
    Decision.take(request, Decision.Outcome.PERMIT, by=user, at=at, digest=digest, step=int(step))


# -- incidents -------------------------------------------------------------------------------------------------------
def _receive_incident(user: User, key: str, at: datetime, seen: str) -> None:
    """All that the person's parties were told of one incident: one 受領 a party, each an act of its own."""
    try:
        rows = list(Receipt.objects.waiting_for(user, at=at).filter(step__incident=key).select_related("step__incident"))
    except (ValueError, ValidationError):
        rows = []
    if not rows:
        raise InvalidTransition(GONE)
    if rows[0].step.incident.is_grave:
        raise InvalidTransition("重大なインシデントです。開いて、内容を確かめてから受領してください。")
    for receipt in {row.party: row for row in rows}.values():
        receipt.acknowledge(by=user, at=at)


def _receive_word(model: type[Model]) -> Callable[[User, str, datetime, str], None]:
    def receive(user: User, key: str, at: datetime, seen: str) -> None:
        _found(model.objects.pending().reached_by(Reach.of(user, at=at)), key).acknowledge(by=user, at=at)

    return receive


def _look_at_bulletin(user: User, key: str, at: datetime) -> Look:
    bulletin = _found(Bulletin.objects.unread_by(user, at=at), key)
    page = BulletinPage(bulletin, user, at=at)
    return Look(
        title=bulletin.title,
        url=bulletin.get_absolute_url(),
        seen=str(bulletin.current),
        support=f"注意喚起 {bulletin.number}　{bulletin.get_urgency_display()}",
        text=page.current.text,
        files=page.files,
    )


def _read_bulletin(user: User, key: str, at: datetime, seen: str) -> None:
    bulletin = _found(Bulletin.objects.unread_by(user, at=at), key)
    if seen != str(bulletin.current):
        raise InvalidTransition(MOVED_ON)
    bulletin.read(by=user, at=at)


offers(Act("review", "後閲を済ませる", "後閲を済ませました", do=_review))
offers(Act("seen", "確認した", "確認しました", do=_see_waiver))
offers(Act("relay", "受領する", "受領しました", do=_receive_relay))
offers(Act("incident", "受領する", "受領しました", do=_receive_incident))
offers(Act("violation", "受領する", "受領しました", do=_receive_word(ViolationWord)))
offers(Act("compliance", "受領する", "受領しました", do=_receive_word(ComplianceWord)))
offers(Act("bulletin", "読みました", "読んだ印を付けました", do=_read_bulletin, look=_look_at_bulletin))
offers(Act("permit", "許可する", "許可しました", do=_permit, look=_look_at_request))
offers(Act("decide", "まとめて決定する", "", gathers="approvals:together"))

REFUSALS = (InvalidTransition, PermissionDenied, ValidationError)


def words_of(error: Exception) -> str:
    """Why it could not be done, as the person reads it."""
    return " ".join(getattr(error, "messages", [str(error) or "この操作は、いまのあなたの役割ではできません。"]))

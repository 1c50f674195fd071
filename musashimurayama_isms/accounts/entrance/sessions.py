"""Where a person is logged in: the open sessions of one's own, and ending them from elsewhere (3.10.2.6)."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.crypto import constant_time_compare

from musashimurayama_isms.trail.record import record

from ..models.user import User
from . import limits, ways

BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
DEVICES = (("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Mac OS", "Mac"), ("Linux", "Linux"))


@dataclass(frozen=True)
class Place:
    """One open session as the person knows it."""

    pk: int
    device: str
    way: str
    began_at: datetime
    is_shared: bool
    is_current: bool


def places(user: User, *, current: str | None, at: datetime) -> list[Place]:
    """The person's open sessions, the newest first; two queries however many there are."""
    rows = list(UserSession.objects.filter(user=user).order_by("-created_at"))
    kept = {key: session.get_decoded() for key, session in Session.objects.in_bulk([row.session_key for row in rows]).items()}
    return [_place(row, kept[row.session_key], current) for row in rows if _is_open(user, kept.get(row.session_key, {}), at)]


def _is_open(user: User, data: dict, at: datetime) -> bool:
    """Whether the next request with it would still be the person's: not over, and of the present round and password."""
    return constant_time_compare(data.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()) and limits.is_running(data, at=at)


def _place(row: UserSession, data: dict, current: str | None) -> Place:
    way = ways.words(data.get(ways.WAY))
    return Place(row.pk, _device(row.user_agent), way, row.created_at, limits.SHARED_IDLE in data, row.session_key == current)


def _device(user_agent: str) -> str:
    device = next((word for sign, word in DEVICES if sign in user_agent), "不明の端末")
    browser = next((word for sign, word in BROWSERS if sign in user_agent), "")
    return f"{device}の{browser}" if browser else device


@transaction.atomic
def end(user: User, *, but: str | None, at: datetime, pk: int | None = None) -> int:
    """End the person's sessions elsewhere, all or the one with this key; never the one that asks. Gives how many."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    rows = UserSession.objects.filter(user=user).exclude(session_key=but)
    if pk is not None:
        rows = rows.filter(pk=pk)
    keys = list(rows.values_list("session_key", flat=True))
    if not keys:
        return 0
    Session.objects.filter(pk__in=keys).delete()
    rows.delete()
    record(user, "accounts.user.sessions_ended", user, at=at, count=len(keys))
    return len(keys)

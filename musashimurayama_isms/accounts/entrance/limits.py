"""How long a session may last (3.10.2.6): an idle limit and an absolute one (settings SESSION_IDLE, SESSION_ABSOLUTE)."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from .. import choices
from ..access import may_log_in
from ..models import User

BEGAN = "began_at"
ACTIVE = "active_at"
NOTE_EVERY = timedelta(minutes=1)  # activity is written at most this often; a session may end that much early, never late
SHARED = "shared"  # whether the person has said that the PC is a shared one
SHARED_IDLE = "shared_idle"  # then the shorter idle limit in seconds, as it was at log-in
ENDED_PARAMETER = "ended"
BACKGROUND_HEADER = "X-Background"

IDLE, ABSOLUTE, REFUSED, SHARED_END, SWITCHED = "idle", "absolute", "refused", "shared", "switched"


def is_background(request: HttpRequest) -> bool:
    """Whether the page asked by itself (polling), so that nobody may be sitting there."""
    return request.headers.get(BACKGROUND_HEADER) == "1"


def begin(session: SessionBase, *, at: datetime) -> None:
    """Start both clocks; on a shared PC the idle one is short (3.9.1.8)."""
    session[BEGAN] = session[ACTIVE] = at.timestamp()
    if session.pop(SHARED, False):
        session[SHARED_IDLE] = choices.value("accounts.shared_pc_idle_minutes") * 60


def _is_over(session: Mapping, *, at: datetime) -> str:
    """IDLE, SHARED_END or ABSOLUTE where a limit is reached, or nothing."""
    now = at.timestamp()
    if now - session[BEGAN] >= settings.SESSION_ABSOLUTE.total_seconds():
        return ABSOLUTE
    if now - session[ACTIVE] >= settings.SESSION_IDLE.total_seconds():
        return IDLE
    if now - session[ACTIVE] >= session.get(SHARED_IDLE, math.inf):
        return SHARED_END
    return ""


def is_running(session: Mapping, *, at: datetime) -> bool:
    """Whether no limit has ended what is kept of a session."""
    return BEGAN in session and not _is_over(session, at=at)


def reason_to_end(session: SessionBase, user: User, *, at: datetime) -> str:
    """IDLE, SHARED_END, ABSOLUTE or REFUSED, or nothing while the session may go on; asks the database at most once a minute."""
    if BEGAN not in session:
        begin(session, at=at)
    if reason := _is_over(session, at=at):
        return reason
    now = at.timestamp()
    if _is_worth_noting(session, now) and may_log_in(user, on=timezone.localdate(at)):
        return REFUSED
    return ""


def note_activity(session: SessionBase, *, at: datetime) -> None:
    """Set the idle clock back."""
    if _is_worth_noting(session, at.timestamp()):
        session[ACTIVE] = at.timestamp()


def _is_worth_noting(session: SessionBase, now: float) -> bool:
    return now - session[ACTIVE] >= NOTE_EVERY.total_seconds()


def words_of_end(reason: str) -> str:
    """What the log-in page says about the end of the last session; nothing for an unknown word."""
    minutes = settings.SESSION_IDLE // timedelta(minutes=1)
    hours = settings.SESSION_ABSOLUTE // timedelta(hours=1)
    words = {
        IDLE: f"{minutes}分間操作がなかったため、ログアウトしました。入力中の下書きは保存されています。",
        ABSOLUTE: f"ログインから{hours}時間が過ぎたため、ログアウトしました。入力中の下書きは保存されています。",
        REFUSED: "利用できる期間が終わったため、ログアウトしました。",
        SHARED_END: "共用の端末で操作がない時間が続いたため、ログアウトしました。入力中の下書きは保存されています。",
        SWITCHED: "前の利用者はログアウトしました。次の方がログインしてください。",
    }
    return words.get(reason, "")

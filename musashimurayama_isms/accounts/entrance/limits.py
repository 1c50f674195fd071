"""How long a session may last (3.10.2.6): an idle limit and an absolute one (settings SESSION_IDLE, SESSION_ABSOLUTE)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from ..access import may_log_in
from ..models import User

BEGAN = "began_at"
ACTIVE = "active_at"
NOTE_EVERY = timedelta(minutes=1)  # activity is written at most this often; a session may end that much early, never late
ENDED_PARAMETER = "ended"
BACKGROUND_HEADER = "X-Background"

IDLE, ABSOLUTE, REFUSED = "idle", "absolute", "refused"


def is_background(request: HttpRequest) -> bool:
    """Whether the page asked by itself (polling), so that nobody may be sitting there."""
    return request.headers.get(BACKGROUND_HEADER) == "1"


def begin(session: SessionBase, *, at: datetime) -> None:
    """Start both clocks."""
    session[BEGAN] = session[ACTIVE] = at.timestamp()


def reason_to_end(session: SessionBase, user: User, *, at: datetime) -> str:
    """IDLE, ABSOLUTE or REFUSED, or nothing while the session may go on; asks the database at most once a minute."""
    if BEGAN not in session:
        begin(session, at=at)
    now = at.timestamp()
    if now - session[BEGAN] >= settings.SESSION_ABSOLUTE.total_seconds():
        return ABSOLUTE
    if now - session[ACTIVE] >= settings.SESSION_IDLE.total_seconds():
        return IDLE
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
    }
    return words.get(reason, "")

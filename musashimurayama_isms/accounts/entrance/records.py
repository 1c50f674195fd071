"""What the record keeps of log-in (3.9.4): who came in, who went, who failed, whose ID was locked."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from allauth.usersessions.models import UserSession
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.trail.record import record

from ..models import User
from . import ways
from .limits import begin
from .lockout import find_user

FAILED = "accounts.user.login_failed"
CODE_USED = "accounts.factor.code_used"

VERBS = {
    "accounts.user.logged_in": "ログイン",
    "accounts.user.logged_out": "ログアウト",
    FAILED: "ログインに失敗",
    "accounts.user.locked": "ログインを一時停止",
    "accounts.user.password_changed": "パスワードを変更",
    "accounts.user.sessions_ended": "ほかの端末をログアウト",
    "accounts.factor.enrolled": "二つ目の確認方法を登録",
    "accounts.factor.removed": "二つ目の確認方法を削除",
    "accounts.factor.codes_made": "回復コードを作り直し",
    CODE_USED: "回復コードでログイン",
}


def note_log_in(request: HttpRequest, user: User, *, previous: datetime | None, at: datetime) -> None:
    """Keep the log-in before this one and count the failures since, for the desk; part of the caller's transaction."""
    failures = Entry.objects.about(user).filter(verb=FAILED, at__gt=previous or user.date_joined).count()
    user.previous_login = previous
    user.save(update_fields=["previous_login"])
    begin(request.session, at=at)
    request.session["failed_log_ins"] = failures
    way = ways.keep(request, user)
    if used_recovery_code(request.session):
        record(user, CODE_USED, user, at=at)
    record(user, "accounts.user.logged_in", user, at=at, log_in_way=way)


def used_recovery_code(session: SessionBase) -> bool:
    """Whether the person came in by a recovery code, because the real factor was not at hand."""
    return Authenticator.Type.RECOVERY_CODES.value in session[ways.WAY]


@receiver(authentication_failed, dispatch_uid="accounts.note_failed_factor")
def note_failed_factor(sender, request: HttpRequest, user: User, **kwargs) -> None:
    """A wrong code counts like a wrong password, so that nobody guesses at six digits: axes locks and the record keeps it."""
    user_login_failed.send(sender, credentials={"username": user.username}, request=request)


@receiver(user_logged_out, dispatch_uid="accounts.note_log_out")
@transaction.atomic
def note_log_out(sender, request: HttpRequest, user: User | None, **kwargs) -> None:
    """Keep when the person went, and whether a limit ended the session (`request.session_ended`)."""
    if user is None or not user.is_authenticated:
        return
    now = timezone.now()
    User.objects.filter(pk=user.pk).update(last_logout=now)
    UserSession.objects.filter(user=user, session_key=request.session.session_key).delete()
    record(user, "accounts.user.logged_out", user, at=now, reason=getattr(request, "session_ended", "") or "self")


@receiver(user_login_failed, dispatch_uid="accounts.note_failed_log_in")
@transaction.atomic
def note_failed_log_in(sender, credentials: dict, request: HttpRequest | None = None, **kwargs) -> None:
    """Record a failure about the person, or about nobody; what was typed for an unknown ID is not kept, it may be a password."""
    if getattr(request, "axes_locked_out", False) and not getattr(request, "axes_failures_since_start", 0):
        return  # tried again while locked: the lock is on record already
    user = find_user(credentials.get("username", ""))
    record(None, FAILED, user, known_id=user is not None)


@receiver(user_locked_out, dispatch_uid="accounts.note_lock")
@transaction.atomic
def note_lock(sender, request: HttpRequest, username: str, **kwargs) -> None:
    """Record the lock once, when the limit is reached; attempts while it lasts add nothing."""
    failures = getattr(request, "axes_failures_since_start", 0) or 0
    if failures >= settings.AXES_FAILURE_LIMIT:
        record(None, "accounts.user.locked", find_user(username), failures=failures)

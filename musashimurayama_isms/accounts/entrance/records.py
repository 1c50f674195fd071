"""What the record keeps of log-in (3.9.4): who came in, who went, who failed, whose ID was locked."""

from datetime import datetime

from allauth.usersessions.models import UserSession
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth.signals import user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.trail.record import record

from ..models import User
from .limits import begin
from .lockout import find_user

FAILED = "accounts.user.login_failed"

VERBS = {
    "accounts.user.logged_in": "ログイン",
    "accounts.user.logged_out": "ログアウト",
    FAILED: "ログインに失敗",
    "accounts.user.locked": "ログインを一時停止",
    "accounts.user.password_changed": "パスワードを変更",
}


def note_log_in(request: HttpRequest, user: User, *, previous: datetime | None, at: datetime) -> None:
    """Keep the log-in before this one and count the failures since, for the desk; part of the caller's transaction."""
    failures = Entry.objects.about(user).filter(verb=FAILED, at__gt=previous or user.date_joined).count()
    user.previous_login = previous
    user.save(update_fields=["previous_login"])
    begin(request.session, at=at)
    request.session["failed_log_ins"] = failures
    record(user, "accounts.user.logged_in", user, at=at)


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

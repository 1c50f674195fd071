"""The lock after failed log-ins; axes counts them in the database, by user ID however it was typed."""

import unicodedata
from datetime import datetime, timedelta

from axes.models import AccessAttempt
from axes.utils import reset
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..models import User


def normalise(username: str) -> str:
    """One form of a user ID: full-width and half-width, capitals and small letters are the same, so none opens a second count."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def username_of(request: HttpRequest | None, credentials: dict | None = None) -> str:
    """The user ID that axes counts under (setting AXES_USERNAME_CALLABLE)."""
    typed = (credentials or {}).get("username") or (credentials or {}).get("login") or (request.POST.get("login", "") if request else "")
    return normalise(typed)


def find_user(username: str) -> User | None:
    """The person of a typed user ID, or None."""
    return User.objects.filter(username__iexact=normalise(username)).first() if username else None


def is_locked(user: User, *, at: datetime) -> bool:
    """Whether log-in with the person's ID is shut at the moment."""
    attempts = AccessAttempt.objects.filter(username=normalise(user.username), attempt_time__gte=at - settings.AXES_COOLOFF_TIME)
    failures = attempts.aggregate(total=Sum("failures_since_start"))["total"] or 0
    return failures >= settings.AXES_FAILURE_LIMIT


def release(user: User) -> int:
    """Open log-in again for the person's ID; gives how many rows of failures were dropped. The caller records the act."""
    return reset(username=normalise(user.username))


def locked_page(request: HttpRequest, response: HttpResponse | None = None, credentials: dict | None = None) -> HttpResponse:
    """What a locked-out person reads (setting AXES_LOCKOUT_CALLABLE): how long, and whom to call. Status 429."""
    context = {"failure_limit": settings.AXES_FAILURE_LIMIT, "minutes": settings.AXES_COOLOFF_TIME // timedelta(minutes=1)}
    return render(request, "account/locked.html", context, status=429)

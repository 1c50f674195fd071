"""The way a person came in, kept on the session: by what the portal knew the person, and by what it made sure (3.8.4.3)."""

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.db import models
from django.http import HttpRequest

from ..models.user import User

FIRST = "first_factor"
WAY = "way"
BETWEEN = "＋"


class First(models.TextChoices):
    """Who says that it is this person."""

    PASSWORD = "password", "パスワード"
    DIRECTORY = "directory", "庁内のパスワード"
    PROXY = "proxy", "PCのログオン"
    SAML = "saml", "庁内の認証基盤"


SECOND = {
    Authenticator.Type.TOTP.value: "確認アプリ",
    Authenticator.Type.WEBAUTHN.value: "パスキー",
    Authenticator.Type.RECOVERY_CODES.value: "回復コード",
}


def begin(session: SessionBase, first: First) -> None:
    """Keep who has said that it is this person, while the second factor is still to come."""
    session[FIRST] = first.value


def keep(request: HttpRequest, user: User) -> str:
    """Write the whole way down on the session of a person who is in, and give it back in words."""
    factors = [row.get("type") for row in get_authentication_records(request, user) if row.get("method") == "mfa"]
    first = First(request.session.get(FIRST, First.PASSWORD))
    request.session[WAY] = [first.value, *factors[-1:]]
    return words(request.session[WAY])


def words(way: list[str] | None) -> str:
    """The way in words, パスワード＋確認アプリ; nothing for a session from before ways were kept."""
    if not way:
        return ""
    return BETWEEN.join([First(way[0]).label, *(SECOND.get(kind, kind) for kind in way[1:])])


def first_of(session: SessionBase) -> str:
    """The code of the first factor, or nothing while nobody has come in."""
    return session.get(FIRST, "")


def is_strong_alone(session: SessionBase) -> bool:
    """Whether what said who this is has asked for a second factor by itself: the log-on of the PC with an IC card, as the city has set."""
    return first_of(session) in settings.STRONG_WAYS

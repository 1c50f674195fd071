"""Second factors (3.8.4.3): who must have one, how one is added and taken away. allauth keeps them, this records them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.conf import settings
from django.db import transaction

from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .. import choices, standing
from ..models.role import RoleCode
from ..models.user import User
from .ways import SECOND

Type = Authenticator.Type
REAL = (Type.TOTP, Type.WEBAUTHN)  # recovery codes only stand in for one of these
MOST_PASSKEYS = 10

# Whoever decides or administers is asked in any case; the city may ask more people, never fewer.
DECIDERS = frozenset(
    {
        RoleCode.CISO,
        RoleCode.GENERAL_MANAGER,
        RoleCode.AUDIT_HEAD,
        RoleCode.CENTRAL_MANAGER,
        RoleCode.DIVISION_OFFICER,
        RoleCode.SECTION_OFFICER,
        RoleCode.PERMIT_AUTHORITY,
        RoleCode.PERSONNEL,
        RoleCode.ADMINISTRATOR,
    }
)
ALSO = {"deciders": frozenset(), "auditors": frozenset({RoleCode.AUDITOR}), "everyone": frozenset(RoleCode)}


@dataclass(frozen=True)
class Demand:
    """A person who must have a second factor has none: until when the portal may be used without."""

    until: date
    is_over: bool


def own(user: User) -> list[Authenticator]:
    """The factors of a person, oldest first."""
    return list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))


def has_factor(user: User) -> bool:
    """Whether a log-in of the person asks for more than the first factor."""
    return Authenticator.objects.filter(user=user, type__in=REAL).exists()


def is_required(user: User, *, at: datetime) -> bool:
    """Whether the person's roles of this moment, those worn as a deputy included, ask for a second factor."""
    if not settings.SECOND_FACTOR:
        return False
    codes = DECIDERS | ALSO[choices.value("accounts.second_factor_for")]
    return user.is_superuser or any(hat.role.code in codes for hat in standing.standings(user, at=at))


def demand(user: User, *, at: datetime) -> Demand | None:
    """What is asked of the person now, or None. The first asking begins the days of grace."""
    if not settings.SECOND_FACTOR or has_factor(user) or not is_required(user, at=at):
        return None
    if user.factor_asked_at is None:
        User.objects.filter(pk=user.pk, factor_asked_at=None).update(factor_asked_at=at)
        user.factor_asked_at = at
    until = standing.day_of(user.factor_asked_at) + timedelta(days=choices.value("accounts.second_factor_grace_days"))
    return Demand(until, is_over=standing.day_of(at) >= until)


@transaction.atomic
def enrol_app(user: User, secret: str, *, at: datetime) -> bool:
    """Add the app whose code the form has checked; gives whether recovery codes were made with it.

    InvalidTransition where the person has an app already.
    """
    _lock(user)
    if Authenticator.objects.filter(user=user, type=Type.TOTP).exists():
        raise InvalidTransition("確認アプリは、すでに登録されています。新しい端末に替えるときは、先に登録を消してください。")
    TOTP.activate(user, secret)
    return _added(user, Type.TOTP, at=at)


@transaction.atomic
def enrol_passkey(user: User, name: str, credential: dict, *, at: datetime) -> bool:
    """Add a passkey that the form has checked; gives whether recovery codes were made with it."""
    _lock(user)
    if Authenticator.objects.filter(user=user, type=Type.WEBAUTHN).count() >= MOST_PASSKEYS:
        raise InvalidTransition(f"パスキーは{MOST_PASSKEYS}個までです。使っていないものを消してください。")
    WebAuthn.add(user, name, credential)
    return _added(user, Type.WEBAUTHN, at=at)


def _added(user: User, kind: str, *, at: datetime) -> bool:
    is_first = not Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).exists()
    if is_first:
        RecoveryCodes.activate(user)
    record(user, "accounts.factor.enrolled", user, at=at, factor=SECOND[kind])
    return is_first


@transaction.atomic
def remove(user: User, pk: int, *, at: datetime) -> None:
    """Take away one of the person's own factors; recovery codes go with the last one.

    Authenticator.DoesNotExist for what is not the person's own, InvalidTransition for the last one of who must have one.
    """
    _lock(user)
    factor = Authenticator.objects.get(user=user, pk=pk, type__in=REAL)
    others = Authenticator.objects.filter(user=user, type__in=REAL).exclude(pk=pk).exists()
    if not others and is_required(user, at=at):
        raise InvalidTransition("あなたの役割では、二つ目の確認方法が必要です。先に別の方法を登録してから消してください。")
    factor.delete()
    if not others:
        Authenticator.objects.filter(user=user).delete()
    record(user, "accounts.factor.removed", user, at=at, factor=SECOND[factor.type])


@transaction.atomic
def renew_codes(user: User, *, at: datetime) -> list[str]:
    """New recovery codes in the place of the old ones, given back in clear once. InvalidTransition without a real factor."""
    _lock(user)
    if not has_factor(user):
        raise InvalidTransition("先に確認アプリかパスキーを登録してください。")
    Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).delete()
    made = RecoveryCodes.activate(user)
    made.mark_as_viewed()
    record(user, "accounts.factor.codes_made", user, at=at)
    return made.get_unused_codes()


@transaction.atomic
def first_codes(user: User) -> list[str]:
    """The codes made with the first factor, once; nothing when they have been shown."""
    _lock(user)
    row = Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).first()
    if row is None or row.wrap().did_view:
        return []
    row.wrap().mark_as_viewed()
    return row.wrap().get_unused_codes()


def codes_left(factors: Iterable[Authenticator]) -> int | None:
    """How many recovery codes are unused; None without codes."""
    row = next((factor for factor in factors if factor.type == Type.RECOVERY_CODES), None)
    return len(row.wrap().get_unused_codes()) if row else None


def clear(user: User) -> int:
    """Drop every factor of a person, in the transaction of whoever has locked the person and records it; gives how many real ones."""
    count = Authenticator.objects.filter(user=user, type__in=REAL).count()
    Authenticator.objects.filter(user=user).delete()
    return count


def _lock(user: User) -> None:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)

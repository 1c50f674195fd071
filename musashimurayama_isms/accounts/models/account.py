"""An account as the administrator of the portal looks after it: the lock, a password for a single use, closing and opening."""

import secrets
from datetime import date, datetime, time, timedelta
from typing import Self

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .. import choices, standing
from ..entrance import lockout
from .user import User, UserManager, UserQuerySet

# No letter that is read as another one on paper: 0 and O, 1, l and I.
LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class AccountQuerySet(UserQuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """Everyone for the administrators of the portal, nobody for anyone else."""
        return self.all() if standing.is_staff_of_portal(user, at=at) else self.none()

    def in_state(self, state: str, *, on: date) -> Self:
        """Accounts in use (empty state), `closed`, `left`, or `all`."""
        if state == "closed":
            return self.filter(is_active=False)
        if state == "left":
            return self.filter(left_on__lt=on)
        if state == "new":
            return self.serving(on).filter(last_login=None)
        return self if state == "all" else self.serving(on)

    def unused(self, *, on: date) -> Self:
        """Accounts in use that nobody has come in with for as long as the city calls unused, new ones included (3.10.2.2.3)."""
        day = on - timedelta(days=choices.value("accounts.unused_days"))
        since = timezone.make_aware(datetime.combine(day, time.min))
        return self.serving(on).filter(Q(last_login__lt=since) | Q(last_login=None, date_joined__lt=since))

    def matching(self, words: str) -> Self:
        """Accounts whose name, kana, user name or staff number contains every word."""
        rows = self
        for word in words.split():
            rows = rows.filter(
                Q(name__icontains=word) | Q(kana__icontains=word) | Q(username__icontains=word) | Q(staff_number__icontains=word)
            )
        return rows


class Account(User):
    """The same row as `User`, with the acts of an administrator. Each raises PermissionDenied for anyone else."""

    objects = UserManager.from_queryset(AccountQuerySet)()

    class Meta:
        proxy = True
        verbose_name = "利用者"
        verbose_name_plural = "利用者"

    def issue_password(self, *, by: User, at: datetime) -> str:
        """A new password for a single use, given back in clear once: it is kept as a digest only and must be changed at log-in."""
        password = "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(3))
        with transaction.atomic():
            self._lock(by, at=at)
            if not self.is_active:
                raise InvalidTransition(f"{self.name}さんの利用は停止されています。先に利用を再開してください。")
            self.set_password(password)
            self.must_change_password = True
            self.save(update_fields=["password", "must_change_password"])
            lockout.release(self)
            record(by, "accounts.user.password_issued", self, at=at)
        return password

    def release_lock(self, *, by: User, at: datetime) -> None:
        """Forget the failed log-ins, so that the person can try again at once."""
        with transaction.atomic():
            self._lock(by, at=at)
            lockout.release(self)
            record(by, "accounts.user.lock_released", self, at=at)

    def close(self, *, by: User, at: datetime) -> None:
        """Close the account: running sessions end with their next request; posts held count as vacant."""
        with transaction.atomic():
            self._lock(by, at=at)
            if self.pk == by.pk:
                raise InvalidTransition("自分の利用は停止できません。ほかのポータル管理者に頼んでください。")
            if not self.is_active:
                raise InvalidTransition(f"{self.name}さんの利用は、すでに停止されています。")
            self.is_active = False
            self.save(update_fields=["is_active"])
            record(by, "accounts.user.closed", self, at=at)

    def open_again(self, *, by: User, at: datetime) -> None:
        """Open a closed account again; a person who has left stays out by the last day."""
        with transaction.atomic():
            self._lock(by, at=at)
            if self.is_active:
                raise InvalidTransition(f"{self.name}さんの利用は停止されていません。")
            if self.emergency_locks.running().exists():
                raise InvalidTransition("緊急停止の解除は、止めた人と別の人が「緊急停止」の画面で行います。")
            self.is_active = True
            self.save(update_fields=["is_active"])
            record(by, "accounts.user.opened_again", self, at=at)

    def _lock(self, by: User, *, at: datetime) -> None:
        self.is_active = Account.objects.select_for_update(no_key=True).get(pk=self.pk).is_active
        if not standing.is_staff_of_portal(by, at=at):
            raise PermissionDenied

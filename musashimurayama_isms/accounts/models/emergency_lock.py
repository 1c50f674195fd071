"""The emergency lock of an account: one press closes it at once, opening it again takes another person (3.10.2.2, 3.9.3)."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .. import standing
from .role import RoleCode
from .user import User

# Who answers incidents for the whole city, with the administrators; the own chief beside them.
CITY_WIDE = (RoleCode.ADMINISTRATOR, RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, RoleCode.CISO)


def acts_city_wide(user: User, *, at: datetime) -> bool:
    """Whether the person may lock anybody, and release what another has locked."""
    return user.is_superuser or standing.has_role(user, *CITY_WIDE, at=at)


def can_lock(user: User, person: User, *, at: datetime) -> bool:
    """Whether the person may lock this account: who acts city-wide, and the 情報セキュリティ担当者 of the person's section."""
    if user.pk == person.pk:
        return False
    if acts_city_wide(user, at=at):
        return True
    section = standing.main_department(person, on=standing.day_of(at))
    hats = standing.standings(user, at=at)
    return section is not None and section.pk in standing.answered_departments(hats, RoleCode.SECTION_OFFICER)


class EmergencyLockQuerySet(models.QuerySet["EmergencyLock"]):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """All for who acts city-wide, one's own doing for whoever locked, none for anyone else."""
        return self.all() if acts_city_wide(user, at=at) else self.filter(locked_by=user)

    def running(self) -> Self:
        return self.filter(released_at=None)


class EmergencyLock(models.Model):
    """One lock from its beginning to its release; the reasons stay here, never in the trail."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="利用者", on_delete=models.PROTECT, related_name="emergency_locks")
    reason = models.TextField("理由")
    locked_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="止めた人", on_delete=models.PROTECT, related_name="+")
    locked_at = models.DateTimeField("止めた日時")
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="解除した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    released_at = models.DateTimeField("解除日時", null=True, blank=True, db_index=True)
    release_reason = models.TextField("解除の理由", blank=True)

    objects = EmergencyLockQuerySet.as_manager()

    class Meta:
        verbose_name = "利用者の緊急停止"
        verbose_name_plural = "利用者の緊急停止"
        ordering = ["-locked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(released_at__isnull=True), name="accounts_emergencylock_one_running")
        ]

    def __str__(self) -> str:
        return f"{self.person.name}さんの緊急停止"

    def get_absolute_url(self) -> str:
        return reverse("accounts:emergency_lock", args=[self.pk])

    @classmethod
    @transaction.atomic
    def set(cls, person: User, *, reason: str, by: User, at: datetime) -> "EmergencyLock":
        """Close the account and end its sessions with their next request; posts held count as vacant, so that others act.

        PermissionDenied for who may not, InvalidTransition for an account that is closed already.
        """
        account = User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if not can_lock(by, account, at=at):
            raise PermissionDenied
        if not account.is_active:
            raise InvalidTransition(f"{account.name}さんの利用は、すでに停止されています。")
        _open(account, False)
        row = cls.objects.create(person=account, reason=reason, locked_by=by, locked_at=at)
        record(by, "accounts.emergency_lock.set", row, at=at)
        return row

    @transaction.atomic
    def release(self, *, reason: str, by: User, at: datetime) -> None:
        """Open the account again, by another person than who locked it; the old password opens nothing any more.

        PermissionDenied for who locked it, for the person concerned and for who does not act city-wide.
        """
        account = User.objects.select_for_update(no_key=True).get(pk=self.person_id)
        row = EmergencyLock.objects.select_for_update(no_key=True).get(pk=self.pk)
        if row.released_at is not None:
            raise InvalidTransition("この緊急停止は、すでに解除されています。")
        if not row.can_release(by, at=at):
            raise PermissionDenied
        self.released_by, self.released_at, self.release_reason = by, at, reason
        self.save(update_fields=["released_by", "released_at", "release_reason"])
        account.set_unusable_password()
        account.must_change_password = True
        _open(account, True)
        record(by, "accounts.emergency_lock.released", self, at=at)

    def can_release(self, user: User, *, at: datetime) -> bool:
        """Two persons: neither who locked it nor the one locked out."""
        is_running = self.released_at is None
        return is_running and user.pk not in (self.locked_by_id, self.person_id) and acts_city_wide(user, at=at)


def _open(account: User, is_active: bool) -> None:
    account.is_active = is_active
    account.save(update_fields=["is_active", "password", "must_change_password"])
    User.objects.filter(pk=account.pk).end_sessions()

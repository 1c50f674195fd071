"""Dropping a person's second factors when a phone or a card is lost: one administrator asks, another person consents.

Never the person concerned, never one alone: whoever could do it alone could come in as anybody (3.9.4.1.2, 3.8.4.3).
"""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .. import choices, standing
from ..entrance import factors
from .role import RoleCode
from .user import User

CONSENTING = (RoleCode.ADMINISTRATOR, RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER)


def may_consent(user: User, *, at: datetime) -> bool:
    """Whether the person stands in a role whose consent counts; to which row, `FactorReset.consent` says."""
    return user.is_superuser or standing.has_role(user, *CONSENTING, at=at)


class FactorResetQuerySet(models.QuerySet["FactorReset"]):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """All for who may ask or consent, nobody's for anyone else; one's own reset is for others to look at."""
        return self.exclude(person=user) if may_consent(user, at=at) else self.none()

    def open(self, *, at: datetime) -> Self:
        """Asked, not yet answered, and within the term."""
        return self.filter(status=FactorReset.Status.ASKED, until__gt=at)

    def waiting_for(self, user: User, *, at: datetime) -> Self:
        """Those that this person may consent to now."""
        return self.visible_to(user, at=at).open(at=at).exclude(asked_by=user)


class FactorReset(models.Model):
    """One asking, with its answer."""

    class Status(models.TextChoices):
        ASKED = "asked", "同意待ち"
        DONE = "done", "解除済み"
        DECLINED = "declined", "同意せず"
        WITHDRAWN = "withdrawn", "取下げ"

    TRANSITIONS = {
        Status.ASKED: {Status.DONE, Status.DECLINED, Status.WITHDRAWN},
        Status.DONE: set(),
        Status.DECLINED: set(),
        Status.WITHDRAWN: set(),
    }

    person = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="利用者", on_delete=models.PROTECT, related_name="factor_resets")
    reason = models.TextField("理由")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.ASKED, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="申し出た人", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("申出日時")
    until = models.DateTimeField("同意の期限")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="答えた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("答えた日時", null=True, blank=True)

    objects = FactorResetQuerySet.as_manager()

    class Meta:
        verbose_name = "確認方法の解除"
        verbose_name_plural = "確認方法の解除"
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["status", "until"], name="accounts_factorreset_open")]
        constraints = [models.UniqueConstraint(fields=["person"], condition=Q(status="asked"), name="accounts_factorreset_one_asked")]

    def __str__(self) -> str:
        return f"{self.person.name}さんの確認方法の解除"

    def get_absolute_url(self) -> str:
        return reverse("accounts:factor_reset", args=[self.pk])

    def is_over(self, *, at: datetime) -> bool:
        """Whether the term went by without an answer."""
        return self.status == self.Status.ASKED and self.until <= at

    @classmethod
    @transaction.atomic
    def ask(cls, person: User, *, reason: str, by: User, at: datetime) -> "FactorReset":
        """An administrator asks for another person. One whose term is over gives way to the new one.

        PermissionDenied for anyone else, InvalidTransition for oneself, without a factor, or while another one waits.
        """
        User.objects.select_for_update(no_key=True).get(pk=person.pk)
        if not standing.is_staff_of_portal(by, at=at):
            raise PermissionDenied
        if person.pk == by.pk:
            raise InvalidTransition("自分の確認方法は解除できません。ほかのポータル管理者に頼んでください。")
        if not factors.has_factor(person):
            raise InvalidTransition(f"{person.name}さんには、登録された確認方法がありません。")
        waiting = cls.objects.filter(person=person, status=cls.Status.ASKED)
        if waiting.filter(until__gt=at).exists():
            raise InvalidTransition(f"{person.name}さんの解除は、すでに申し出があります。")
        for over in waiting:
            over._move_to(cls.Status.WITHDRAWN, by=by, at=at)
            record(by, "accounts.factor_reset.withdrawn", over, at=at)
        until = at + timedelta(days=choices.value("accounts.factor_reset_days"))
        row = cls.objects.create(person=person, reason=reason, asked_by=by, asked_at=at, until=until)
        record(by, "accounts.factor_reset.asked", row, at=at, until=standing.day_of(until).isoformat())
        return row

    @transaction.atomic
    def consent(self, *, by: User, at: datetime) -> None:
        """The second person says yes: the factors are gone and every session of the person ends."""
        self._answer(self.Status.DONE, by=by, at=at)
        count = factors.clear(self.person)
        User.objects.filter(pk=self.person_id).end_sessions()
        record(by, "accounts.factor_reset.consented", self, at=at, count=count)

    @transaction.atomic
    def decline(self, *, by: User, at: datetime) -> None:
        """The second person says no; nothing changes for the person concerned."""
        self._answer(self.Status.DECLINED, by=by, at=at)
        record(by, "accounts.factor_reset.declined", self, at=at)

    @transaction.atomic
    def withdraw(self, *, by: User, at: datetime) -> None:
        """Whoever asked takes it back."""
        self._lock(self.Status.WITHDRAWN)
        if self.asked_by_id != by.pk:
            raise PermissionDenied
        self._move_to(self.Status.WITHDRAWN, by=by, at=at)
        record(by, "accounts.factor_reset.withdrawn", self, at=at)

    def can_answer(self, user: User, *, at: datetime) -> bool:
        """Whether this person's word is the second one: in one of the roles, and neither who asked nor the person concerned."""
        is_open = self.status == self.Status.ASKED and self.until > at
        return is_open and user.pk not in (self.asked_by_id, self.person_id) and may_consent(user, at=at)

    def _answer(self, status: str, *, by: User, at: datetime) -> None:
        self._lock(status)
        if self.is_over(at=at):
            raise InvalidTransition("同意の期限を過ぎました。必要なら、もう一度申し出てください。")
        if not self.can_answer(by, at=at):
            raise PermissionDenied
        self._move_to(status, by=by, at=at)

    def _lock(self, wanted: str) -> None:
        """Lock the person, then the row, and guard the state."""
        User.objects.select_for_update(no_key=True).get(pk=self.person_id)
        self.status = FactorReset.objects.select_for_update(no_key=True).get(pk=self.pk).status
        if wanted not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この申し出は「{self.get_status_display()}」のため、{self.Status(wanted).label}にできません。")

    def _move_to(self, status: str, *, by: User, at: datetime) -> None:
        self.status, self.ended_by, self.ended_at = status, by, at
        self.save(update_fields=["status", "ended_by", "ended_at"])

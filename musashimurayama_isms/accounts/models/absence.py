"""Days on which a holder is away, and the deputies named for such days (approvals.md: deputies)."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .periods import Period, PeriodQuerySet
from .post import Post
from .user import User


class AbsenceQuerySet(models.QuerySet):
    def at(self, moment: datetime) -> Self:
        """Absences that cover the moment."""
        return self.filter(starts_at__lte=moment, ends_at__gte=moment)

    def overlapping(self, starts_at: datetime, ends_at: datetime) -> Self:
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


class Absence(models.Model):
    """A person is away from a moment to a moment (an afternoon counts); the deputies of the person's posts may act."""

    class Reason(models.TextChoices):
        TRIP = "trip", "出張"
        LEAVE = "leave", "休暇"
        OTHER = "other", "その他"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="氏名", on_delete=models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField("開始")
    ends_at = models.DateTimeField("終了")
    reason = models.CharField("理由", max_length=16, choices=Reason, default=Reason.TRIP)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "不在"
        verbose_name_plural = "不在"
        ordering = ["-starts_at"]
        indexes = [models.Index(fields=["person", "starts_at", "ends_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="accounts_absence_in_order",
                violation_error_message="終了は開始より後にしてください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.person}（{self.get_reason_display()}）"

    @classmethod
    def enter(cls, person, *, starts_at: datetime, ends_at: datetime, reason: str, at: datetime) -> "Absence":
        """A person enters the own absence. InvalidTransition where it is over already, in no order, or covered by another."""
        if not at < ends_at > starts_at:
            raise InvalidTransition("不在の終わりは、始まりと今より後にしてください。")
        with transaction.atomic():
            User.objects.select_for_update(no_key=True).get(pk=person.pk)
            if cls.objects.filter(person=person).overlapping(starts_at, ends_at).exists():
                raise InvalidTransition("その期間には、すでに不在が登録されています。")
            absence = cls.objects.create(person=person, starts_at=starts_at, ends_at=ends_at, reason=reason)
            record(person, "accounts.absence.entered", person, at=at, starts_at=starts_at.isoformat(), ends_at=ends_at.isoformat())
        return absence

    def end(self, *, by, at: datetime) -> None:
        """The person is back before time, or does not go at all; nobody else can say so."""
        with transaction.atomic():
            absence = Absence.objects.select_for_update(no_key=True).get(pk=self.pk)
            if absence.ends_at <= at:
                raise InvalidTransition("この不在は、すでに終わっています。")
            if absence.person_id != by.pk:
                raise PermissionDenied
            record(by, "accounts.absence.ended", by, at=at, starts_at=absence.starts_at.isoformat())
            if absence.starts_at >= at:
                absence.delete()
            else:
                absence.ends_at = at
                absence.save(update_fields=["ends_at"])


class Deputyship(Period):
    """A deputy named for a post for some days; acts only while the holder of the post is away, or the post is vacant."""

    post = models.ForeignKey(Post, verbose_name="職", on_delete=models.PROTECT, related_name="deputyships")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="代理者", on_delete=models.PROTECT, related_name="deputyships")
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="指名した者", on_delete=models.PROTECT, related_name="+")

    objects = PeriodQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = "代理"
        verbose_name_plural = "代理"
        ordering = ["-since"]

    def __str__(self) -> str:
        return f"{self.post}の代理 {self.deputy}"

"""Days on which a holder is away, and the deputies named for such days (approvals.md: deputies)."""

from django.conf import settings
from django.db import models

from .periods import Period, PeriodQuerySet
from .post import Post


class AbsenceQuerySet(models.QuerySet):
    def at(self, moment):
        return self.filter(starts_at__lte=moment, ends_at__gte=moment)


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

"""Who holds which post on which days (発令); naming a 情報化推進員 or the audit head is an appointment too."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from .periods import Period, PeriodQuerySet
from .post import Post


class AppointmentQuerySet(PeriodQuerySet):
    def serving(self, on: date) -> Self:
        """Without persons who have left by the day or whose account is closed: their posts count as vacant."""
        return self.filter(Q(person__left_on__isnull=True) | Q(person__left_on__gte=on), person__is_active=True)


class Appointment(Period):
    """A person in a post from a day to a day; names and titles in old records never change with it."""

    class Kind(models.TextChoices):
        MAIN = "main", "本務"
        CONCURRENT = "concurrent", "兼務"
        ACTING = "acting", "事務取扱"
        NAMED = "named", "指名"

    person = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="氏名", on_delete=models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, verbose_name="職", on_delete=models.PROTECT, related_name="appointments")
    kind = models.CharField("種別", max_length=16, choices=Kind, default=Kind.MAIN)
    named_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="指名した者", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField("備考", max_length=200, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta(Period.Meta):
        verbose_name = "発令"
        verbose_name_plural = "発令"
        ordering = ["-since", "pk"]
        indexes = [
            models.Index(fields=["post", "since", "until"]),
            models.Index(fields=["person", "since", "until"]),
        ]
        constraints = [
            *Period.Meta.constraints,
            models.UniqueConstraint(fields=["person", "post"], condition=Q(until__isnull=True), name="accounts_appointment_open_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person}（{self.post}）"

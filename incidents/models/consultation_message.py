"""What was asked and answered: written once, never altered."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models

from musashimurayama_isms.accounts.models import User


class ConsultationMessageQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """As visible as the consultation; files hang on a message."""
        seen = ConsultationMessage._meta.get_field("consultation").related_model.objects.visible_to(user, at=at)
        return self.filter(consultation__in=seen)


class ConsultationMessage(models.Model):
    """One question or answer of a thread."""

    class Kind(models.TextChoices):
        QUESTION = "question", "質問"
        ANSWER = "answer", "回答"

    class Advice(models.TextChoices):
        """The way onward that an answer names."""

        NONE = "", "このまま進めてよい・上の説明のとおりにする"
        EXCEPTION = "exception", "例外措置を申請する"
        INCIDENT = "incident", "インシデントとして報告する"

    consultation = models.ForeignKey("incidents.Consultation", verbose_name="相談", on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField("種別", max_length=16, choices=Kind)
    text = models.TextField("内容", max_length=4000)
    advice = models.CharField("次の手順", max_length=16, choices=Advice, blank=True)
    clauses = models.JSONField("根拠条項", default=list, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="書いた人", on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200, blank=True)
    at = models.DateTimeField("日時")

    objects = ConsultationMessageQuerySet.as_manager()

    class Meta:
        verbose_name = "相談の質問・回答"
        verbose_name_plural = "相談の質問・回答"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.consultation}の{self.get_kind_display()}"

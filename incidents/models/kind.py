"""Kinds of incidents with their first-response cards, and the time that the city allows for each step: data, not code."""

from datetime import datetime, timedelta

from django.db import models

from musashimurayama_isms.fiscal import add_working_time


class CodeManager(models.Manager):
    def get_by_natural_key(self, code: str):
        return self.get(code=code)


class IncidentKind(models.Model):
    """What may have happened, in the words of a person who is nervous, with what to do now and what not to do."""

    code = models.SlugField("コード", max_length=32, unique=True)
    name = models.CharField("種別", max_length=100)
    description = models.CharField("たとえば", max_length=200)
    first_steps = models.JSONField("まずすること", default=list)
    never = models.JSONField("してはいけないこと", default=list)
    clauses = models.JSONField("根拠条項", default=list)
    is_attack = models.BooleanField("攻撃のおそれ", default=False, help_text="時計の時間で数えます（夜間・休日を含む）。")
    position = models.PositiveIntegerField("並び順", default=0)
    is_active = models.BooleanField("使う", default=True)

    objects = CodeManager()

    class Meta:
        verbose_name = "インシデントの種別"
        verbose_name_plural = "インシデントの種別"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class StepAllowance(models.Model):
    """How long the city allows for an act; the policy only says 速やかに (defects.md 6), so it is a setting."""

    code = models.CharField("段階", max_length=32, unique=True)
    name = models.CharField("名称", max_length=100)
    minutes = models.PositiveIntegerField("分", help_text="執務時間で数えます。重大なときは時計の時間で数えます。")

    objects = CodeManager()

    class Meta:
        verbose_name = "段階ごとの時間"
        verbose_name_plural = "段階ごとの時間"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name} {self.minutes}分"

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    @classmethod
    def due(cls, code: str, *, start: datetime, is_grave: bool) -> datetime:
        """When an act is due that could begin at `start`: working time, or clock time day and night when grave (defaults.md)."""
        minutes = cls.objects.values_list("minutes", flat=True).get(code=code)
        return start + timedelta(minutes=minutes) if is_grave else add_working_time(start, minutes)

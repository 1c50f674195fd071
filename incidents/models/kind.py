"""Kinds of incidents with their first-response cards: data, not code."""

from django.db import models


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

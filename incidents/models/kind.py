"""Kinds of what may be reported, with their first-response cards: data, not code."""

from typing import Self

from django.db import models


class KindQuerySet(models.QuerySet):
    def of_incidents(self) -> Self:
        """Kinds of which the report is an incident; the others lead to another form."""
        return self.filter(route=IncidentKind.Route.INCIDENT)

    def offered(self) -> Self:
        """Those in use, in the order of the first page."""
        return self.filter(is_active=True).order_by("position")


class CodeManager(models.Manager.from_queryset(KindQuerySet)):
    def get_by_natural_key(self, code: str):
        return self.get(code=code)


class IncidentKind(models.Model):
    """What may have happened, in the words of a person who is nervous, with what to do now and what not to do.

    `also_tells` are the parties told at once beside the section's officer: codes of `Party`, or the code of a parameter
    whose value is one. `questions` are what this kind asks besides (incidents.intake.questions).
    """

    class Route(models.TextChoices):
        """Where the first page leads who chooses this kind."""

        INCIDENT = "incident", "インシデントの報告"
        VIOLATION = "violation", "ポリシー違反の報告"
        COMPLIANCE = "compliance", "遵守状況の問題の報告"
        CONSULTATION = "consultation", "相談"

    class Group(models.TextChoices):
        """The headings under which the first page lists the kinds."""

        SENT = "sent", "情報・物"
        MACHINE = "machine", "パソコン・システム・設備"
        PARTNER = "partner", "委託先・外部サービス"
        OTHER = "other", "そのほか"
        PEOPLE = "people", "決まりと人の行い・相談"

    code = models.SlugField("コード", max_length=32, unique=True)
    name = models.CharField("種別", max_length=100)
    description = models.CharField("たとえば", max_length=200)
    group = models.CharField("見出し", max_length=16, choices=Group, default=Group.SENT)
    route = models.CharField("報告の様式", max_length=16, choices=Route, default=Route.INCIDENT, db_index=True)
    first_steps = models.JSONField("まずすること", default=list)
    never = models.JSONField("してはいけないこと", default=list)
    also_tells = models.JSONField("所属長のほかに直ちに知らせる相手", default=list, blank=True)
    questions = models.JSONField("この種別で尋ねること", default=list, blank=True)
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

"""中期計画: which section is audited on which theme in which of three years (practice: 中期・年度・実施 の三層)."""

from datetime import datetime
from typing import Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from audits.parties import Reach
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.fiscal import fiscal_year_label
from musashimurayama_isms.trail.models import Head
from musashimurayama_isms.trail.record import record

from .columns import at_when, by_whom

YEARS = 3


class MediumTermQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """Whoever sees the plan of a year."""
        reach = Reach.of(user, at=at)
        return self.all() if reach.sees_all or reach.is_house_auditor else self.none()


class MediumTermPlan(models.Model):
    """Three years, so that in time every section has had its turn."""

    first_year = models.PositiveSmallIntegerField("始まりの年度", unique=True)
    aim = models.TextField("ねらい", blank=True, max_length=2000)
    created_by = by_whom("作成した人")
    created_at = at_when("作成日時", null=False)

    objects = MediumTermQuerySet.as_manager()

    class Meta:
        verbose_name = "中期計画"
        verbose_name_plural = "中期計画"
        ordering = ["-first_year"]

    def __str__(self) -> str:
        return f"中期監査計画（{fiscal_year_label(self.first_year)}～{fiscal_year_label(self.first_year + YEARS - 1)}）"

    @property
    def years(self) -> list[int]:
        return list(range(self.first_year, self.first_year + YEARS))

    @classmethod
    @transaction.atomic
    def begin(cls, first_year: int, *, aim: str = "", by: User, at: datetime) -> "MediumTermPlan":
        """PermissionDenied for others than the audit head; ValidationError where the years overlap with another plan."""
        _guard(by, at=at)
        Head.objects.locked()  # before looking: a plan of other years that overlap is begun before this one or after it
        if cls.objects.filter(first_year__gt=first_year - YEARS, first_year__lt=first_year + YEARS).exists():
            raise ValidationError({"first_year": "この年度を含む中期計画が、すでにあります。"})
        plan = cls.objects.create(first_year=first_year, aim=aim, created_by=by, created_at=at)
        record(by, "audits.medium_term.begun", plan, at=at, fiscal_year=first_year)
        return plan

    @transaction.atomic
    def put(self, *, fiscal_year: int, theme: str, department: Department | None, by: User, at: datetime) -> "MediumTermRow":
        """One line: this theme, in this section (none: the whole city), in this year. ValidationError for a year outside."""
        MediumTermPlan.objects.select_for_update(no_key=True).get(pk=self.pk)
        _guard(by, at=at)
        if fiscal_year not in self.years:
            raise ValidationError({"fiscal_year": "中期計画の3年度から選んでください。"})
        row = self.rows.create(fiscal_year=fiscal_year, theme=theme, department=department)
        record(by, "audits.medium_term.edited", self, at=at, fiscal_year=fiscal_year)
        return row


class MediumTermRow(models.Model):
    """A theme in a section in a year."""

    plan = models.ForeignKey(MediumTermPlan, verbose_name="中期計画", on_delete=models.CASCADE, related_name="rows")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    theme = models.CharField("テーマ", max_length=200)
    department = models.ForeignKey(Department, verbose_name="課", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "中期計画の行"
        verbose_name_plural = "中期計画の行"
        ordering = ["fiscal_year", "theme", "pk"]

    def __str__(self) -> str:
        return f"{self.theme}（{self.department.full_name if self.department else '全庁'}）"

    @transaction.atomic
    def remove(self, *, by: User, at: datetime) -> None:
        """Take a line out again."""
        MediumTermPlan.objects.select_for_update(no_key=True).get(pk=self.plan_id)
        _guard(by, at=at)
        self.delete()
        record(by, "audits.medium_term.edited", self.plan, at=at, fiscal_year=self.fiscal_year)


def _guard(user: User, *, at: datetime) -> None:
    if not Reach.of(user, at=at).is_head:
        raise PermissionDenied("中期計画を作るのは、情報セキュリティ監査総括責任者です。")

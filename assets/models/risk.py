"""Risk by threat and class (2.5, 3.13.2.3.3): how likely, how bad, the level by a table of the city, and whether the measures suffice."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Count, Q
from django.urls import reverse

from assets.classification import AssetClass
from assets.reach import Reach
from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.standing import day_of, has_role, is_staff_of_portal
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_label
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .asset import Asset

DUTY = "risk-assessment"  # the code of the recurring duty (3.13.2.3.3)


class Scale(models.IntegerChoices):
    """How likely, and how bad."""

    LOW = 1, "低"
    MIDDLE = 2, "中"
    HIGH = 3, "高"


class Level(models.IntegerChoices):
    """What follows from the two: 大 must not stay without an improvement."""

    SMALL = 1, "小"
    MIDDLE = 2, "中"
    LARGE = 3, "大"


# How bad at first sight: the class says how much the information matters (3.5.1).
IMPACT_OF_CLASS = {AssetClass.I: Scale.HIGH, AssetClass.II: Scale.HIGH, AssetClass.III: Scale.MIDDLE, AssetClass.IV: Scale.LOW}


class ThreatManager(models.Manager["Threat"]):
    def get_by_natural_key(self, code: str) -> "Threat":
        return self.get(code=code)


class Threat(models.Model):
    """A threat of clause 2.5 in plain words, with the clauses that are held against it."""

    code = models.SlugField("コード", max_length=32, unique=True)
    clause = models.CharField("条項", max_length=32)
    name = models.CharField("脅威", max_length=100)
    description = models.CharField("どのようなことか", max_length=200)
    aspects = models.JSONField("損なわれる面", default=list, help_text="C 機密性、I 完全性、A 可用性")
    measures = models.JSONField("備える条項", default=list)
    position = models.PositiveIntegerField("並び順", default=0)

    objects = ThreatManager()

    class Meta:
        verbose_name = "脅威"
        verbose_name_plural = "脅威"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class RiskRule(models.Model):
    """One cell of the table that turns likelihood and impact into a level; the city edits it."""

    likelihood = models.PositiveSmallIntegerField("起こりやすさ", choices=Scale)
    impact = models.PositiveSmallIntegerField("影響の大きさ", choices=Scale)
    level = models.PositiveSmallIntegerField("リスクの大きさ", choices=Level)

    class Meta:
        verbose_name = "リスクの表"
        verbose_name_plural = "リスクの表"
        ordering = ["-likelihood", "impact"]
        constraints = [models.UniqueConstraint(fields=["likelihood", "impact"], name="assets_riskrule_once")]

    def __str__(self) -> str:
        return f"{self.get_likelihood_display()}×{self.get_impact_display()}→{self.get_level_display()}"

    @classmethod
    def table(cls) -> dict[tuple[int, int], int]:
        """(likelihood, impact) → level; a cell nobody has set is the product in three parts."""
        start = {(one, two): _usual(one, two) for one in Scale.values for two in Scale.values}
        return start | {(row.likelihood, row.impact): row.level for row in cls.objects.all()}

    @staticmethod
    def may_edit(user: User, *, at: datetime) -> bool:
        return is_staff_of_portal(user, at=at) or has_role(user, RoleCode.CENTRAL_MANAGER, at=at)

    @classmethod
    @transaction.atomic
    def edit(cls, cells: dict[tuple[int, int], int], *, by: User, at: datetime) -> None:
        """Set the whole table. PermissionDenied for others than 中央管理者 and administrators; ValidationError where it would fall.

        A likelier or worse thing never has a smaller level.
        """
        if not cls.may_edit(by, at=at):
            raise PermissionDenied("リスクの表を変えられるのは、中央電子計算組織管理者とポータルの管理者です。")
        if any(cells[one, two] > cells[three, four] for one, two in cells for three, four in cells if one <= three and two <= four):
            raise ValidationError("起こりやすさや影響が大きいほうの段が、小さいほうの段より軽くなっています。表を直してください。")
        for (likelihood, impact), level in cells.items():
            cls.objects.update_or_create(likelihood=likelihood, impact=impact, defaults={"level": level})
        record(by, "assets.riskrule.edited", None, at=at, table=[f"{one}×{two}={level}" for (one, two), level in sorted(cells.items())])


def _usual(likelihood: int, impact: int) -> int:
    """Up to 2 small, up to 4 middle, above that large."""
    product = likelihood * impact
    return Level.SMALL if product <= 2 else Level.MIDDLE if product <= 4 else Level.LARGE


class AssessmentQuerySet(models.QuerySet["RiskAssessment"]):
    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Those of one's section and division; all for the wide roles."""
        reach = reach or Reach.of(user, at=at)
        return self.all() if reach.is_wide else self.filter(reach.of_department())

    def with_counts(self) -> Self:
        """How many lines, how many answered, how many short."""
        return self.annotate(
            total=Count("lines"),
            answered=Count("lines", filter=~Q(lines__adequate="")),
            short=Count("lines", filter=Q(lines__adequate=RiskLine.Adequate.NO)),
        )


class RiskAssessment(models.Model):
    """The risks of one section in one 年度."""

    class Status(models.TextChoices):
        OPEN = "open", "評価中"
        CLOSED = "closed", "確定"

    TRANSITIONS = {Status.OPEN: {Status.CLOSED}, Status.CLOSED: {Status.OPEN}}

    fiscal_year = models.PositiveSmallIntegerField("年度", db_index=True)
    department = models.ForeignKey(Department, verbose_name="所属", on_delete=models.PROTECT, related_name="risk_assessments")
    status = models.CharField("状態", max_length=8, choices=Status, default=Status.OPEN, db_index=True)
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="始めた人", on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField("開始日時")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="確定した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField("確定日時", null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = "リスク評価"
        verbose_name_plural = "リスク評価"
        ordering = ["-fiscal_year", "department__position"]
        constraints = [models.UniqueConstraint(fields=["fiscal_year", "department"], name="assets_riskassessment_once_a_year")]

    def __str__(self) -> str:
        return f"{self.department} {self.year_label}のリスク評価"

    def get_absolute_url(self) -> str:
        return reverse("assets:risk", args=[self.pk])

    @property
    def year_label(self) -> str:
        return fiscal_year_label(self.fiscal_year)

    # -- people ----------------------------------------------------------------------------------------------------
    def can_assess(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        """The staff of the section fill it in, and 中央電子計算組織管理者."""
        reach = reach or Reach.of(user, at=at)
        return self.department_id in reach.staff or reach.is_central

    def can_close(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        """The section's 情報セキュリティ担当者, or 中央電子計算組織管理者 (3.13.2.3.3)."""
        reach = reach or Reach.of(user, at=at)
        return self.department_id in reach.officer or reach.is_central

    # -- the assessment --------------------------------------------------------------------------------------------
    def lock(self) -> "RiskAssessment":
        RiskAssessment.objects.select_for_update(no_key=True).get(pk=self.pk)
        return RiskAssessment.objects.select_related("department__parent").get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"このリスク評価は「{self.get_status_display()}」です。最新の状況を表示しました。")
        self.status = status

    @classmethod
    @transaction.atomic
    def begin(cls, department: Department, *, by: User, at: datetime) -> "RiskAssessment":
        """Open this 年度's assessment of a section: a line for every threat and every class that its register holds.

        What last year's found is carried over as the starting point. InvalidTransition where it is open already.
        """
        department = Department.objects.select_for_update(no_key=True).get(pk=department.pk)
        year = fiscal_year(day_of(at))
        assessment = cls(fiscal_year=year, department=department, begun_by=by, begun_at=at)
        if not assessment.can_assess(by, at=at):
            raise PermissionDenied("リスク評価を始められるのは、その課の職員と中央電子計算組織管理者です。")
        if cls.objects.filter(fiscal_year=year, department=department).exists():
            raise InvalidTransition(f"{department}の{fiscal_year_label(year)}のリスク評価は、すでに始まっています。")
        assessment.save()
        assessment._lay_out()
        record(by, "assets.riskassessment.begun", assessment, at=at, department=department.code)
        return assessment

    def _lay_out(self) -> None:
        held = set(Asset.objects.kept().filter(department=self.department).values_list("asset_class", flat=True)) or set(AssetClass.values)
        before = RiskLine.objects.filter(assessment__department=self.department, assessment__fiscal_year=self.fiscal_year - 1)
        known = {(row.threat_id, row.asset_class): row for row in before}
        RiskLine.objects.bulk_create(
            RiskLine.starting(self, threat, rank, known.get((threat.pk, rank))) for threat in Threat.objects.all() for rank in sorted(held)
        )

    @transaction.atomic
    def close(self, *, by: User, at: datetime) -> None:
        """Settle it: every line is answered, and what falls short has an improvement (3.13.2.3.4, 3.13.2.3.5)."""
        assessment = self.lock()
        assessment.move_to(self.Status.CLOSED)
        if not assessment.can_close(by, at=at):
            raise PermissionDenied("確定できるのは、その課の情報セキュリティ担当者と中央電子計算組織管理者です。")
        open_lines = assessment.lines.filter(adequate="").count()
        if open_lines:
            raise InvalidTransition(f"まだ答えていない行が{open_lines}あります。すべて答えてから確定してください。")
        bare = assessment.lines.short().filter(improvements=None).count()
        if bare:
            raise InvalidTransition(f"対策が足りないのに、改善項目のない行が{bare}あります。改善項目を入れてから確定してください。")
        assessment.closed_by, assessment.closed_at = by, at
        assessment.save(update_fields=["status", "closed_by", "closed_at"])
        assessment._complete_duty(by=by, at=at)
        record(by, "assets.riskassessment.closed", assessment, at=at, count=assessment.lines.count())
        self.refresh_from_db()

    def _complete_duty(self, *, by: User, at: datetime) -> None:
        """The section's open round of the duty is done with it, where the person is its doer."""
        rounds = Occurrence.objects.open().appeared(on=day_of(at)).filter(duty__code=DUTY, department=self.department)
        if (waiting := rounds.order_by("due_on").first()) and waiting.can_complete(by, at=at):
            waiting.complete(by=by, at=at, note=f"{self.year_label}のリスク評価を確定しました。")

    @transaction.atomic
    def reopen(self, *, by: User, at: datetime, reason: str) -> None:
        """Something has changed within the year: 随時."""
        assessment = self.lock()
        assessment.move_to(self.Status.OPEN)
        if not assessment.can_close(by, at=at):
            raise PermissionDenied("評価し直せるのは、その課の情報セキュリティ担当者と中央電子計算組織管理者です。")
        if not reason.strip():
            raise ValidationError({"reason": "評価し直す理由を入力してください。"})
        assessment.closed_by = assessment.closed_at = None
        assessment.save(update_fields=["status", "closed_by", "closed_at"])
        record(by, "assets.riskassessment.reopened", assessment, at=at)
        self.refresh_from_db()


class RiskLineQuerySet(models.QuerySet["RiskLine"]):
    def short(self) -> Self:
        """Where the measures do not suffice."""
        return self.filter(adequate=RiskLine.Adequate.NO)


class RiskLine(models.Model):
    """One threat to the information of one class: how likely, how bad, and whether today's measures suffice."""

    class Adequate(models.TextChoices):
        YES = "yes", "足りている"
        NO = "no", "足りない"
        NONE = "none", "当てはまらない"

    assessment = models.ForeignKey(RiskAssessment, verbose_name="リスク評価", on_delete=models.CASCADE, related_name="lines")
    threat = models.ForeignKey(Threat, verbose_name="脅威", on_delete=models.PROTECT, related_name="lines")
    asset_class = models.PositiveSmallIntegerField("分類", choices=AssetClass)
    likelihood = models.PositiveSmallIntegerField("起こりやすさ", choices=Scale)
    impact = models.PositiveSmallIntegerField("影響の大きさ", choices=Scale)
    measures = models.TextField("今の対策", blank=True, max_length=1000)
    adequate = models.CharField("対策は足りているか", max_length=8, choices=Adequate, blank=True)
    is_carried_over = models.BooleanField("前年度から引き継いだ内容", default=False)

    objects = RiskLineQuerySet.as_manager()

    class Meta:
        verbose_name = "リスクの行"
        verbose_name_plural = "リスクの行"
        ordering = ["threat__position", "asset_class"]
        constraints = [models.UniqueConstraint(fields=["assessment", "threat", "asset_class"], name="assets_riskline_once")]

    def __str__(self) -> str:
        return f"{self.threat}（{self.get_asset_class_display()}）"

    @classmethod
    def starting(cls, assessment: RiskAssessment, threat: Threat, rank: int, before: "RiskLine | None") -> "RiskLine":
        """A line to begin with: last year's judgement to be confirmed, or the class's usual impact; never an answer."""
        line = cls(
            assessment=assessment, threat=threat, asset_class=rank, likelihood=Scale.MIDDLE, impact=IMPACT_OF_CLASS[AssetClass(rank)]
        )
        if before is not None:
            line.likelihood, line.impact, line.measures = before.likelihood, before.impact, before.measures
            line.is_carried_over = True
        return line

    def level_in(self, table: dict[tuple[int, int], int]) -> Level:
        """How large the risk is by the city's table of today."""
        return Level(table[self.likelihood, self.impact])

    @transaction.atomic
    def answer(self, *, likelihood: int, impact: int, measures: str, adequate: str, by: User, at: datetime) -> None:
        """Judge the line. ValidationError where 足りている is said without a measure; InvalidTransition once it is settled."""
        assessment = self.assessment.lock()
        if assessment.status != RiskAssessment.Status.OPEN:
            raise InvalidTransition("このリスク評価は確定しています。直すときは、評価し直しを始めてください。")
        if not assessment.can_assess(by, at=at):
            raise PermissionDenied("答えられるのは、その課の職員と中央電子計算組織管理者です。")
        if adequate == self.Adequate.YES and not measures.strip():
            raise ValidationError({"measures": "「足りている」とするときは、今の対策を書いてください。"})
        self.likelihood, self.impact, self.measures, self.adequate = likelihood, impact, measures, adequate
        self.is_carried_over = False
        self.save(update_fields=["likelihood", "impact", "measures", "adequate", "is_carried_over"])
        changes = {"threat": self.threat.code, "asset_class": self.asset_class, "adequate": adequate}
        record(by, "assets.riskline.answered", assessment, at=at, **changes)

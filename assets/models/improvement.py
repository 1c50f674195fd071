"""What will be done where the measures fall short of a risk: with a day, an end, and nothing forgotten (3.13.2.3.5)."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q

from assets.reach import Reach
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .risk import RiskLine


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """As the assessment they come from."""
        reach = reach or Reach.of(user, at=at)
        return self.all() if reach.is_wide else self.filter(reach.of_department("line__assessment__department"))

    def open(self) -> Self:
        return self.filter(status=Improvement.Status.OPEN)

    def overdue(self, *, on: date) -> Self:
        """Open past its day; computed, never stored."""
        return self.open().filter(due_on__lt=on)

    def for_list(self) -> Self:
        return self.select_related("line__assessment__department__parent", "line__threat")


class Improvement(models.Model):
    """What will be done where the measures fall short, with C, I and A in mind (3.13.2.3.5)."""

    class Status(models.TextChoices):
        OPEN = "open", "実施中"
        DONE = "done", "実施済"
        DROPPED = "dropped", "取りやめ"

    TRANSITIONS = {Status.OPEN: {Status.DONE, Status.DROPPED}, Status.DONE: set(), Status.DROPPED: set()}

    line = models.ForeignKey(RiskLine, verbose_name="リスク", on_delete=models.PROTECT, related_name="improvements")
    what = models.CharField("何をするか", max_length=300)
    aspects = models.JSONField("補う面", default=list)
    due_on = models.DateField("期限", db_index=True)
    status = models.CharField("状態", max_length=8, choices=Status, default=Status.OPEN, db_index=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="入れた人", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("入れた日時")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="終えた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("終えた日時", null=True, blank=True)
    outcome = models.TextField("結果・理由", blank=True, max_length=1000)

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        verbose_name = "改善項目"
        verbose_name_plural = "改善項目"
        ordering = ["due_on", "pk"]
        constraints = [models.CheckConstraint(condition=Q(status="open") | ~Q(outcome=""), name="assets_improvement_end_has_words")]

    def __str__(self) -> str:
        return self.what

    @property
    def department(self) -> Department:
        return self.line.assessment.department

    def is_overdue(self, *, on: date) -> bool:
        return self.status == self.Status.OPEN and self.due_on < on

    @classmethod
    @transaction.atomic
    def add(cls, line: RiskLine, *, what: str, aspects: list[str], due_on: date, by: User, at: datetime) -> "Improvement":
        """An improvement for a line that falls short. ValidationError for a day that is past or no aspect."""
        assessment = line.assessment.lock()
        if not assessment.can_assess(by, at=at):
            raise PermissionDenied("改善項目を入れられるのは、その課の職員と中央電子計算組織管理者です。")
        if due_on < day_of(at):
            raise ValidationError({"due_on": "期限は今日以後の日にしてください。"})
        if not aspects or set(aspects) - set(line.threat.aspects) - {"C", "I", "A"}:
            raise ValidationError({"aspects": "補う面を一つ以上選んでください。"})
        improvement = cls.objects.create(line=line, what=what, aspects=sorted(aspects), due_on=due_on, made_by=by, made_at=at)
        record(by, "assets.improvement.added", assessment, at=at, threat=line.threat.code, due_on=due_on.isoformat())
        return improvement

    @transaction.atomic
    def end(self, status: str, *, outcome: str, by: User, at: datetime) -> None:
        """It is done, or given up with a reason; giving up is the officer's to say."""
        improvement = Improvement.objects.select_for_update(no_key=True).get(pk=self.pk)
        if status not in self.TRANSITIONS[self.Status(improvement.status)]:
            raise InvalidTransition(f"この改善項目は「{improvement.get_status_display()}」です。最新の状況を表示しました。")
        assessment = improvement.line.assessment
        is_allowed = assessment.can_close(by, at=at) if status == self.Status.DROPPED else assessment.can_assess(by, at=at)
        if not is_allowed:
            raise PermissionDenied("この改善項目を終えられるのは、その課の人です。取りやめは情報セキュリティ担当者が決めます。")
        if not outcome.strip():
            raise ValidationError({"outcome": "したこと、又は取りやめる理由を入力してください。"})
        improvement.status, improvement.outcome = status, outcome
        improvement.ended_by, improvement.ended_at = by, at
        improvement.save(update_fields=["status", "outcome", "ended_by", "ended_at"])
        record(by, "assets.improvement.ended", assessment, at=at, outcome=status)
        self.refresh_from_db()

"""What a department, or the city, will better after an inspection, until it is done (3.13.2.3.1)."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import answered_departments, day_of, standings
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .campaign import InspectionQuestion
from .section_result import SectionResult


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        return self.filter(result__in=SectionResult.objects.visible_to(user, at=at))

    def open(self) -> Self:
        return self.filter(done_on=None)

    def overdue(self, *, on: date) -> Self:
        """Not done, and the day is over; computed, never stored."""
        return self.open().filter(due_on__lt=on)

    def waiting_for(self, user: User, *, at: datetime) -> Self:
        """Open ones of the departments whose chief the person is now."""
        hats = standings(user, at=at)
        own = answered_departments(hats, RoleCode.SECTION_OFFICER, RoleCode.DIVISION_OFFICER)
        return self.open().filter(result__department__in=own)


class Improvement(models.Model):
    """One thing to better, with its day; the chief of the department answers for it."""

    result = models.ForeignKey(SectionResult, verbose_name="課のまとめ", on_delete=models.CASCADE, related_name="improvements")
    question = models.ForeignKey(
        InspectionQuestion, verbose_name="質問", null=True, blank=True, on_delete=models.PROTECT, related_name="improvements"
    )
    text = models.CharField("改善策", max_length=500)
    due_on = models.DateField("いつまでに", db_index=True)
    made_at = models.DateTimeField("入力日時")
    done_on = models.DateField("終えた日", null=True, blank=True)
    outcome = models.CharField("行ったこと", max_length=500, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="記録した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        verbose_name = "改善策"
        verbose_name_plural = "改善策"
        ordering = ["due_on", "pk"]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return self.result.get_absolute_url()

    def is_overdue(self, *, on: date) -> bool:
        return self.done_on is None and self.due_on < on

    @classmethod
    @transaction.atomic
    def plan(
        cls, result: SectionResult, *, question: InspectionQuestion | None, text: str, due_on: date, by: User, at: datetime
    ) -> "Improvement":
        """Write down what will be bettered. PermissionDenied for others than the chief; ValidationError for a day that is over."""
        found = SectionResult.objects.select_for_update(no_key=True).get(pk=result.pk)
        hat = found.hat_of(by, at=at)
        if hat is None:
            raise PermissionDenied("改善策を書けるのは、その課の情報セキュリティ担当者です。")
        if due_on < day_of(at):
            raise ValidationError({"due_on": "今日以降の日を入力してください。"})
        row = cls.objects.create(result=found, question=question, text=text, due_on=due_on, made_at=at)
        clause = question.clause if question else ""
        record(by, "audits.improvement.planned", found, role=hat.label, in_place_of=hat.in_place_of, at=at, clause=clause)
        return row

    @transaction.atomic
    def finish(self, *, outcome: str, by: User, at: datetime) -> None:
        """It is done: what was done. InvalidTransition when it was done before."""
        found = Improvement.objects.select_for_update(no_key=True).get(pk=self.pk)
        hat = found.result.hat_of(by, at=at)
        if hat is None:
            raise PermissionDenied("改善策の完了を記録できるのは、その課の情報セキュリティ担当者です。")
        if found.done_on:
            raise InvalidTransition("この改善策はすでに完了しています。")
        if not outcome.strip():
            raise ValidationError({"outcome": "行ったことを入力してください。"})
        found.done_on, found.outcome, found.done_by = day_of(at), outcome, by
        found.save(update_fields=["done_on", "outcome", "done_by"])
        record(by, "audits.improvement.finished", found.result, role=hat.label, in_place_of=hat.in_place_of, at=at)
        self.refresh_from_db()

"""What an exception is made of: the clauses left out, the other means, and the looks that the CISO takes at it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.numbers import printed

from .obligation import Bearer

if TYPE_CHECKING:
    from .exception import PolicyException


class ExceptedClause(models.Model):
    """One clause that is not followed; like an obligation it names its clause by number and survives the revisions of the text."""

    exception: "models.ForeignKey[PolicyException]" = models.ForeignKey(
        "policy.PolicyException", verbose_name="例外措置", on_delete=models.CASCADE, related_name="clauses"
    )
    number = models.CharField("条項", max_length=32, db_index=True)
    position = models.PositiveSmallIntegerField("並び順")

    class Meta:
        verbose_name = "従わない条項"
        verbose_name_plural = "従わない条項"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["exception", "number"], name="policy_exceptedclause_once")]

    def __str__(self) -> str:
        return self.citation

    @property
    def citation(self) -> str:
        return printed(self.number)


class CompensatingMeasure(models.Model):
    """What is done instead, by which role, and since when."""

    exception: "models.ForeignKey[PolicyException]" = models.ForeignKey(
        "policy.PolicyException", verbose_name="例外措置", on_delete=models.CASCADE, related_name="measures"
    )
    position = models.PositiveSmallIntegerField("並び順")
    what = models.CharField("代わりの方法", max_length=200)
    owner = models.CharField("担当の役割", max_length=32, choices=Bearer)
    done_at = models.DateTimeField("実施日時", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="実施を登録した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "代わりの方法"
        verbose_name_plural = "代わりの方法"
        ordering = ["position"]

    def __str__(self) -> str:
        return self.what

    @transaction.atomic
    def mark_done(self, *, by: User, at: datetime) -> None:
        """The means is in place. PermissionDenied outside the section; InvalidTransition where it is done, or the exception has ended."""
        exception = self.exception.locked()
        measure = CompensatingMeasure.objects.get(pk=self.pk)
        if measure.done_at is not None or not exception.is_open:
            raise InvalidTransition("この方法はすでに実施済みか、例外措置が終わっています。最新の状況を表示しました。")
        if not exception.is_of_section(by, at=at):
            raise PermissionDenied("実施を登録できるのは、この例外措置の課の人と、起案者・申請者です。")
        measure.done_at, measure.done_by = at, by
        measure.save(update_fields=["done_at", "done_by"])
        record(by, "policy.exception.measure_done", exception, at=at, position=measure.position)


class ExceptionReview(models.Model):
    """One look of the CISO at how an exception stands (3.11.4.3); written once."""

    class Result(models.TextChoices):
        GO_ON = "go_on", "継続してよい"
        ASK_END = "ask_end", "終了を求める"

    exception: "models.ForeignKey[PolicyException]" = models.ForeignKey(
        "policy.PolicyException", verbose_name="例外措置", on_delete=models.CASCADE, related_name="reviews"
    )
    result = models.CharField("結果", max_length=8, choices=Result)
    note = models.TextField("所見", blank=True, max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="見直した人", on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "例外措置の見直し"
        verbose_name_plural = "例外措置の見直し"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(result="go_on") | ~Q(note=""), name="policy_exceptionreview_end_has_reason"),
        ]

    def __str__(self) -> str:
        return self.get_result_display()

    @classmethod
    @transaction.atomic
    def write(cls, exception: "PolicyException", result: str, *, note: str = "", by: User, at: datetime) -> "ExceptionReview":
        """The CISO has looked at it; the interval counts from today. PermissionDenied for others, InvalidTransition once it has ended."""
        exception = exception.locked()
        exception.guard_open()
        hat = exception.deciding(by, at=at)
        if hat is None:
            raise PermissionDenied("例外措置を見直せるのは、申請に関わっていない最高情報セキュリティ責任者です。")
        review = cls.objects.create(exception=exception, result=result, note=note, by=by, by_as=hat.label, at=at)
        exception.checked_on = day_of(at)
        exception.save(update_fields=["checked_on"])
        record(by, "policy.exception.reviewed", exception, role=hat.label, in_place_of=hat.in_place_of, at=at, result=review.result)
        return review

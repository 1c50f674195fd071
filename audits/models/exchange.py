"""意見交換: what the section says to a draft finding, and what the auditors made of it, before the report."""

from datetime import datetime
from typing import Self

from django.db import models, transaction

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .columns import at_when, by_whom
from .finding import REPORTING, Finding


class ExchangeCommentQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime | None = None) -> Self:
        return self.filter(finding__in=Finding.objects.visible_to(user, at=at).values("pk"))

    def unanswered(self) -> Self:
        return self.filter(answered_at__isnull=True)


class ExchangeComment(models.Model):
    """One comment of the section, with the auditors' answer."""

    class Outcome(models.TextChoices):
        CHANGED = "changed", "指摘を改めた"
        KEPT = "kept", "指摘は改めない"
        WITHDRAWN = "withdrawn", "指摘を取り下げた"

    finding = models.ForeignKey(Finding, verbose_name="指摘", on_delete=models.PROTECT, related_name="comments")
    agrees = models.BooleanField("事実に誤りはない", default=False)
    text = models.TextField("課の意見", blank=True, max_length=4000)
    revision = models.PositiveSmallIntegerField("意見の対象の版")
    by = by_whom("意見を出した人")
    at = at_when("意見を出した日時", null=False)
    outcome = models.CharField("取扱い", max_length=16, choices=Outcome, blank=True)
    answer = models.TextField("監査人の回答", blank=True, max_length=4000)
    answered_by = by_whom("回答した人", null=True)
    answered_at = at_when("回答日時")

    objects = ExchangeCommentQuerySet.as_manager()

    class Meta:
        verbose_name = "意見交換"
        verbose_name_plural = "意見交換"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.finding} 意見"

    @classmethod
    @transaction.atomic
    def make(cls, finding: Finding, *, agrees: bool, text: str = "", by: User, at: datetime) -> "ExchangeComment":
        """The 情報セキュリティ担当者 says that the facts are right, or what is wrong with them; the former needs no answer.

        InvalidTransition unless the finding is being exchanged, or without words where something is wrong.
        """
        engagement = finding.engagement.answered_by(by, at=at, phases=REPORTING, as_officer=True)
        row = Finding.objects.get(pk=finding.pk)
        if row.status != Finding.Status.EXCHANGE:
            raise InvalidTransition("この指摘は、いま意見交換をしていません。")
        if not agrees and not text:
            raise InvalidTransition("違う点や意見を書いてください。")
        comment = cls.objects.create(
            finding=row, agrees=agrees, text=text, revision=row.revision, by=by, at=at, answered_at=at if agrees else None
        )
        record(by, "audits.exchange.commented", engagement, at=at, number=finding.number, facts_right=agrees)
        return comment

    @transaction.atomic
    def reply(self, *, outcome: str, answer: str, by: User, at: datetime) -> None:
        """An auditor answers and says whether the finding was changed. InvalidTransition where that is not so, or it is answered."""
        engagement = self.finding.engagement.written_by(by, at=at, phases=REPORTING)
        row = ExchangeComment.objects.select_for_update(no_key=True, of=("self",)).select_related("finding__engagement").get(pk=self.pk)
        if row.answered_at is not None:
            raise InvalidTransition("この意見には、すでに回答しています。")
        if outcome == self.Outcome.CHANGED and row.finding.revision == row.revision:
            raise InvalidTransition("指摘がまだ改められていません。先に指摘を書き直してください。")
        if outcome == self.Outcome.WITHDRAWN and row.finding.status != Finding.Status.WITHDRAWN:
            raise InvalidTransition("指摘がまだ取り下げられていません。")
        row.outcome, row.answer, row.answered_by, row.answered_at = outcome, answer, by, at
        row.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
        record(by, "audits.exchange.answered", engagement, at=at, number=row.finding.number, outcome=row.get_outcome_display())
        self.refresh_from_db()

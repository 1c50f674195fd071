"""指摘: a fact against its clause, raised on site, exchanged with the section, issued with the report (3.13.1.8.2, 3.13.1.10).

What follows the issue (order, plan, follow-up) is the room `audits.findings`; it adds its states behind ISSUED.
"""

from datetime import datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .check_item import CheckItem
from .columns import at_when, by_whom
from .engagement import Engagement
from .visible import OnceShown

WRITING = (Engagement.Phase.FIELDWORK, Engagement.Phase.REPORTING)
REPORTING = (Engagement.Phase.REPORTING,)
TEXT = ("grade", "title", "fact", "clauses", "risk", "recommendation")


class Grade(models.TextChoices):
    """How grave it is, by the usual four words."""

    MAJOR = "major", "重大な不適合"
    MINOR = "minor", "軽微な不適合"
    OBSERVATION = "observation", "観察事項"
    RECOMMENDATION = "recommendation", "推奨事項"


class FindingQuerySet(OnceShown):
    def drafts(self) -> Self:
        """Not yet shown to the section."""
        return self.filter(status=Finding.Status.DRAFT)

    def live(self) -> Self:
        return self.exclude(status=Finding.Status.WITHDRAWN)

    def issued(self) -> Self:
        """Those that the section has to deal with."""
        return self.filter(status__in=Finding.AFTER_ISSUE)

    def unordered(self) -> Self:
        """Issued, and nobody was ordered to deal with it, or the last round did not help."""
        action = self.model._meta.get_field("actions").related_model
        return self.issued().exclude(pk__in=action.objects.exclude(status=action.Status.INEFFECTIVE).values("finding"))

    def unanswered(self) -> Self:
        """With a comment of the section that no auditor has answered."""
        return self.filter(comments__answered_at__isnull=True, comments__isnull=False).exclude(status=Finding.Status.WITHDRAWN).distinct()


class Finding(models.Model):
    """One finding of an audit; its earlier texts stay as revisions."""

    class Status(models.TextChoices):
        DRAFT = "draft", "案"
        EXCHANGE = "exchange", "意見交換"
        ISSUED = "issued", "指摘"
        WITHDRAWN = "withdrawn", "取下げ"

    TRANSITIONS = {
        Status.DRAFT: {Status.EXCHANGE, Status.WITHDRAWN},
        Status.EXCHANGE: {Status.ISSUED, Status.WITHDRAWN},
        Status.ISSUED: set(),
        Status.WITHDRAWN: set(),
    }
    AFTER_ISSUE = (Status.ISSUED,)
    SHOWN = (Status.EXCHANGE, *AFTER_ISSUE)
    EDITABLE = (Status.DRAFT, Status.EXCHANGE)

    engagement = models.ForeignKey(Engagement, verbose_name="監査", on_delete=models.PROTECT, related_name="findings")
    sequence = models.PositiveSmallIntegerField("番号")
    item = models.ForeignKey(CheckItem, verbose_name="監査項目", null=True, blank=True, on_delete=models.PROTECT, related_name="findings")
    department = models.ForeignKey(Department, verbose_name="所管する課", on_delete=models.PROTECT, related_name="findings")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.DRAFT, db_index=True)
    grade = models.CharField("区分", max_length=16, choices=Grade)
    title = models.CharField("件名", max_length=200)
    fact = models.TextField("事実", max_length=4000)
    clauses = models.JSONField("基準の条項", default=list)
    risk = models.TextField("リスク", blank=True, max_length=2000)
    recommendation = models.TextField("改善の提言", blank=True, max_length=2000)
    revision = models.PositiveSmallIntegerField("版", default=1)
    by = by_whom("書いた監査人")
    at = at_when("書いた日時", null=False)
    exchanged_at = at_when("意見交換に出した日時")
    issued_at = at_when("指摘した日時")
    withdrawal = models.CharField("取下げの理由", max_length=500, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = "指摘"
        verbose_name_plural = "指摘"
        ordering = ["engagement", "sequence"]
        indexes = [models.Index(fields=["department", "status"])]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "sequence"], name="audits_finding_number_once"),
            models.CheckConstraint(condition=~Q(status="issued") | Q(issued_at__isnull=False), name="audits_finding_issued_has_time"),
        ]

    def __str__(self) -> str:
        return f"指摘 {self.number}"

    def get_absolute_url(self) -> str:
        return f"{reverse('audits:findings', args=[self.engagement_id])}#finding-{self.pk}"

    @property
    def number(self) -> str:
        return f"{self.engagement.number}-指{self.sequence}"

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"{self.number}は「{self.get_status_display()}」です。最新の状況を表示しました。")
        self.status = status

    @classmethod
    @transaction.atomic
    def raise_one(cls, engagement: Engagement, *, item: CheckItem | None = None, by: User, at: datetime, **fields: Any) -> "Finding":
        """Write a draft. ValidationError, by field, without a clause, for an item of another audit, a nonconformity without its risk."""
        engagement = engagement.written_by(by, at=at, phases=WRITING)
        if item is not None and item.engagement_id != engagement.pk:
            raise ValidationError("ほかの監査の項目です。")
        _guard(fields)
        last = engagement.findings.aggregate(last=models.Max("sequence"))["last"] or 0
        facts = {"department": engagement.department, **fields}
        row = cls.objects.create(engagement=engagement, item=item, sequence=last + 1, by=by, at=at, **facts)
        record(by, "audits.finding.raised", engagement, at=at, number=row.number, grade=row.get_grade_display())
        return row

    @transaction.atomic
    def revise(self, *, by: User, at: datetime, **fields: Any) -> None:
        """Change the words before the issue; what stood there stays as a revision, above all what the section has seen."""
        engagement = self.engagement.written_by(by, at=at, phases=WRITING)
        row = self._again(engagement)
        if row.status not in self.EDITABLE:
            raise InvalidTransition(f"{row.number}は「{row.get_status_display()}」のため、変えられません。")
        was = {name: getattr(row, name) for name in TEXT}
        _guard({**was, **fields})
        if was == {**was, **fields}:
            return
        row.revisions.create(number=row.revision, text=was, was_shown=row.status == self.Status.EXCHANGE, by=by, at=at)
        for name, given in fields.items():
            setattr(row, name, given)
        row.revision += 1
        row.save(update_fields=[*fields, "revision"])
        record(by, "audits.finding.revised", engagement, at=at, number=row.number, version=row.revision)
        self.refresh_from_db()

    @transaction.atomic
    def withdraw(self, *, withdrawal: str, by: User, at: datetime) -> None:
        """取下げ before the issue, with the reason; it stays on record."""
        engagement = self.engagement.written_by(by, at=at, phases=WRITING)
        row = self._again(engagement)
        row.move_to(self.Status.WITHDRAWN)
        row.withdrawal = withdrawal
        row.save(update_fields=["status", "withdrawal"])
        record(by, "audits.finding.withdrawn", engagement, at=at, number=row.number)
        self.refresh_from_db()

    @classmethod
    @transaction.atomic
    def exchange(cls, engagement: Engagement, *, by: User, at: datetime) -> int:
        """意見交換に出す: the section sees all drafts from now on and may comment; gives how many. By the leading auditor or the head."""
        engagement = engagement.led_by(by, at=at, phases=REPORTING)
        rows = list(engagement.findings.drafts().select_for_update(no_key=True).order_by("pk"))
        if not rows:
            raise InvalidTransition("意見交換に出す指摘の案がありません。")
        for row in rows:
            row.engagement = engagement
            row.move_to(cls.Status.EXCHANGE)
            row.exchanged_at = at
            row.save(update_fields=["status", "exchanged_at"])
        engagement.announce(at=at)
        record(by, "audits.finding.exchanged", engagement, at=at, count=len(rows))
        return len(rows)

    def issue(self, *, at: datetime) -> None:
        """It is a finding from now on; within the issue of the report, under the lock of the audit."""
        self.move_to(self.Status.ISSUED)
        self.issued_at = at
        self.save(update_fields=["status", "issued_at"])

    def _again(self, engagement: Engagement) -> "Finding":
        row = Finding.objects.get(pk=self.pk)
        row.engagement = engagement
        return row


def _guard(fields: dict[str, Any]) -> None:
    if not fields.get("clauses"):
        raise ValidationError({"clauses": "基準となる条項を書いてください。"})
    if fields.get("grade") in (Grade.MAJOR, Grade.MINOR) and not fields.get("risk"):
        raise ValidationError({"risk": "不適合には、放置したときのリスクを書いてください。"})


class FindingRevision(models.Model):
    """What a finding said before."""

    finding = models.ForeignKey(Finding, verbose_name="指摘", on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField("版")
    text = models.JSONField("内容")
    was_shown = models.BooleanField("課に示した", default=False)
    by = by_whom("変えた人")
    at = at_when("変えた日時", null=False)

    class Meta:
        verbose_name = "指摘の前の版"
        verbose_name_plural = "指摘の前の版"
        ordering = ["finding", "number"]
        constraints = [models.UniqueConstraint(fields=["finding", "number"], name="audits_findingrevision_once")]

    def __str__(self) -> str:
        return f"{self.finding} 第{self.number}版"

"""監査項目: what is asked on site, with the evidence wanted, and what the auditor has found (3.13.1.2)."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .columns import at_when, by_whom
from .engagement import Engagement
from .questionnaire import Question
from .visible import Inside

if TYPE_CHECKING:
    from .finding import Finding

PREPARED_IN = (Engagement.Phase.PREPARING, Engagement.Phase.SURVEY, Engagement.Phase.FIELDWORK)
WRITTEN = ("result", "reason", "observation")


class Result(models.TextChoices):
    """The seven results, in the order of the keys 1 to 7."""

    CONFORM = "conform", "適合"
    MAJOR = "major", "重大な不適合"
    MINOR = "minor", "軽微な不適合"
    OBSERVATION = "observation", "観察"
    RECOMMENDATION = "recommendation", "推奨"
    NOT_APPLICABLE = "na", "対象外"
    NOT_DONE = "not_done", "未実施"


class Method(models.TextChoices):
    """How an item is examined."""

    DOCUMENTS = "documents", "文書・記録の確認"
    INTERVIEW = "interview", "聞き取り"
    VISIT = "visit", "現地の確認"
    TECHNICAL = "technical", "技術的な検証"


class CheckItemQuerySet(Inside):
    def incomplete(self) -> Self:
        """No result, or a result that still needs its reason."""
        return self.filter(is_complete=False)

    def without_finding(self) -> Self:
        """Nonconformities for which no finding stands."""
        finding = self.model._meta.get_field("findings").related_model
        standing = finding.objects.filter(item=OuterRef("pk")).exclude(status="withdrawn")
        return self.filter(Q(result__in=CheckItem.NONCONFORM) & ~Exists(standing))


class CheckItem(models.Model):
    """One item of the checklist; `version` counts what was written, so that two who write at once lose nothing."""

    NONCONFORM = (Result.MAJOR, Result.MINOR)
    NEEDS_REASON = (Result.NOT_APPLICABLE, Result.NOT_DONE)

    engagement = models.ForeignKey(Engagement, verbose_name="監査", on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField("番号")
    obligation = models.CharField("義務の番号", max_length=40, blank=True)
    clause = models.CharField("条項", max_length=32)
    question = models.CharField("監査項目", max_length=300)
    evidence = models.CharField("監査資料の例", max_length=300, blank=True)
    method = models.CharField("実施方法", max_length=16, choices=Method, default=Method.DOCUMENTS)
    is_must = models.BooleanField("必須", default=False)
    asked = models.ForeignKey(
        Question, verbose_name="予備調査の質問", null=True, blank=True, on_delete=models.SET_NULL, related_name="items"
    )
    result = models.CharField("結果", max_length=16, choices=Result, blank=True)
    reason = models.TextField("理由", blank=True, max_length=1000)
    observation = models.TextField("所見", blank=True, max_length=4000)
    is_complete = models.BooleanField("書き終わった", default=False, editable=False)
    version = models.PositiveIntegerField("版", default=0, editable=False)
    changed_by = by_whom("書いた人", null=True)
    changed_at = at_when("書いた日時")

    objects = CheckItemQuerySet.as_manager()

    class Meta:
        verbose_name = "監査項目"
        verbose_name_plural = "監査項目"
        ordering = ["engagement", "position"]
        indexes = [models.Index(fields=["engagement", "result"])]
        constraints = [models.UniqueConstraint(fields=["engagement", "position"], name="audits_checkitem_once")]

    def __str__(self) -> str:
        return f"項目{self.position}"

    def get_absolute_url(self) -> str:
        return f"{reverse('audits:checklist', args=[self.engagement_id])}#item-{self.pk}"

    @property
    def result_choices(self) -> list[tuple[str, str]]:
        """The seven, in the order of the keys."""
        return list(Result.choices)

    @property
    def lacks_reason(self) -> bool:
        return self.result in self.NEEDS_REASON and not self.reason

    def as_written(self) -> dict[str, str]:
        """The three that are written on site."""
        return {name: getattr(self, name) for name in WRITTEN}

    # -- transitions -------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def add(cls, engagement: Engagement, *, by: User, at: datetime, **fields: Any) -> "CheckItem":
        """One more item at the end, in the auditor's own words."""
        engagement = engagement.written_by(by, at=at, phases=PREPARED_IN)
        last = engagement.items.aggregate(last=models.Max("position"))["last"] or 0
        row = cls.objects.create(engagement=engagement, position=last + 1, **fields)
        record(by, "audits.checklist.edited", engagement, at=at, item=row.position)
        return row

    @transaction.atomic
    def remove(self, *, by: User, at: datetime) -> None:
        """Out of the list while it is prepared. InvalidTransition once something is written in it."""
        engagement = self.engagement.written_by(by, at=at, phases=PREPARED_IN)
        row = CheckItem.objects.get(pk=self.pk)
        if row.version or row.findings.exists():
            raise InvalidTransition("結果を書いた項目は外せません。「対象外」とその理由を書いてください。")
        row.delete()
        record(by, "audits.checklist.edited", engagement, at=at, item=row.position)

    @transaction.atomic
    def set_must(self, is_must: bool, *, by: User, at: datetime) -> None:
        """必須 or not."""
        engagement = self.engagement.written_by(by, at=at, phases=PREPARED_IN)
        CheckItem.objects.filter(pk=self.pk).update(is_must=is_must)
        record(by, "audits.checklist.edited", engagement, at=at, item=self.position)
        self.refresh_from_db()

    @transaction.atomic
    def respond(self, *, seen: int, by: User, at: datetime, uploads: Iterable[File] = (), **written: str) -> "CheckItem":
        """Write result, reason and observation as they stand, by who has seen version `seen`.

        Raises Overtaken where another one has written something else meanwhile: nothing is changed, both texts are at hand.
        InvalidTransition by phase, PermissionDenied for who is no independent auditor of this audit.
        """
        engagement = self.engagement.written_by(by, at=at, phases=(Engagement.Phase.FIELDWORK,))
        row = CheckItem.objects.select_for_update(no_key=True).get(pk=self.pk)
        row.engagement = engagement
        if row.version != seen and row.as_written() != {**row.as_written(), **written}:
            raise Overtaken(row)
        files = [attach(row, upload, by=by) for upload in uploads]
        row.write(written, by=by, at=at)
        if files:
            record(by, "audits.checklist.evidence_attached", engagement, at=at, item=row.position, count=len(files))
        return row

    def write(self, written: dict[str, str], *, by: User, at: datetime) -> bool:
        """Set what differs and count the version; the caller holds the lock. Gives whether anything was changed.

        ValidationError for a result that is none.
        """
        if written.get("result", "") not in ("", *Result.values):
            raise ValidationError({"result": "結果は、7つのうちから選んでください。"})
        was = self.as_written()
        if was == {**was, **written}:
            return False
        for name, text in written.items():
            setattr(self, name, text)
        self.is_complete = bool(self.result) and not self.lacks_reason
        self.version, self.changed_by, self.changed_at = self.version + 1, by, at
        self.save(update_fields=[*WRITTEN, "is_complete", "version", "changed_by", "changed_at"])
        if was["result"] != self.result:
            changes = {"item": self.position, "criterion": self.clause, "result": self.get_result_display()}
            record(by, "audits.checklist.answered", self.engagement, at=at, **changes)
        return True

    def raise_finding(self, *, by: User, at: datetime, **fields: Any) -> "Finding":
        """A finding out of this item, with its clause; see `Finding.raise_one`."""
        finding = self._meta.get_field("findings").related_model
        return finding.raise_one(self.engagement, item=self, by=by, at=at, **{"clauses": [self.clause], **fields})


class Overtaken(InvalidTransition):
    """Another auditor has written in the same item meanwhile; `item` is how it stands now."""

    def __init__(self, item: CheckItem) -> None:
        super().__init__(f"項目{item.position}は、ほかの監査人が書き換えています。両方の内容を見て、残すほうを保存してください。")
        self.item = item

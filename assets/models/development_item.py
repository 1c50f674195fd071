"""The checks of a development, item by item, each with its evidence (3.10.3)."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q

from assets.development_items import SPECS, ItemSpec, Phase
from assets.registers import RegisterReach, signed
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

if TYPE_CHECKING:
    from .development import DevelopmentFile


class DevelopmentItemQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime, reach: RegisterReach | None = None) -> Self:
        return self.filter((reach or RegisterReach.of(user, at=at)).seen("development__system__department"))

    def open(self) -> Self:
        return self.filter(status=DevelopmentItem.Status.OPEN)


class DevelopmentItem(models.Model):
    """A dated check of a development with its evidence: an attached file, or the place where the paper lies."""

    class Status(models.TextChoices):
        OPEN = "open", "未"
        DONE = "done", "済"
        WAIVED = "waived", "対象外"

    development = models.ForeignKey("assets.DevelopmentFile", verbose_name="開発", on_delete=models.CASCADE, related_name="items")
    code = models.CharField("項目", max_length=32)
    phase = models.CharField("段階", max_length=16, choices=Phase)
    position = models.PositiveSmallIntegerField("並び順")
    status = models.CharField("状態", max_length=8, choices=Status, default=Status.OPEN)
    done_on = models.DateField("確かめた日", null=True, blank=True)
    note = models.TextField("結果・理由", blank=True, max_length=2000)
    evidence = models.CharField("証拠の保管場所", max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="記録した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("記録日時", null=True, blank=True)

    objects = DevelopmentItemQuerySet.as_manager()

    class Meta:
        verbose_name = "開発の確認項目"
        verbose_name_plural = "開発の確認項目"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["development", "code"], name="assets_developmentitem_once"),
            models.CheckConstraint(condition=Q(status="open") | Q(by__isnull=False, at__isnull=False), name="assets_developmentitem_who"),
        ]

    def __str__(self) -> str:
        return f"{self.label}（{self.development.code}）"

    def get_absolute_url(self) -> str:
        return self.development.get_absolute_url()

    @classmethod
    def of(cls, development: "DevelopmentFile", spec: ItemSpec, position: int) -> "DevelopmentItem":
        return cls(development=development, code=spec.code, phase=spec.phase, position=position)

    @property
    def spec(self) -> ItemSpec:
        return SPECS[self.code]

    @property
    def label(self) -> str:
        return self.spec.label

    @transaction.atomic
    def complete(self, *, on: date, note: str, evidence: str = "", files: int = 0, by: User, at: datetime) -> "DevelopmentItem":
        """未 → 済, on a day, with evidence: `files` attached in the same transaction, or the place of the paper."""
        row = self._locked()
        if not row.development.can_change(by, at=at):
            raise PermissionDenied("記録できるのは、所管課の職員と中央電子計算組織管理者だけです。")
        if on > day_of(at):
            raise ValidationError({"on": "確かめた日が未来になっています。"})
        if not files and not evidence.strip():
            raise ValidationError({"evidence": "証拠のファイルを添付するか、保管場所を入力してください。"})
        return row._settle(self.Status.DONE, "item_done", by=by, at=at, done_on=on, note=note, evidence=evidence)

    @transaction.atomic
    def waive(self, *, reason: str, by: User, at: datetime) -> "DevelopmentItem":
        """未 → 対象外, with the reason of whoever decides."""
        row = self._locked()
        if not row.development.can_advance(by, at=at):
            raise PermissionDenied("対象外にできるのは、所管課の情報セキュリティ担当者と中央電子計算組織管理者だけです。")
        if not reason.strip():
            raise ValidationError({"reason": "対象外とする理由を入力してください。"})
        return row._settle(self.Status.WAIVED, "item_waived", by=by, at=at, done_on=None, note=reason, evidence="")

    @transaction.atomic
    def reopen(self, *, by: User, at: datetime) -> "DevelopmentItem":
        """済・対象外 → 未, where it was recorded wrongly; the trail keeps who had recorded it."""
        development = self.development.lock()
        row = DevelopmentItem.objects.get(pk=self.pk)
        row.development = development
        if row.status == self.Status.OPEN or row.phase != development.phase:
            raise InvalidTransition("戻せるのは、いまの段階の済んだ項目だけです。")
        if not development.can_advance(by, at=at):
            raise PermissionDenied("戻せるのは、所管課の情報セキュリティ担当者と中央電子計算組織管理者だけです。")
        return row._settle(self.Status.OPEN, "item_reopened", by=by, at=at, done_on=None)

    def _locked(self) -> "DevelopmentItem":
        development = self.development.lock()
        row = DevelopmentItem.objects.get(pk=self.pk)
        row.development = development
        if row.status != self.Status.OPEN:
            raise InvalidTransition(f"この項目はすでに「{row.get_status_display()}」です。")
        if development.is_ended:
            raise InvalidTransition(f"この開発は「{development.get_phase_display()}」です。")
        return row

    def _settle(self, status: str, verb: str, *, by: User, at: datetime, **fields: Any) -> "DevelopmentItem":
        self.status, self.by, self.at = status, by, at
        for name, given in fields.items():
            setattr(self, name, given)
        self.save(update_fields=["status", "by", "at", *fields])
        record(
            by,
            f"assets.development.{verb}",
            self.development,
            at=at,
            **signed(by, self.development.system.department, at=at),
            number=self.development.code,
            item=self.label,
        )
        return self

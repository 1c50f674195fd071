"""What was done about a violation: written once, never altered; evidence hangs on it."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from musashimurayama_isms.accounts.models import User


class ViolationRecordQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """All for who handles the violation, one's own, and for the person named what is spoken to that person."""
        violations = ViolationRecord._meta.get_field("violation").related_model.objects
        handled = violations.handled_by(user, at=at).values("pk")
        spoken = Q(is_for_person=True, violation__person=user, violation__told_person_at__isnull=False)
        return self.filter(Q(violation__in=handled) | Q(by=user) | spoken)


class ViolationRecord(models.Model):
    """One entry of the file."""

    class Kind(models.TextChoices):
        REPORT = "report", "発見の報告"
        NOTICE = "notice", "情報セキュリティ担当者への通知"
        GRAVITY = "gravity", "影響の判断"
        GUIDANCE = "guidance", "指導"
        STATEMENT = "statement", "本人の説明"
        CHECK = "check", "改善の確認"
        SETTLED = "settled", "確認した結果"
        DECISION = "decision", "停止しない判断"
        SUSPENSION = "suspension", "利用権の停止・剥奪"
        LIFTED = "lifted", "停止の解除"
        HAND_OVER = "hand_over", "職員課への引継ぎ"
        UNFOUNDED = "unfounded", "違反ではないとの判断"
        NOTE = "note", "追記"

    violation = models.ForeignKey("incidents.Violation", verbose_name="違反", on_delete=models.CASCADE, related_name="records")
    kind = models.CharField("種別", max_length=16, choices=Kind)
    text = models.TextField("内容", max_length=4000)
    is_for_person = models.BooleanField("本人に伝えること", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="記録した人", null=True, on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200, blank=True)
    at = models.DateTimeField("日時")

    objects = ViolationRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "違反への対応の記録"
        verbose_name_plural = "違反への対応の記録"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.violation}の{self.get_kind_display()}"

"""Which logs of a system are kept, how long and where (3.10.1.6.1)."""

from datetime import date, datetime
from typing import Any, Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from assets.registers import signed
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

DAYS_A_YEAR = 365


def shortest_days() -> int:
    """How long a log has to be kept at least, as the city has decided (未定事項 retention.system_logs_years)."""
    return value("retention.system_logs_years") * DAYS_A_YEAR


class LogKeptQuerySet(models.QuerySet):
    def current(self) -> Self:
        return self.filter(ended_on__isnull=True)

    def too_short(self) -> Self:
        """Kept for less than the city has decided since."""
        return self.current().filter(kept_days__lt=shortest_days())


class LogKept(models.Model):
    """One kind of log of a system."""

    class Kind(models.TextChoices):
        ACCESS = "access", "アクセスログ"
        AUTHENTICATION = "authentication", "認証・ログインの記録"
        OPERATION = "operation", "操作ログ"
        EVENT = "event", "システムのイベントログ"
        TRAFFIC = "traffic", "通信・ファイアウォールのログ"
        MAIL = "mail", "電子メールの送受信記録"
        DATABASE = "database", "データベースの監査ログ"
        OTHER = "other", "その他"

    system = models.ForeignKey("assets.System", verbose_name="情報システム", on_delete=models.PROTECT, related_name="logs")
    kind = models.CharField("ログの種類", max_length=16, choices=Kind)
    content = models.CharField("残す内容", max_length=200, blank=True, help_text="例 日時、利用者ID、操作の内容、成否")
    kept_days = models.PositiveIntegerField("保存する日数")
    place = models.CharField("保存場所", max_length=200)
    reviewed = models.CharField("点検の方法と周期", max_length=200, blank=True, help_text="例 週1回、認証の失敗を確かめる（3-10(1)カ(イ)）")
    ended_on = models.DateField("取得を終えた日", null=True, blank=True, editable=False)

    objects = LogKeptQuerySet.as_manager()

    class Meta:
        verbose_name = "保存するログ"
        verbose_name_plural = "保存するログ"
        ordering = ["ended_on", "kind", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.kept_words}）"

    @property
    def kept_words(self) -> str:
        """3年, 400日."""
        years, rest = divmod(self.kept_days, DAYS_A_YEAR)
        return f"{years}年" if years and not rest else f"{self.kept_days}日"

    def clean(self) -> None:
        """ValidationError where it is kept for less than the city has decided."""
        if self.kept_days is not None and self.kept_days < (shortest := shortest_days()):
            raise ValidationError({"kept_days": f"市の定めでは{shortest}日以上残します。保存する日数を確かめてください。"})

    @classmethod
    @transaction.atomic
    def enter(cls, system: Any, *, by: User, at: datetime, **fields: Any) -> "LogKept":
        """Write a kind of log beside the system. PermissionDenied, ValidationError by field."""
        system = system.lock()
        if not system.can_change(by, at=at):
            raise PermissionDenied("登録できるのは、所管課の職員と中央電子計算組織管理者だけです。")
        row = cls(system=system, **fields)
        row.full_clean()
        row.save(force_insert=True)
        record(
            by,
            "assets.system.log_entered",
            system,
            at=at,
            **signed(by, system.department, at=at),
            number=system.code,
            log=row.get_kind_display(),
            days=row.kept_days,
        )
        return row

    @transaction.atomic
    def end(self, *, on: date, by: User, at: datetime) -> "LogKept":
        """The log is no longer taken; the line stays, so that its period of keeping can still be read."""
        system = self.system.lock()
        row = LogKept.objects.get(pk=self.pk)
        if row.ended_on is not None:
            raise InvalidTransition("このログの取得はすでに終わっています。")
        if not system.can_decide(by, at=at):
            raise PermissionDenied("終えられるのは、所管課の情報セキュリティ担当者と中央電子計算組織管理者だけです。")
        row.ended_on = on
        row.save(update_fields=["ended_on"])
        record(
            by,
            "assets.system.log_ended",
            system,
            at=at,
            **signed(by, system.department, at=at),
            number=system.code,
            log=row.get_kind_display(),
        )
        return row

"""An information system in the register: owner, network, persons responsible, support, backup (3.4.2.7.4, 3.10.1)."""

from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.urls import reverse

from assets.classification import AssetClass
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.transitions import InvalidTransition

from .register_row import RegisterRow


class System(RegisterRow):
    """情報システム. What is written about it elsewhere (logs, connections, development files, ledger rows) points here."""

    class Status(models.TextChoices):
        PLANNED = "planned", "準備中"
        IN_USE = "in_use", "運用中"
        RETIRED = "retired", "運用終了"

    PREFIX = "S"
    TRANSITIONS = {Status.PLANNED: {Status.IN_USE, Status.RETIRED}, Status.IN_USE: {Status.RETIRED}, Status.RETIRED: set()}
    ENDED = (Status.RETIRED,)
    SEARCHED = ("name", "purpose", "vendor", "manager", "software", "note")

    name = models.CharField("名称", max_length=200)
    purpose = models.CharField("使う目的", max_length=300)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.PLANNED, db_index=True)
    manager = models.CharField("管理責任者（職名）", max_length=100, help_text="例 市民課長。人が替わってもよいように、職名で書きます。")
    operators = models.CharField("運用の担当（職名・係）", max_length=200, blank=True)
    vendor = models.CharField("開発・保守の事業者", max_length=200, blank=True)
    vendor_contact = models.CharField("事業者の連絡先", max_length=200, blank=True)
    asset_class = models.PositiveSmallIntegerField(
        "扱う情報の最も高い分類", choices=AssetClass, db_index=True, help_text="Ⅰが最も重い分類です（3-5(1)）。"
    )
    has_personal = models.BooleanField("個人情報を扱う", default=False)
    has_my_number = models.BooleanField("特定個人情報（マイナンバー）を扱う", default=False)
    software = models.TextField("使っているソフトウェア", blank=True, max_length=2000, help_text="製品名と版。1行に一つずつ書きます。")
    backup_method = models.CharField("バックアップの方法", max_length=200, blank=True)
    backup_cycle = models.CharField("バックアップの周期", max_length=100, blank=True, help_text="例 毎日22時、週1回")
    backup_place = models.CharField("バックアップの保管場所", max_length=200, blank=True)
    documents_place = models.CharField("設計書・手順書の保管場所", max_length=200, blank=True)
    in_use_since = models.DateField("運用開始日", null=True, blank=True)
    retired_on = models.DateField("運用終了日", null=True, blank=True)

    class Meta(RegisterRow.Meta):
        verbose_name = "情報システム"
        verbose_name_plural = "情報システム"
        indexes = [models.Index(fields=["department", "status"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(has_my_number=False) | models.Q(has_personal=True),
                name="assets_system_my_number_is_personal",
                violation_error_message="特定個人情報を扱うシステムは、個人情報も扱うことになります。両方に印を付けてください。",
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("assets:system", args=[self.pk])

    @property
    def has_backup(self) -> bool:
        """Whether the register says how and how often it is backed up (3.10.1.2)."""
        return bool(self.backup_method and self.backup_cycle)

    @transaction.atomic
    def start_use(self, *, on: date, by: User, at: datetime) -> "System":
        """準備中 → 運用中. InvalidTransition while a development file of it still runs (3.10.3.3)."""
        self._guard_development()
        return self._move(self.Status.IN_USE, "put_in_use", by=by, at=at, in_use_since=on)

    @transaction.atomic
    def retire(self, *, on: date, by: User, at: datetime) -> "System":
        """→ 運用終了. InvalidTransition while a connection to the outside, an ID or a device still hangs on it."""
        self._guard_leftovers()
        return self._move(self.Status.RETIRED, "retired", by=by, at=at, retired_on=on)

    def leftovers(self) -> list[str]:
        """What has to end before the system may be retired, in words."""
        found: list[Any] = [
            ("外部との接続", self.connections.live().count()),
            ("機器", self.devices.live().count()),
            ("利用者ID・特権ID・共用ID", self.open_ids().count()),
        ]
        return [f"{word} {count}件" for word, count in found if count]

    def open_ids(self) -> models.QuerySet:
        """The IDs for this system that still work."""
        from assets.models.ledger_entry import LedgerEntry

        return LedgerEntry.objects.of("user-id", "privileged-id", "shared-id").about(self).open()

    def _guard_leftovers(self) -> None:
        found = self.leftovers()
        if found:
            raise InvalidTransition(f"まだ残っているものがあります（{'、'.join(found)}）。先に終わらせてください。")

    def _guard_development(self) -> None:
        if self.developments.before_migration().exists():
            raise InvalidTransition("開発のファイルがまだ移行の段階に達していません。テストの記録を済ませてから運用を始めてください。")

"""An information asset (3.5): what the section holds, how important it is, where it is and who may handle it. Never deleted."""

import hashlib
import uuid
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from assets.classification import AssetClass
from assets.reach import Reach
from musashimurayama_isms import japanese
from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.standing import day_of, holder
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .asset_set import AssetQuerySet
from .classing import Classing
from .fate import Fate
from .series import AssetSeries

PERMANENT = 999  # 永年: no end of the retention
TOGETHER = ("place", "network", "retention_years", "handling_limits", "backup")  # what needs no decision
SEARCHED = ("number", "former_number", "name", "place", "medium", "handlers")


class Asset(Classing, Fate, models.Model):
    """One row of the register. Its chief is responsible (3.5.2.1.1); who that is follows from the section, it is not stored."""

    class Status(models.TextChoices):
        IN_USE = "in_use", "使用中"
        LOST = "lost", "所在不明"
        DISPOSED = "disposed", "廃棄済"

    TRANSITIONS = {
        Status.IN_USE: {Status.LOST, Status.DISPOSED},
        Status.LOST: {Status.IN_USE},
        Status.DISPOSED: set(),
    }

    class Kind(models.TextChoices):
        DATA = "data", "電子データ"
        PAPER = "paper", "紙の文書"
        MEDIUM = "medium", "電磁的記録媒体"
        SYSTEM_DOCUMENT = "system_document", "システムの文書"
        OTHER = "other", "その他"

    class Origin(models.TextChoices):
        MADE = "made", "市で作成"
        FROM_STAFF = "from_staff", "職員から入手"
        FROM_OUTSIDE = "from_outside", "職員以外から入手"

    class Network(models.TextChoices):
        MY_NUMBER = "my_number", "マイナンバー利用事務系"
        LGWAN = "lgwan", "LGWAN接続系"
        INTERNET = "internet", "インターネット接続系"
        NONE = "none", "つながない"

    class Level(models.IntegerChoices):
        LOW = 1, "低"
        MIDDLE = 2, "中"
        HIGH = 3, "高"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    department = models.ForeignKey(Department, verbose_name="所管課", on_delete=models.PROTECT, related_name="assets")
    sequence = models.PositiveIntegerField("課の中の番号")
    number = models.CharField("資産番号", max_length=120)
    former_number = models.CharField("旧台帳の番号", max_length=50, blank=True)
    name = models.CharField("名称", max_length=200)
    kind = models.CharField("種別", max_length=24, choices=Kind)
    asset_class = models.PositiveSmallIntegerField("分類", choices=AssetClass)
    confidentiality = models.PositiveSmallIntegerField("機密性", choices=Level, null=True, blank=True)
    integrity = models.PositiveSmallIntegerField("完全性", choices=Level, null=True, blank=True)
    availability = models.PositiveSmallIntegerField("可用性", choices=Level, null=True, blank=True)
    origin = models.CharField("作成・入手の別", max_length=16, choices=Origin, default=Origin.MADE)
    handlers = models.CharField("扱ってよい人", max_length=200, default="所管課の職員")
    has_personal = models.BooleanField("個人情報", default=False)
    has_my_number = models.BooleanField("特定個人情報", default=False)
    has_sensitive = models.BooleanField("要配慮個人情報", default=False)
    people_count = models.PositiveIntegerField("人数", null=True, blank=True)
    network = models.CharField("ネットワーク系統", max_length=16, choices=Network, blank=True)
    place = models.CharField("保管場所", max_length=200)
    medium = models.CharField("媒体", max_length=100, blank=True)
    retention_years = models.PositiveSmallIntegerField("保存期間（年）", null=True, blank=True)
    keep_until = models.DateField("廃棄の予定日", null=True, blank=True)
    handling_limits = models.CharField("取扱制限", max_length=300, blank=True)
    backup = models.CharField("バックアップ", max_length=200, blank=True)
    is_unfinished = models.BooleanField("作成途上", default=False)
    unfinished_until = models.DateField("作り終える日", null=True, blank=True)
    copy_of = models.ForeignKey("self", verbose_name="複製の元", null=True, blank=True, on_delete=models.PROTECT, related_name="copies")
    contained_in = models.ForeignKey(
        "self", verbose_name="入っている媒体", null=True, blank=True, on_delete=models.PROTECT, related_name="contents"
    )
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.IN_USE, editable=False)
    lost_with = models.ForeignKey(
        "self",
        verbose_name="一緒に所在不明となった媒体",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="lost_inside",
        editable=False,
    )
    last_checked_on = models.DateField("最終確認日", null=True, blank=True, editable=False)
    last_checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="確認した人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    imported_in = models.ForeignKey(
        "assets.AssetImport", verbose_name="取込み", null=True, blank=True, on_delete=models.PROTECT, related_name="assets", editable=False
    )
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登録した人", on_delete=models.PROTECT, related_name="+", editable=False
    )
    registered_at = models.DateTimeField("登録日時", editable=False)
    changed_at = models.DateTimeField("更新日時", editable=False)
    search_text = models.TextField(blank=True, editable=False)

    objects = AssetQuerySet.as_manager()

    class Meta:
        verbose_name = "情報資産"
        verbose_name_plural = "情報資産"
        ordering = ["department__position", "department", "sequence"]
        indexes = [
            models.Index(fields=["department", "status", "asset_class"]),
            models.Index(fields=["status", "asset_class"]),
            models.Index(fields=["status", "last_checked_on"]),
            models.Index(fields=["status", "keep_until"]),
            models.Index(fields=["department", "former_number"]),
            models.Index(fields=["kind", "status"]),
            models.Index(fields=["network", "status"]),
            models.Index(fields=["is_unfinished", "unfinished_until"], condition=Q(is_unfinished=True), name="assets_asset_unfinished"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["department", "sequence"], name="assets_asset_number_once"),
            models.CheckConstraint(
                condition=Q(has_my_number=False) | Q(asset_class=AssetClass.I),
                name="assets_asset_my_number_is_first",
                violation_error_message="特定個人情報を含むものは、分類Ⅰにしてください。",
            ),
            models.CheckConstraint(
                condition=Q(is_unfinished=False) | Q(unfinished_until__isnull=False),
                name="assets_asset_unfinished_has_end",
                violation_error_message="作成途上のものには、作り終える日を入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"

    def get_absolute_url(self) -> str:
        return reverse("assets:asset", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.status == self.Status.DISPOSED

    @property
    def retention(self) -> str:
        """The retention in words; "" where none is set."""
        return "永年" if self.retention_years == PERMANENT else f"{self.retention_years}年" if self.retention_years else ""

    @property
    def people(self) -> str:
        return f"{self.people_count:,}人" if self.people_count else ""

    @property
    def kinds_of_person_data(self) -> list[str]:
        return [
            self._meta.get_field(name).verbose_name for name in ("has_personal", "has_my_number", "has_sensitive") if getattr(self, name)
        ]

    # -- people ----------------------------------------------------------------------------------------------------
    def responsible(self, *, on: date) -> User | None:
        """The 所属長 who is responsible on a day (3.5.2.1.1); None while the post is vacant."""
        return holder(RoleCode.SECTION_OFFICER, on=on, department=self.department)

    def can_change(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        """Staff of the section enter and correct; nobody changes what is disposed of."""
        return not self.is_over and self.department_id in (reach or Reach.of(user, at=at)).staff

    def can_decide(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        """The section's 情報セキュリティ担当者 or a deputy: lower classes, 権限 beyond the section."""
        return self.department_id in (reach or Reach.of(user, at=at)).officer

    def _guard_staff(self, user: User, *, at: datetime) -> None:
        if self.department_id not in Reach.of(user, at=at).staff:
            raise PermissionDenied("この情報資産の内容を変えられるのは、所管課の職員です。")

    # -- the register ----------------------------------------------------------------------------------------------
    def lock(self) -> "Asset":
        """This asset's row, locked until the transaction ends; every change starts here. Others point to it: no_key."""
        Asset.objects.select_for_update(no_key=True).get(pk=self.pk)
        return Asset.objects.select_related("department__parent").get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この情報資産は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。")
        self.status = status

    def fold(self) -> None:
        """Keep what the search reads beside what people read; the caller saves."""
        self.search_text = japanese.fold("\n".join(str(getattr(self, name)) for name in SEARCHED))

    def take_number(self, sequence: int) -> None:
        """市民課-0012: the section's name of the day and its running number."""
        self.sequence = sequence
        self.number = f"{self.department.name}-{sequence:04d}"

    @classmethod
    @transaction.atomic
    def register(cls, department: Department, *, by: User, at: datetime, **fields: Any) -> "Asset":
        """Enter an asset with its class and its 権限 (3.5.2.3.2). PermissionDenied for who does not work in the section."""
        cls(department=department)._guard_staff(by, at=at)
        return cls.admit(department, by=by, at=at, **fields)

    @classmethod
    @transaction.atomic
    def admit(cls, department: Department, *, by: User, at: datetime, **fields: Any) -> "Asset":
        """The same for a caller that has guarded the person, such as a ruling on the class (3.5.2.4.3).

        A copy takes at least the class of its original (3.5.2.1.2). InvalidTransition where copy or medium do not fit.
        """
        if fields.get("copy_of"):
            fields["copy_of"] = fields["copy_of"].lock()  # whoever raises it now waits, and then finds this copy
        asset = cls(department=department, registered_by=by, registered_at=at, changed_at=at, **fields)
        asset.guard_links()
        asset.asset_class = asset.at_least_as_original()
        asset.guard_class()
        asset.take_number(AssetSeries.take(department))
        asset.last_checked_on, asset.last_checked_by = day_of(at), by
        asset.fold()
        asset.save(force_insert=True)
        record(by, "assets.asset.registered", asset, at=at, number=asset.number, department=department.code, asset_class=asset.asset_class)
        return asset

    @transaction.atomic
    def edit(self, fields: Mapping[str, Any], *, by: User, at: datetime) -> None:
        """Correct what is written of it; the class has its own door, `reclassify`. The trail names the fields, not their text."""
        if fields.get("copy_of"):
            fields = {**fields, "copy_of": fields["copy_of"].lock()}  # the original before the copy, as in `reclassify`
        asset = self.lock()
        if asset.is_over:
            raise InvalidTransition("廃棄した情報資産の内容は変えられません。")
        asset._guard_staff(by, at=at)
        changed = [name for name, value in fields.items() if getattr(asset, name) != value]
        for name in changed:
            setattr(asset, name, fields[name])
        asset.guard_links()
        asset.guard_class()
        if changed:
            asset.fold()
            asset.changed_at = at
            asset.save(update_fields=[*changed, "search_text", "changed_at"])
            record(by, "assets.asset.edited", asset, at=at, fields=[cls_field(name) for name in changed])
        self.refresh_from_db()

    @classmethod
    @transaction.atomic
    def edit_together(cls, keys: Collection[Any], fields: Mapping[str, Any], *, by: User, at: datetime) -> None:
        """The same correction to several assets, all or none; one entry a section with count and digest.

        InvalidTransition where one of them is not the person's to change; only fields of TOGETHER are taken (KeyError otherwise).
        """
        if wrong := set(fields) - set(TOGETHER):
            raise KeyError(wrong)
        rows = cls.objects.changeable_by(by, at=at).select_for_update(no_key=True).filter(pk__in=keys).order_by("pk")
        assets = list(rows)
        if len(assets) != len(set(keys)):
            raise InvalidTransition(f"{len(set(keys)) - len(assets)}件は、ほかの課のものか廃棄済のため、直せません。選び直してください。")
        for asset in assets:
            for name, value in fields.items():
                setattr(asset, name, value)
            asset.changed_at = at
            asset.fold()
        cls.objects.bulk_update(assets, [*fields, "search_text", "changed_at"], batch_size=200)
        told = [cls_field(name) for name in fields]
        for section in Department.objects.filter(pk__in={asset.department_id for asset in assets}):
            numbers = sorted(asset.number for asset in assets if asset.department_id == section.pk)
            digest = hashlib.sha256("\n".join(numbers).encode()).hexdigest()
            record(by, "assets.asset.edited_together", section, at=at, fields=told, count=len(numbers), digest=digest)

    def note_check(self, *, by: User, at: datetime) -> None:
        """Somebody has seen that it is there and as written; the caller records the act this belongs to."""
        self.last_checked_on, self.last_checked_by = day_of(at), by
        self.save(update_fields=["last_checked_on", "last_checked_by"])


def cls_field(name: str) -> str:
    """What a field is called on the screen."""
    return str(Asset._meta.get_field(name).verbose_name)

"""A device in the register: servers, terminals, mobiles, printers, network gear (3.8.1, 3.8.4, 3.10.1.18)."""

from datetime import date, datetime
from typing import ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse

from assets import off_site_check
from assets.registers import RegisterReach, signed
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .register_row import RegisterRow, RegisterRowQuerySet


class DeviceQuerySet(RegisterRowQuerySet):
    def off_site(self):
        """Devices set up outside the buildings, which are looked after at intervals (3.8.1.5)."""
        return self.live().filter(is_off_site=True)

    def lease_ending(self, *, until: date):
        return self.live().filter(lease_ends_on__lte=until)


class Device(RegisterRow):
    """機器. `network` is the one that its officer has fixed for it (3.10.1.18.1)."""

    class Kind(models.TextChoices):
        SERVER = "server", "サーバ"
        TERMINAL = "terminal", "パソコン（据置・ノート型）"
        MOBILE = "mobile", "モバイル端末"
        PRINTER = "printer", "複合機・プリンタ"
        NETWORK = "network", "ネットワーク機器"
        OTHER = "other", "その他"

    class Status(models.TextChoices):
        IN_USE = "in_use", "使用中"
        STORED = "stored", "保管中"
        LOST = "lost", "所在不明"
        DISPOSED = "disposed", "廃棄・返却済"

    PREFIX = "D"
    TRANSITIONS: ClassVar[dict] = {
        Status.IN_USE: {Status.STORED, Status.LOST},
        Status.STORED: {Status.IN_USE, Status.LOST, Status.DISPOSED},
        Status.LOST: {Status.STORED, Status.IN_USE},
        Status.DISPOSED: set(),
    }
    ENDED = (Status.DISPOSED,)
    SEARCHED = ("name", "asset_tag", "serial", "user_text", "place", "os", "hardware_address", "note")

    kind = models.CharField("種類", max_length=16, choices=Kind, db_index=True)
    name = models.CharField("機種名", max_length=200)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.IN_USE, db_index=True)
    asset_tag = models.CharField("備品番号", max_length=64, blank=True)
    serial = models.CharField("製造番号", max_length=100, blank=True)
    hardware_address = models.CharField("機器固有情報（MACアドレスなど）", max_length=100, blank=True)
    system = models.ForeignKey(
        "assets.System", verbose_name="情報システム", null=True, blank=True, on_delete=models.PROTECT, related_name="devices"
    )
    development = models.ForeignKey(
        "assets.DevelopmentFile",
        verbose_name="使っている開発",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="devices",
        help_text="開発で使う機器のときだけ選びます（3-10(3)イ(ウ)a）。",
    )
    user_text = models.CharField("使用者", max_length=100, blank=True, help_text="共用のときは「窓口共用」などと書きます。")
    place = models.CharField("設置・保管場所", max_length=200)
    is_portable = models.BooleanField("持ち運びができる", default=False)
    is_off_site = models.BooleanField("庁外に設置している", default=False, db_index=True)
    checked_on = models.DateField("庁外の機器を確かめた日", null=True, blank=True, editable=False)
    os = models.CharField("OSと版", max_length=100, blank=True)
    lease_ends_on = models.DateField("リースの終わる日", null=True, blank=True, db_index=True)
    disposed_on = models.DateField("廃棄・返却した日", null=True, blank=True, editable=False)

    objects = DeviceQuerySet.as_manager()

    class Meta(RegisterRow.Meta):
        verbose_name = "機器"
        verbose_name_plural = "機器"
        indexes = [models.Index(fields=["department", "status"]), models.Index(fields=["kind", "status"])]
        constraints = [
            models.UniqueConstraint(
                fields=["asset_tag"],
                condition=~models.Q(asset_tag=""),
                name="assets_device_tag_once",
                violation_error_message="この備品番号の機器はすでに登録されています。",
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("assets:device", args=[self.pk])

    # -- transitions -----------------------------------------------------------------------------------------------
    @transaction.atomic
    def store(self, *, by: User, at: datetime) -> "Device":
        """使用中・所在不明 → 保管中."""
        return self._move(self.Status.STORED, "stored", by=by, at=at)

    @transaction.atomic
    def use(self, *, by: User, at: datetime) -> "Device":
        """保管中・所在不明 → 使用中."""
        return self._move(self.Status.IN_USE, "used", by=by, at=at)

    @transaction.atomic
    def report_lost(self, *, by: User, at: datetime) -> "Device":
        """→ 所在不明: whoever keeps the register says so at once; the incident report is the reader's next step (3.9.3)."""
        return self._move(self.Status.LOST, "lost", by=by, at=at)

    @transaction.atomic
    def dispose(self, *, on: date, by: User, at: datetime, permit: Request | None = None) -> "Device":
        """保管中 → 廃棄・返却済 (3.5.2.9, 3.8.1.6); the row stays. Whoever records a permitted disposal needs no role of their own."""
        is_permitted = permit is not None and permit.permits("disposal", self)
        return self._move(self.Status.DISPOSED, "disposed", by=by, at=at, is_permitted=is_permitted, disposed_on=on)

    @transaction.atomic
    def place_off_site(self, place: str, *, by: User, at: datetime) -> "Device":
        """It stands outside from now on, for the caller that holds the CISO's permit (3.8.1.5). InvalidTransition for an ended one."""
        return self._set_place(place, True, "placed_off_site", by=by, at=at)

    @transaction.atomic
    def bring_back(self, place: str, *, by: User, at: datetime) -> "Device":
        """It stands inside again."""
        return self._set_place(place, False, "brought_back", by=by, at=at)

    def _set_place(self, place: str, is_off_site: bool, verb: str, *, by: User, at: datetime) -> "Device":
        row = self.lock()
        if row.is_ended:
            raise InvalidTransition(f"「{row}」は{row.get_status_display()}のため、置き場所を変えられません。")
        row.place, row.is_off_site, row.changed_at = place, is_off_site, at
        row.search = row._searchable()
        row.save(update_fields=["place", "is_off_site", "changed_at", "search"])
        record(by, row._verb(verb), row, at=at, **signed(by, row.department, at=at), number=row.code)
        return row

    def can_check(self, user: User, *, at: datetime, reach: RegisterReach | None = None) -> bool:
        """中央管理者 and the staff of that 課, for a device outside the buildings."""
        return self.is_off_site and not self.is_ended and (reach or RegisterReach.of(user, at=at)).is_central_staff

    @transaction.atomic
    def check_off_site(self, *, on: date, is_fine: bool, by: User, at: datetime) -> "Device":
        """The measures at the place were looked at (3.8.1.5); ValidationError for a day to come."""
        row = self.lock()
        if not row.is_off_site or row.is_ended:
            raise InvalidTransition("庁外に設置している機器ではないため、確認の記録は要りません。")
        if not row.can_check(by, at=at):
            raise PermissionDenied("確認を記録できるのは、中央電子計算組織管理者とその課の職員だけです。")
        if on > day_of(at):
            raise ValidationError({"on": "確かめた日が未来になっています。"})
        row.checked_on = on
        row.save(update_fields=["checked_on"])
        off_site_check.complete(row, by=by, at=at)
        record(
            by,
            "assets.device.checked",
            row,
            at=at,
            **signed(by, row.department, at=at),
            number=row.code,
            checked_on=on,
            outcome="問題なし" if is_fine else "問題あり",
        )
        return row

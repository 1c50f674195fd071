"""A connection of a system to a network outside: with its limits, its survey, its way of being cut (3.7.1.1, 3.8.3.2, 3.10.1.10)."""

from datetime import date, datetime
from typing import Any, Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from assets.networks import Network
from assets.registers import RegisterReach, signed
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .register_row import in_order


class ConnectionQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime, reach: RegisterReach | None = None) -> Self:
        """As visible as its system."""
        return self.filter((reach or RegisterReach.of(user, at=at)).seen("system__department"))

    def live(self) -> Self:
        """Connections that are there, cut ones included."""
        return self.exclude(status=Connection.Status.ENDED)

    def unsurveyed(self) -> Self:
        """Live without a survey of the other network (3.10.1.10.2)."""
        return self.live().filter(surveyed_on__isnull=True)


class Connection(models.Model):
    """外部との接続. It is entered by 中央管理者, after CISO and 総括管理者 have permitted it (3.10.1.10.1)."""

    class Status(models.TextChoices):
        IN_USE = "in_use", "接続中"
        CUT = "cut", "遮断中"
        ENDED = "ended", "終了"

    TRANSITIONS = {
        Status.IN_USE: {Status.CUT, Status.ENDED},
        Status.CUT: {Status.IN_USE, Status.ENDED},
        Status.ENDED: set(),
    }

    system = models.ForeignKey("assets.System", verbose_name="情報システム", on_delete=models.PROTECT, related_name="connections")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.IN_USE, db_index=True)
    counterpart = models.CharField("接続先", max_length=200)
    counterpart_manager = models.CharField("接続先の管理責任者", max_length=200, blank=True)
    purpose = models.CharField("接続が必要な理由", max_length=300)
    limits = models.TextField(
        "通信の制限", max_length=2000, help_text="許す通信の向き、宛先、ポート、特定の端末に限る方法などを書きます（3-7(1)ア）。"
    )
    is_offline_counterpart = models.BooleanField(
        "接続先はインターネットにつながっていない", default=False, help_text="マイナンバー利用事務系では、原則としてこれに限ります。"
    )
    exception_ground = models.CharField("つながっている接続先を認める根拠", max_length=300, blank=True)
    firewall = models.CharField("境界の防御（ファイアウォールなど）", max_length=200)
    liability = models.CharField("損害賠償責任の定め（契約書の条）", max_length=200, blank=True)
    surveyed_on = models.DateField("接続先を調査した日", null=True, blank=True)
    survey_result = models.TextField("調査の結果", blank=True, max_length=2000)
    confirmed_on = models.DateField("必要なことを確かめた日", null=True, blank=True, editable=False)
    request_code = models.CharField("許可の申請番号", max_length=32, blank=True)
    since = models.DateField("接続開始日")
    until = models.DateField("接続終了日", null=True, blank=True)
    entered_at = models.DateTimeField("登録日時")

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        verbose_name = "外部との接続"
        verbose_name_plural = "外部との接続"
        ordering = ["status", "counterpart", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=in_order("since", "until"),
                name="assets_connection_in_order",
                violation_error_message="接続終了日は開始日以後の日にしてください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.counterpart}との接続"

    def get_absolute_url(self) -> str:
        return self.system.get_absolute_url()

    def clean(self) -> None:
        """What the policy asks of a connection: limits of the My Number network, a result with every survey."""
        errors = {}
        if self.system.network == Network.MY_NUMBER and not (self.is_offline_counterpart or self.exception_ground):
            errors["exception_ground"] = "マイナンバー利用事務系のため、インターネットにつながる接続先では、認める根拠が必要です。"
        if self.surveyed_on and not self.survey_result.strip():
            errors["survey_result"] = "調査の結果を入力してください。"
        if errors:
            raise ValidationError(errors)

    # -- people ----------------------------------------------------------------------------------------------------
    @staticmethod
    def may_keep(user: User, *, at: datetime, reach: RegisterReach | None = None) -> bool:
        """中央管理者 keeps the connections, with the staff of that 課."""
        return (reach or RegisterReach.of(user, at=at)).is_central_staff

    def can_cut(self, user: User, *, at: datetime, reach: RegisterReach | None = None) -> bool:
        """中央管理者, and the 情報セキュリティ担当者 of the system on that ruling (3.10.1.10.5)."""
        return self.status == self.Status.IN_USE and (reach or RegisterReach.of(user, at=at)).decides(self.system.department)

    # -- transitions -----------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def enter(cls, system: Any, *, by: User, at: datetime, **fields: Any) -> "Connection":
        """Write a connection beside its system. PermissionDenied, ValidationError by field, InvalidTransition for a retired system."""
        system = system.lock()
        if system.is_ended:
            raise InvalidTransition(f"「{system}」は運用を終えているため、接続を登録できません。")
        if not cls.may_keep(by, at=at):
            raise PermissionDenied("登録できるのは、中央電子計算組織管理者とその課の職員だけです。")
        row = cls(system=system, entered_at=at, **fields)
        row.full_clean()
        row.save(force_insert=True)
        record(by, "assets.connection.entered", row.system, at=at, **signed(by, system.department, at=at), counterpart=row.counterpart)
        return row

    @transaction.atomic
    def change(self, *, by: User, at: datetime, **fields: Any) -> "Connection":
        """Correct limits, survey and the like."""
        row = self._lock()
        if row.status == self.Status.ENDED:
            raise InvalidTransition("終了した接続は変更できません。")
        if not self.may_keep(by, at=at):
            raise PermissionDenied("変更できるのは、中央電子計算組織管理者とその課の職員だけです。")
        changed = [name for name, given in fields.items() if getattr(row, name) != given]
        if not changed:
            return row
        for name in changed:
            setattr(row, name, fields[name])
        row.full_clean()
        row.save(update_fields=changed)
        labels = [str(row._meta.get_field(name).verbose_name) for name in changed]
        record(
            by,
            "assets.connection.changed",
            row.system,
            at=at,
            **signed(by, row.system.department, at=at),
            counterpart=row.counterpart,
            fields=labels,
        )
        return row

    @transaction.atomic
    def confirm(self, *, by: User, at: datetime) -> "Connection":
        """Still needed (3.8.3.2)."""
        row = self._lock()
        if row.status == self.Status.ENDED:
            raise InvalidTransition("この接続はすでに終了しています。")
        if not self.may_keep(by, at=at):
            raise PermissionDenied("確かめられるのは、中央電子計算組織管理者とその課の職員だけです。")
        row.confirmed_on = day_of(at)
        row.save(update_fields=["confirmed_on"])
        record(
            by, "assets.connection.confirmed", row.system, at=at, **signed(by, row.system.department, at=at), counterpart=row.counterpart
        )
        return row

    @transaction.atomic
    def cut(self, *, by: User, at: datetime) -> "Connection":
        """接続中 → 遮断中: a flaw of the other network threatens us (3.10.1.10.5)."""
        row = self._guarded(self.Status.CUT)
        if not row.can_cut(by, at=at):
            raise PermissionDenied("遮断できるのは、中央電子計算組織管理者とシステムの情報セキュリティ担当者だけです。")
        return row._set(self.Status.CUT, "cut", by=by, at=at)

    @transaction.atomic
    def restore(self, *, by: User, at: datetime) -> "Connection":
        """遮断中 → 接続中, by 中央管理者."""
        row = self._guarded(self.Status.IN_USE)
        if not RegisterReach.of(by, at=at).is_central:
            raise PermissionDenied("接続を元に戻せるのは、中央電子計算組織管理者だけです。")
        return row._set(self.Status.IN_USE, "restored", by=by, at=at)

    @transaction.atomic
    def end(self, *, on: date, by: User, at: datetime) -> "Connection":
        """→ 終了; the line stays."""
        row = self._guarded(self.Status.ENDED)
        if not self.may_keep(by, at=at):
            raise PermissionDenied("終了できるのは、中央電子計算組織管理者とその課の職員だけです。")
        if on < row.since:
            raise ValidationError({"on": "接続終了日は開始日以後の日にしてください。"})
        row.until = on
        return row._set(self.Status.ENDED, "ended", "until", by=by, at=at)

    def _lock(self) -> "Connection":
        Connection.objects.select_for_update(no_key=True).get(pk=self.pk)
        return Connection.objects.select_related("system__department__parent").get(pk=self.pk)

    def _guarded(self, status: str) -> "Connection":
        row = self._lock()
        if status not in row.TRANSITIONS[self.Status(row.status)]:
            raise InvalidTransition(f"この接続は「{row.get_status_display()}」です。最新の状況を表示しました。")
        return row

    def _set(self, status: str, verb: str, *fields: str, by: User, at: datetime) -> "Connection":
        self.status = status
        self.save(update_fields=["status", *fields])
        record(
            by,
            f"assets.connection.{verb}",
            self.system,
            at=at,
            **signed(by, self.system.department, at=at),
            counterpart=self.counterpart,
            state=self.get_status_display(),
        )
        return self

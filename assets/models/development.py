"""The development file of a system: persons, checks with their evidence, step by step until the hand-over (3.10.3)."""

from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse

from assets.development_items import ORDER, DevelopmentKind, Phase, items_of
from assets.registers import RegisterReach, signed
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .development_item import DevelopmentItem
from .numbering import RegisterSeries
from .register_row import in_order


class DevelopmentFileQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime, reach: RegisterReach | None = None) -> Self:
        """As visible as the system."""
        return self.filter((reach or RegisterReach.of(user, at=at)).seen("system__department"))

    def running(self) -> Self:
        return self.exclude(phase__in=DevelopmentFile.ENDED)

    def before_migration(self) -> Self:
        """Running and not yet tested: the system may not go into use."""
        return self.filter(phase__in=(Phase.PLANNING, Phase.BUILDING, Phase.TESTING))


class DevelopmentFile(models.Model):
    """One development, introduction, renewal or change of a system.

    Its development IDs are rows of the ledger of user IDs, its software rows of the licence ledger, its hardware devices
    of the register: each points here.
    """

    ENDED = (Phase.COMPLETED, Phase.STOPPED)

    code = models.CharField("番号", max_length=16, unique=True, editable=False)
    system = models.ForeignKey("assets.System", verbose_name="情報システム", on_delete=models.PROTECT, related_name="developments")
    title = models.CharField("件名", max_length=200)
    kind = models.CharField("種類", max_length=16, choices=DevelopmentKind)
    phase = models.CharField("段階", max_length=16, choices=Phase, default=Phase.PLANNING, db_index=True)
    manager = models.CharField("市の責任者（職名・氏名）", max_length=200)
    contractor = models.CharField("委託先", max_length=200, blank=True)
    contractor_manager = models.CharField("委託先の開発責任者", max_length=200, blank=True)
    workers = models.TextField("作業者", blank=True, max_length=2000, help_text="1行に一人。氏名と所属を書きます（3-10(3)イ(ア)）。")
    starts_on = models.DateField("開始日")
    ends_on = models.DateField("終了予定日")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="登録した人", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("登録日時")
    ended_at = models.DateTimeField("終わった日時", null=True, blank=True)
    stop_reason = models.CharField("中止の理由", max_length=500, blank=True)

    objects = DevelopmentFileQuerySet.as_manager()

    class Meta:
        verbose_name = "開発のファイル"
        verbose_name_plural = "開発のファイル"
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=in_order("starts_on", "ends_on"),
                name="assets_development_in_order",
                violation_error_message="終了予定日は開始日以後の日にしてください。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("assets:development", args=[self.pk])

    @property
    def is_ended(self) -> bool:
        return self.phase in self.ENDED

    @property
    def next_phase(self) -> Phase | None:
        return None if self.is_ended else ORDER[ORDER.index(Phase(self.phase)) + 1]

    def is_late(self, *, on: date) -> bool:
        return not self.is_ended and self.ends_on < on

    def can_change(self, user: User, *, at: datetime, reach: RegisterReach | None = None) -> bool:
        return not self.is_ended and self.system.may_enter(user, self.system.department, at=at, reach=reach)

    def can_advance(self, user: User, *, at: datetime, reach: RegisterReach | None = None) -> bool:
        """情報セキュリティ担当者 of the system's section and 中央管理者 (3.10.3 names both)."""
        return not self.is_ended and self.system.can_decide(user, at=at, reach=reach)

    def open_ids(self) -> models.QuerySet:
        """Development IDs that still work; they go when it ends (3.10.3.2.2.1)."""
        from .ledger_entry import LedgerEntry

        return LedgerEntry.objects.of("user-id", "privileged-id", "shared-id").about(self).open()

    def lacking(self) -> list[str]:
        """What stands in the way of the next step, in words."""
        found = [item.label for item in self.items.open().filter(phase=self.phase)]
        if self.phase == Phase.MIGRATING and (count := self.open_ids().count()):
            found.append(f"開発用ID {count}件の抹消")
        return found

    # -- transitions -----------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def open(cls, system: Any, *, by: User, at: datetime, **fields: Any) -> "DevelopmentFile":
        """Begin a file with all items of its kind. PermissionDenied, ValidationError, InvalidTransition for a retired system."""
        system = system.lock()
        if system.is_ended:
            raise InvalidTransition(f"「{system}」は運用を終えているため、開発を始められません。")
        if not system.can_change(by, at=at):
            raise PermissionDenied("登録できるのは、所管課の職員と中央電子計算組織管理者だけです。")
        row = cls(system=system, entered_by=by, entered_at=at, **fields)
        row.code = f"V-{RegisterSeries.take('development'):04d}"
        row.full_clean()
        row.save(force_insert=True)
        DevelopmentItem.objects.bulk_create(DevelopmentItem.of(row, spec, place) for place, spec in enumerate(items_of(row.kind), 1))
        record(by, "assets.development.opened", row, at=at, **signed(by, row.system.department, at=at), number=row.code, system=system.code)
        return row

    @transaction.atomic
    def advance(self, *, by: User, at: datetime) -> "DevelopmentFile":
        """To the next step. InvalidTransition while an item of this step is open, or a development ID still works at the end."""
        row = self.lock()
        if row.is_ended:
            raise InvalidTransition(f"この開発は「{row.get_phase_display()}」です。")
        if not row.can_advance(by, at=at):
            raise PermissionDenied("進められるのは、所管課の情報セキュリティ担当者と中央電子計算組織管理者だけです。")
        if lacking := row.lacking():
            raise InvalidTransition(f"まだ済んでいないことがあります：{'、'.join(lacking)}。")
        was, row.phase = row.get_phase_display(), row.next_phase
        row.ended_at = at if row.is_ended else None
        row.save(update_fields=["phase", "ended_at"])
        record(
            by,
            "assets.development.advanced",
            row,
            at=at,
            **signed(by, row.system.department, at=at),
            number=row.code,
            state_was=was,
            state=row.get_phase_display(),
        )
        return row

    @transaction.atomic
    def stop(self, *, reason: str, by: User, at: datetime) -> "DevelopmentFile":
        """→ 中止, with a reason."""
        row = self.lock()
        if row.is_ended:
            raise InvalidTransition(f"この開発は「{row.get_phase_display()}」です。")
        if not row.can_advance(by, at=at):
            raise PermissionDenied("中止できるのは、所管課の情報セキュリティ担当者と中央電子計算組織管理者だけです。")
        if not reason.strip():
            raise ValidationError({"reason": "中止の理由を入力してください。"})
        if count := row.open_ids().count():
            raise InvalidTransition(f"開発用IDが{count}件残っています。抹消してから中止してください。")
        was, row.phase, row.ended_at, row.stop_reason = row.get_phase_display(), Phase.STOPPED, at, reason
        row.save(update_fields=["phase", "ended_at", "stop_reason"])
        record(
            by,
            "assets.development.stopped",
            row,
            at=at,
            **signed(by, row.system.department, at=at),
            number=row.code,
            state_was=was,
            state=row.get_phase_display(),
        )
        return row

    def lock(self) -> "DevelopmentFile":
        DevelopmentFile.objects.select_for_update(no_key=True).get(pk=self.pk)
        return DevelopmentFile.objects.select_related("system__department__parent").get(pk=self.pk)

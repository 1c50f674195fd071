"""保存延長: a record that stays although its time is over, as long as somebody says why."""

from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from ..content import key_of
from ..hands import Hands
from ..kinds import Kind
from ..registry import KINDS
from .disposal_row import DisposalRow

KEEPERS = (RoleCode.CENTRAL_MANAGER,)
NOT_TO_HOLD = "保存を延ばすことと、その解除ができるのは、中央電子計算組織管理者です。"


class HoldQuerySet(models.QuerySet["Hold"]):
    def visible_to(self, user: User, *, at: datetime | None = None, hands: Hands | None = None) -> Self:
        """All of them for who keeps the city's records, those one has set for anybody else."""
        hands = hands or Hands(user, at=at or timezone.now())
        return self.all() if hands.is_wide else self.filter(set_by=user)

    def standing(self, *, on: date) -> Self:
        """In force on a day."""
        return self.filter(lifted_at__isnull=True).filter(Q(until=None) | Q(until__gte=on))

    def keys(self, kind: Kind, keys: list[str], *, on: date) -> set[str]:
        """Those of these records that are held."""
        return set(self.standing(on=on).filter(kind=kind.code, key__in=keys).values_list("key", flat=True))


class Hold(models.Model):
    """Set by 中央電子計算組織管理者 with a reason, until a day or until it is lifted."""

    kind = models.CharField("記録の種類", max_length=32, choices=[(code, kind.word) for code, kind in KINDS.items()])
    key = models.CharField("記録の鍵", max_length=64)
    number = models.CharField("番号", max_length=60)
    reason = models.CharField("理由", max_length=500)
    until = models.DateField("延長する期限", null=True, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="延長した人", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField("延長した日時")
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="解除した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField("解除した日時", null=True, blank=True)
    lift_reason = models.CharField("解除の理由", max_length=500, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        verbose_name = "保存延長"
        verbose_name_plural = "保存延長"
        ordering = ["-set_at", "-pk"]
        indexes = [models.Index(fields=["kind", "key"])]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], condition=Q(lifted_at=None), name="retention_hold_once"),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | Q(lifted_by__isnull=False) & ~Q(lift_reason=""), name="retention_hold_lifted_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("retention:holds")

    def is_standing(self, *, on: date) -> bool:
        return self.lifted_at is None and (self.until is None or self.until >= on)

    @staticmethod
    def hat(hands: Hands) -> Standing:
        """PermissionDenied for who does not hold records."""
        hat = hands.hat(*KEEPERS)
        if hat is None:
            raise PermissionDenied(NOT_TO_HOLD)
        return hat

    @classmethod
    @transaction.atomic
    def put(cls, kind: Kind, key: str, *, reason: str, until: date | None, by: User, at: datetime) -> "Hold":
        """Keep a record for longer; in a disposal that is decided already it stays as well.

        ValidationError for a day in the past, a record that is not there or is destroyed, or one that is held; PermissionDenied.
        """
        hands = Hands(by, at=at)
        hat = cls.hat(hands)
        if until is not None and until <= day_of(at):
            raise ValidationError({"until": "明日以後の日を入力してください。"})
        found = cls._lock(kind, key)
        if DisposalRow.objects.destroyed().of(found, kind).exists():
            raise ValidationError({"number": "この記録は、すでに廃棄されています。"})
        same = cls.objects.filter(kind=kind.code, key=key_of(found), lifted_at=None)
        if same.standing(on=day_of(at)).exists():
            raise ValidationError({"number": "この記録の保存は、すでに延ばされています。"})
        same.update(lifted_at=at, lifted_by=by, lift_reason="期限が過ぎたため")
        facts: dict[str, Any] = {"kind": kind.code, "key": key_of(found), "number": kind.number(found)}
        hold = cls.objects.create(**facts, reason=reason, until=until, set_by=by, set_at=at)
        record(by, "retention.hold.set", hold, at=at, kind=kind.word, number=hold.number, until=until, **hands.signed(hat))
        return hold

    @staticmethod
    def _lock(kind: Kind, key: str) -> Any:
        try:
            return kind.model._base_manager.select_for_update(of=("self",), no_key=True).get(pk=key)
        except (kind.model.DoesNotExist, ValidationError, ValueError):
            raise ValidationError({"number": "この記録はありません。"}) from None

    @transaction.atomic
    def lift(self, *, reason: str, by: User, at: datetime) -> None:
        """It may go again. InvalidTransition when that is done, PermissionDenied."""
        hands = Hands(by, at=at)
        hat = self.hat(hands)
        row = Hold.objects.select_for_update(no_key=True).get(pk=self.pk)
        if row.lifted_at is not None:
            raise InvalidTransition("この保存延長は、すでに解除されています。")
        row.lifted_by, row.lifted_at, row.lift_reason = by, at, reason
        row.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
        record(by, "retention.hold.lifted", row, at=at, kind=row.get_kind_display(), number=row.number, **hands.signed(hat))

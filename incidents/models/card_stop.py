"""カードの利用停止: the 中央電子計算組織管理者 stops a lost IC card at once (3.9.4.1.2), and the ledger of cards says so."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from assets.models import LedgerEntry
from incidents.chain import Party
from incidents.parties import Actor
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

LEDGER, KIND = "ic-card", "ic_card"


class CardStop(models.Model):
    """The stop of one card, once an incident; `entry` is its row in the ledger, where there is one."""

    incident = models.OneToOneField("incidents.Incident", verbose_name="インシデント", on_delete=models.CASCADE, related_name="card_stop")
    entry = models.ForeignKey(
        LedgerEntry, verbose_name="台帳のカード", null=True, blank=True, on_delete=models.PROTECT, related_name="card_stops"
    )
    card = models.CharField("止めたカード", max_length=200)
    stopped_at = models.DateTimeField("停止した日時")
    instruction = models.CharField("本人への指示", max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="止めた人", on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("記録した日時")

    class Meta:
        verbose_name = "カードの利用停止"
        verbose_name_plural = "カードの利用停止"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.card}の利用停止"

    @staticmethod
    def is_asked(incident) -> bool:
        """Whether a card of this incident is still to be stopped."""
        return incident.kind.code == KIND and not incident.is_draft and not CardStop.objects.filter(incident=incident).exists()

    @staticmethod
    def actor(incident, user: User, *, at: datetime) -> Actor | None:
        """The person as 中央電子計算組織管理者, or whoever acts while nobody is there."""
        return next((actor for actor in incident.able(Party.CENTRAL_MANAGER, at=at) if actor.person.pk == user.pk), None)

    @classmethod
    @transaction.atomic
    def write(
        cls,
        incident,
        *,
        by: User,
        at: datetime,
        stopped_at: datetime,
        entry: LedgerEntry | None = None,
        card: str = "",
        instruction: str = "",
    ) -> "CardStop":
        """Write down that the card no longer opens anything; its row in the ledger becomes 紛失停止中.

        ValidationError where neither card nor row is named or the time cannot be; InvalidTransition where it was stopped
        before; PermissionDenied for anyone but the 中央電子計算組織管理者.
        """
        incident = incident.lock()
        actor = cls.actor(incident, by, at=at)
        if not cls.is_asked(incident):
            raise InvalidTransition("このカードの利用停止は、すでに記録されています。最新の状況を表示しました。")
        if actor is None:
            raise PermissionDenied("カードの利用を止めたことを記録できるのは、中央電子計算組織管理者だけです。")
        if stopped_at > at:
            raise ValidationError({"stopped_at": "停止した日時が未来になっています。実際の日時を入力してください。"})
        if entry is not None and incident.is_drill:
            raise ValidationError({"entry": "訓練では、台帳のカードは止めません。カードの番号を入力してください。"})
        if entry is None and not card.strip():
            raise ValidationError({"card": "台帳のカードを選ぶか、止めたカードの番号を入力してください。"})
        if entry is not None:
            card = str(entry.data.get("card_number") or entry)
            data = {"told_at": incident.reported_at, "stopped_at": stopped_at, "instruction": instruction}
            entry.act("stop", data=data, by=by, at=at)
        row = cls.objects.create(
            incident=incident,
            entry=entry,
            card=card.strip(),
            stopped_at=stopped_at,
            instruction=instruction,
            by=by,
            by_as=actor.label,
            at=at,
        )
        changes = {"stopped_at": stopped_at.isoformat(), "ledger_number": entry.number if entry else ""}
        record(by, "incidents.card.stopped", incident, role=actor.label, in_place_of=actor.in_place_of, at=at, **changes)
        return row

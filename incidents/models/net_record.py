"""That the 緊急連絡網 was printed or looked through on a day, and what it said then, as digests: the numbers are not copied."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from incidents.continuity.people import handles_net
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.duties.settling import settle
from musashimurayama_isms.trail.record import record

if TYPE_CHECKING:
    from incidents.continuity.net import Net

MECHANISM = "duty:contact-list"


class NetRecordQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """One's own papers; the checks are everyone's to see."""
        return self.filter(models.Q(by=user) | models.Q(kind=NetRecord.Kind.CHECK))

    def papers(self) -> Self:
        return self.filter(kind__in=(NetRecord.Kind.SHEET, NetRecord.Kind.CARD))

    def latest_papers(self) -> Self:
        """The last paper of each person and kind: an older one counts no more."""
        last = self.papers().order_by().values("by", "kind").annotate(last=models.Max("pk")).values("last")
        return self.filter(pk__in=last)

    def checks(self) -> Self:
        return self.filter(kind=NetRecord.Kind.CHECK)


class NetRecord(models.Model):
    """One paper that was made, or one check of the whole net (3.4.2.3.8)."""

    class Kind(models.TextChoices):
        SHEET = "sheet", "緊急連絡網（A4）"
        CARD = "card", "携帯用カード"
        CHECK = "check", "確認"

    kind = models.CharField("種類", max_length=8, choices=Kind)
    on = models.DateField("基準日")
    with_numbers = models.BooleanField("時間外の電話を含む", default=False)
    digest = models.CharField("照合符号", max_length=64, db_index=True)
    seats = models.JSONField("席ごとの照合符号", default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="作った人", on_delete=models.CASCADE, related_name="net_records")
    at = models.DateTimeField("日時")
    note = models.TextField("確認した結果", blank=True, max_length=1000)
    open_points = models.JSONField("残っていること", default=dict, blank=True)

    objects = NetRecordQuerySet.as_manager()

    class Meta:
        verbose_name = "緊急連絡網の記録"
        verbose_name_plural = "緊急連絡網の記録"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["by", "kind", "at"]), models.Index(fields=["kind", "at"])]

    def __str__(self) -> str:
        return f"緊急連絡網の{self.get_kind_display()}"

    @property
    def code(self) -> str:
        """What stands on the paper, short enough to be typed."""
        return f"{self.digest[:4]}-{self.digest[4:8]}".upper()

    @classmethod
    @transaction.atomic
    def keep_paper(cls, kind: str, net: "Net", *, by: User, at: datetime) -> "NetRecord":
        """A paper has been made from the net as this person sees it."""
        row = cls._of(kind, net, by=by, at=at)
        record(by, "incidents.contact_net.printed", row, at=at, kind=kind, on_day=net.on.isoformat(), digest=net.digest)
        return row

    @classmethod
    @transaction.atomic
    def look_through(cls, net: "Net", *, note: str, by: User, at: datetime) -> "NetRecord":
        """The net has been looked through; the open round of the duty is done with it. ValidationError without a word on what is open."""
        if not handles_net(by, at=at):
            raise PermissionDenied("緊急連絡網の確認を記録できるのは、中央電子計算組織管理者と情報化推進委員会の事務局だけです。")
        if net.open_points and not note.strip():
            raise ValidationError({"note": "空席や番号のない方が残っています。どうするかを入力してください。"})
        row = cls._of(cls.Kind.CHECK, net, by=by, at=at, note=note, open_points=net.counts)
        rounds = Occurrence.objects.filter(duty__mechanism=MECHANISM).appeared(on=day_of(at))
        settle(rounds, by=by, at=at, note=note or "緊急連絡網を確かめました。")
        record(
            by,
            "incidents.contact_net.checked",
            row,
            at=at,
            on_day=net.on.isoformat(),
            digest=net.digest,
            open_points=sum(net.counts.values()),
        )
        return row

    @classmethod
    def _of(cls, kind: str, net: "Net", *, by: User, at: datetime, **more) -> "NetRecord":
        facts = {"on": net.on, "with_numbers": net.with_numbers, "digest": net.digest, "seats": net.seat_digests}
        return cls.objects.create(kind=kind, by=by, at=at, **facts, **more)

"""The CISO's ruling that a kind of use of private devices is possible (3.9.1.6); single permits rest on it."""

from datetime import date, datetime
from typing import Self

from django.db import models

from assets.classification import AssetClass
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record


class ByodRulingQuerySet(models.QuerySet):
    def in_force(self, *, on: date) -> Self:
        """Made and not taken back on the day."""
        return self.filter(models.Q(ended_on__isnull=True) | models.Q(ended_on__gt=on), since__lte=on)


class ByodRuling(models.Model):
    """One kind of use. It holds until the CISO takes it back or the section gives it up."""

    request = models.OneToOneField("approvals.Request", verbose_name="申請", on_delete=models.PROTECT, related_name="byod_ruling")
    use = models.CharField("使いかた", max_length=200)
    devices = models.CharField("端末の種類", max_length=200)
    asset_class = models.PositiveSmallIntegerField("扱える情報の分類", choices=AssetClass)
    since = models.DateField("判断した日", db_index=True)
    ended_on = models.DateField("取りやめた日", null=True, blank=True)

    objects = ByodRulingQuerySet.as_manager()

    class Meta:
        verbose_name = "支給以外端末の使いかたの判断"
        verbose_name_plural = "支給以外端末の使いかたの判断"
        ordering = ["use", "pk"]

    def __str__(self) -> str:
        return f"{self.use}（{self.devices}、{self.get_asset_class_display()}まで）"

    @classmethod
    def make(cls, request, *, by: User, at: datetime) -> "ByodRuling":
        """In the transaction of the CISO's decision."""
        fields = {name: request.content[name] for name in ("use", "devices", "asset_class")}
        row = cls.objects.create(request=request, since=day_of(at), **fields)
        record(by, "assets.byodruling.made", row, at=at, number=request.number)
        return row

    def end(self, *, by: User | None, at: datetime) -> None:
        """No further permit rests on it; those that run are looked at one by one. In the transaction of the caller's act."""
        self.ended_on = day_of(at)
        self.save(update_fields=["ended_on"])
        record(by, "assets.byodruling.ended", self, at=at, number=self.request.number)

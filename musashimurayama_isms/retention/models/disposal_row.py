"""One record in a disposal: what is known of it before, and what stays of it for good."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast

from ..content import key_of
from ..kinds import Kind
from ..registry import KINDS


class DisposalRowQuerySet(models.QuerySet["DisposalRow"]):
    def taken(self) -> Self:
        """Those that stand in a disposal under way, or are destroyed: in no other one."""
        return self.filter(state__in=(DisposalRow.State.LISTED, DisposalRow.State.DESTROYED))

    def destroyed(self) -> Self:
        return self.filter(state=DisposalRow.State.DESTROYED)

    def of(self, record: models.Model, kind: Kind) -> Self:
        """The rows of one record."""
        return self.filter(kind=kind.code, key=key_of(record))

    def as_keys(self, kind: Kind) -> models.QuerySet:
        """The keys of the rows of a kind as the record's own key, for `pk__in`."""
        field: Any = kind.model._meta.pk
        return self.filter(kind=kind.code).order_by().annotate(record=Cast("key", field.__class__())).values("record")


class DisposalRow(models.Model):
    """A record by its number. Once destroyed, the row is the 廃棄記録 of it and never changes."""

    class State(models.TextChoices):
        LISTED = "listed", "廃棄の予定"
        DESTROYED = "destroyed", "廃棄済み"
        LEFT = "left", "残した"
        RELEASED = "released", "取りやめ"

    disposal = models.ForeignKey("retention.Disposal", verbose_name="廃棄", on_delete=models.PROTECT, related_name="rows")
    kind = models.CharField("記録の種類", max_length=32, choices=[(code, kind.word) for code, kind in KINDS.items()])
    key = models.CharField("記録の鍵", max_length=64)
    number = models.CharField("番号", max_length=60)
    ended_on = models.DateField("完結した日")
    digest = models.CharField("内容のSHA-256", max_length=64)
    columns = models.PositiveIntegerField("項目の数")
    files = models.PositiveIntegerField("ファイルの数")
    state = models.CharField("状態", max_length=16, choices=State, default=State.LISTED)
    left_because = models.CharField("残した理由", max_length=100, blank=True)
    destroyed_at = models.DateTimeField("廃棄日時", null=True, blank=True)

    objects = DisposalRowQuerySet.as_manager()

    class Meta:
        verbose_name = "廃棄する記録"
        verbose_name_plural = "廃棄する記録"
        ordering = ["ended_on", "pk"]
        indexes = [models.Index(fields=["kind", "key"]), models.Index(fields=["disposal", "state"])]
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], condition=Q(state__in=("listed", "destroyed")), name="retention_row_once"),
            models.CheckConstraint(
                condition=Q(state="destroyed", destroyed_at__isnull=False) | ~Q(state="destroyed") & Q(destroyed_at__isnull=True),
                name="retention_row_destroyed_says_when",
            ),
            models.CheckConstraint(condition=~Q(state="left") | ~Q(left_because=""), name="retention_row_left_says_why"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def declared(self) -> Kind:
        return KINDS[self.kind]

"""One thing of a disposal and what was done with it (3.5.2.9.1-2)."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models

from musashimurayama_isms.accounts.models import User

from .ledger_entry import LedgerEntry
from .thing_row import ThingRow


class Method(models.TextChoices):
    """How what was on it is made irrecoverable (3.5.2.9.1); the codes are those of the ledger of disposals."""

    DESTROY = "destroy", "物理的に破壊する"
    CRYPTO = "crypto", "暗号化したうえで鍵を消す（暗号化消去）"
    OVERWRITE = "overwrite", "上書きして消す"
    DEGAUSS = "degauss", "磁気で消す"
    PAPER = "paper", "裁断・溶解する（紙）"


@dataclass(frozen=True)
class Processing:
    """What was done, as 3.5.2.9.2 asks for it: when, by whom, what; with a witness and the certificate."""

    done_at: datetime
    done_by: str
    method: str
    processing: str
    witness: str = ""
    certificate: str = ""


class DisposalLineQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        """Neither recorded nor given up."""
        return self.filter(done_at__isnull=True, dropped="")

    def done(self) -> Self:
        return self.filter(done_at__isnull=False)


class DisposalLine(ThingRow):
    """One thing that is done away with, and what was done with it."""

    disposal = models.ForeignKey("assets.Disposal", verbose_name="廃棄", on_delete=models.PROTECT, related_name="lines")
    done_at = models.DateTimeField("処理した日時", null=True, blank=True)
    done_by = models.CharField("処理した人", max_length=200, blank=True)
    method = models.CharField("方法", max_length=16, choices=Method, blank=True)
    processing = models.TextField("処理の内容", max_length=1000, blank=True)
    witness = models.CharField("立会者", max_length=200, blank=True)
    certificate = models.CharField("証明書の番号", max_length=100, blank=True)
    dropped = models.CharField("取りやめた理由", max_length=300, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="記録した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField("記録日時", null=True, blank=True)
    ledger_entry = models.ForeignKey(
        LedgerEntry, verbose_name="廃棄の記録", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = DisposalLineQuerySet.as_manager()

    class Meta(ThingRow.Meta):
        verbose_name = "廃棄するもの"
        verbose_name_plural = "廃棄するもの"
        indexes = [models.Index(fields=["content_type", "object_id"])]

    @property
    def is_waiting(self) -> bool:
        return self.done_at is None and not self.dropped

    @property
    def processing_facts(self) -> dict[str, Any]:
        """What the ledger of media asks for."""
        return {
            "disposed_at": self.done_at,
            "disposed_by": self.done_by,
            "disposal_method": self.method,
            "witness": self.witness,
            "certificate": self.certificate,
        }

    def take(self, what: Processing, *, by: User, at: datetime) -> None:
        """Keep what was done; the caller holds the disposal's lock."""
        for field in fields(Processing):
            setattr(self, field.name, getattr(what, field.name))
        self.recorded_by, self.recorded_at = by, at
        self.save()

    def drop(self, reason: str) -> None:
        self.dropped = reason[:300]
        self.save(update_fields=["dropped"])

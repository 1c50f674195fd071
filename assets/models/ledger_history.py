"""What a row of a ledger is about, and what was done with it."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models

from assets.ledgers import values
from musashimurayama_isms.jobs.subjects import key_of

if TYPE_CHECKING:
    from .ledger_entry import LedgerEntry


class LedgerSubject(models.Model):
    """One thing that a row is about, with its name of that day; `field` is the column that names it, "" for what was added."""

    entry = models.ForeignKey("assets.LedgerEntry", verbose_name="台帳の行", on_delete=models.CASCADE, related_name="subjects")
    field = models.CharField("項目", max_length=64, blank=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64)
    object = GenericForeignKey("content_type", "object_id")
    label = models.CharField("対象", max_length=200)

    class Meta:
        verbose_name = "台帳の行の対象"
        verbose_name_plural = "台帳の行の対象"
        ordering = ["pk"]
        indexes = [models.Index(fields=["content_type", "object_id"])]
        constraints = [models.UniqueConstraint(fields=["entry", "content_type", "object_id"], name="assets_ledgersubject_once")]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def of(cls, entry: "LedgerEntry", subject: models.Model, field: str = "") -> "LedgerSubject":
        """The link, not yet saved."""
        kind = ContentType.objects.get_for_model(subject)
        return cls(entry=entry, field=field, content_type=kind, object_id=key_of(subject), label=str(subject)[:200])


class LedgerAct(models.Model):
    """What was done with a row, when and by whom; `data` are the values of the act, of a correction the former ones."""

    CORRECTION = "correction"

    entry = models.ForeignKey("assets.LedgerEntry", verbose_name="台帳の行", on_delete=models.CASCADE, related_name="acts")
    code = models.SlugField("したこと", max_length=32)
    was = models.SlugField("前の状態", max_length=32)
    became = models.SlugField("後の状態", max_length=32)
    data = models.JSONField("内容", default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="した人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "台帳の行の経過"
        verbose_name_plural = "台帳の行の経過"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.label

    def save(self, *args: Any, **kwargs: Any) -> None:
        """History is written once."""
        if self.pk is not None:
            raise ValueError("A ledger's history is not rewritten")
        super().save(*args, **kwargs)

    @property
    def label(self) -> str:
        return "訂正" if self.code == self.CORRECTION else self.entry.declared.act(self.code).label

    @property
    def facts(self) -> list[tuple[str, Any]]:
        """(label, words) of what was entered; of a correction, what stood there before."""
        fields = self.entry.declared.all_fields
        before = "（訂正前）" if self.code == self.CORRECTION else ""
        return [(fields[name].label + before, values.words(fields[name], given)) for name, given in self.data.items() if name in fields]

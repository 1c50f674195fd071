"""用語集 and 改定履歴 of a revision."""

from django.db import models

from .document import Revision


class GlossaryTerm(models.Model):
    """A term of the glossary; its first use in the body carries the mark *."""

    revision = models.ForeignKey(Revision, verbose_name="版", on_delete=models.CASCADE, related_name="glossary")
    position = models.PositiveIntegerField("並び順")
    term = models.CharField("用語", max_length=100)
    definition = models.TextField("説明")
    printed_term = models.CharField("原文の用語", max_length=100, blank=True)
    printed_definition = models.TextField("原文の説明", blank=True)
    corrections = models.JSONField("校訂", default=list, blank=True, help_text="kind, certainty, printed, reading, line, note の一覧")
    search_text = models.TextField("検索用", blank=True, editable=False)

    class Meta:
        verbose_name = "用語"
        verbose_name_plural = "用語"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["revision", "term"], name="policy_glossaryterm_once")]

    def __str__(self) -> str:
        return self.term


class HistoryEntry(models.Model):
    """A row of 改定履歴: the month as printed and what was done."""

    revision = models.ForeignKey(Revision, verbose_name="版", on_delete=models.CASCADE, related_name="history")
    position = models.PositiveIntegerField("並び順")
    month = models.CharField("年月", max_length=32)
    event = models.CharField("内容", max_length=100)

    class Meta:
        verbose_name = "改定履歴"
        verbose_name_plural = "改定履歴"
        ordering = ["position"]

    def __str__(self) -> str:
        return f"{self.month} {self.event}"

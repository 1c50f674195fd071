"""The words that went with an act: what was done, why it was moved or left out. Written once, never altered."""

from datetime import datetime

from django.conf import settings
from django.db import models


class Remark(models.Model):
    """One person's words to one act on an occurrence; the act itself stands in the trail, which holds no free text."""

    occurrence = models.ForeignKey("duties.Occurrence", verbose_name="業務", on_delete=models.CASCADE, related_name="remarks")
    verb = models.CharField("行為", max_length=100)
    text = models.TextField("内容", max_length=2000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="書いた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "理由・内容"
        verbose_name_plural = "理由・内容"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.occurrence_id} {self.verb}"

    @classmethod
    def write(cls, occurrence, verb: str, text: str, *, by, at: datetime) -> None:
        """Keep the words of an act; nothing where nothing was said."""
        if text.strip():
            cls.objects.create(occurrence=occurrence, verb=verb, text=text.strip(), by=by, at=at)

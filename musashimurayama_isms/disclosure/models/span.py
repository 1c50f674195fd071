"""A place in the text of a copy: proposed by the portal or marked by hand, masked or lifted again."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from .ground import Ground


class SpanQuerySet(models.QuerySet["Span"]):
    def masked(self) -> Self:
        """Those that will be black."""
        return self.filter(lifted_at=None)


class Span(models.Model):
    """From one character to another in one cell of one line. A lifted one stays, with who lifted it and why."""

    disclosure = models.ForeignKey("disclosure.Disclosure", verbose_name="写し", on_delete=models.CASCADE, related_name="spans")
    line = models.PositiveIntegerField("行")
    cell = models.PositiveSmallIntegerField("欄")
    start = models.PositiveIntegerField("始まり")
    end = models.PositiveIntegerField("終わり")
    ground = models.ForeignKey(Ground, verbose_name="不開示の理由", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="黒塗りにした人", null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField("補足", max_length=300, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="外した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField("外した日時", null=True, blank=True)
    lifted_reason = models.CharField("外した理由", max_length=300, blank=True)

    objects = SpanQuerySet.as_manager()

    class Meta:
        verbose_name = "黒塗りの箇所"
        verbose_name_plural = "黒塗りの箇所"
        ordering = ["line", "cell", "start", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="disclosure_span_is_not_empty"),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | Q(lifted_by__isnull=False) & ~Q(lifted_reason=""), name="disclosure_span_lifted_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.disclosure} {self.line + 1}行目"

    @property
    def is_masked(self) -> bool:
        return self.lifted_at is None

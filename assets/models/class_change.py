"""Why the class of an asset is what it is (3.5.1): each change with its reason, in the words of the person."""

from django.conf import settings
from django.db import models

from assets.classification import AssetClass


class ClassChange(models.Model):
    """One change of a class; `follows` is the original whose copy was raised with it (3.5.2.1.2)."""

    asset = models.ForeignKey("assets.Asset", verbose_name="情報資産", on_delete=models.CASCADE, related_name="class_changes")
    was = models.PositiveSmallIntegerField("前の分類", choices=AssetClass)
    to = models.PositiveSmallIntegerField("後の分類", choices=AssetClass)
    reason = models.CharField("理由", max_length=500)
    follows = models.ForeignKey("assets.Asset", verbose_name="元の情報資産", null=True, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="変えた人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "分類の変更"
        verbose_name_plural = "分類の変更"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_was_display()} → {self.get_to_display()}"

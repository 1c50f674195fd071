"""読んだ印: who has read which version of a bulletin (3.10.4.3.6)."""

from django.conf import settings
from django.db import models


class BulletinRead(models.Model):
    """A person has read a version; once each."""

    bulletin = models.ForeignKey("incidents.Bulletin", verbose_name="注意喚起", on_delete=models.CASCADE, related_name="reads")
    version = models.PositiveSmallIntegerField("版")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="職員", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("読んだ日時")

    class Meta:
        verbose_name = "読んだ印"
        verbose_name_plural = "読んだ印"
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["bulletin", "person", "version"], name="incidents_bulletinread_once")]

    def __str__(self) -> str:
        return f"{self.person}が読んだ"

"""The texts of a bulletin, one a correction; none is ever altered."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from musashimurayama_isms.accounts.models import User

from .bulletin import Bulletin


class BulletinVersionQuerySet(models.QuerySet["BulletinVersion"]):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """As the bulletin: a file that a version brought is read by whom the bulletin reaches."""
        return self.filter(bulletin__in=Bulletin.objects.visible_to(user, at=at))


class BulletinVersion(models.Model):
    """What was said, what was changed against the version before, by whom."""

    bulletin = models.ForeignKey(Bulletin, verbose_name="注意喚起", on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField("版")
    title = models.CharField("件名", max_length=200)
    text = models.TextField("本文", max_length=8000)
    change = models.CharField("改めたこと", max_length=300, blank=True)
    keeps_files = models.BooleanField("前の版の添付ファイルを引き継ぐ", default=True)
    digest = models.CharField("本文のSHA-256", max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="書いた人", on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("日時")

    objects = BulletinVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "注意喚起の版"
        verbose_name_plural = "注意喚起の版"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["bulletin", "number"], name="incidents_bulletinversion_once"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(change=""), name="incidents_bulletinversion_says_change"),
        ]

    def __str__(self) -> str:
        return f"{self.bulletin} 第{self.number}版"

    def get_absolute_url(self) -> str:
        return self.bulletin.get_absolute_url()

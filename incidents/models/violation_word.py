"""A party told of a violation: by whoever found it, by the notice, by the failure of guidance, by a suspension."""

from django.db import models

from .told import Told, ToldQuerySet


class ViolationWord(Told):
    """One word to one party, with its receipt."""

    SUBJECT = "violation"
    VERB = "incidents.violation.received"

    class Occasion(models.TextChoices):
        FOUND = "found", "発見の報告"
        NOTICE = "notice", "担当者への通知"
        FAILED = "failed", "指導しても改善しない"
        AGAIN = "again", "指導を続けるよう求める"
        SUSPENSION = "suspension", "利用権の停止・剥奪の通知"

    violation = models.ForeignKey("incidents.Violation", verbose_name="違反", on_delete=models.CASCADE, related_name="words")
    occasion = models.CharField("何を", max_length=16, choices=Occasion)

    objects = ToldQuerySet.as_manager()

    class Meta(Told.Meta):
        verbose_name = "違反の知らせ"
        verbose_name_plural = "違反の知らせ"
        indexes = [models.Index(fields=["party", "received_at"])]

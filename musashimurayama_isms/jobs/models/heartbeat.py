"""Signs of life of the machinery."""

from django.db import models


class Heartbeat(models.Model):
    """When the scheduler and a worker were last seen to live; read by `health`."""

    class Name(models.TextChoices):
        SCHEDULER = "scheduler", "スケジューラ"
        WORKER = "worker", "ワーカー"

    name = models.CharField("名前", max_length=16, choices=Name, unique=True)
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "稼働の記録"
        verbose_name_plural = "稼働の記録"

    def __str__(self) -> str:
        return self.get_name_display()

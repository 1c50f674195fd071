"""Each run of what comes round: when it began, how it ended. For administrators; what people do stands in the trail."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from celery import current_app
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Count, Max, Q

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import is_staff_of_portal
from musashimurayama_isms.schedule import SCHEDULE, WORDS, Words
from musashimurayama_isms.trail.models import Head
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

ORDER_EXPIRES = timedelta(hours=1)
PATIENCE = timedelta(minutes=10)  # how long a run may be under way before another may be ordered


class TaskRunQuerySet(models.QuerySet):
    """Questions about runs."""

    def latest(self) -> Self:
        """The last run of each task."""
        return self.filter(pk__in=TaskRun.objects.order_by().values("name").annotate(last=Max("pk")).values("last"))

    def failures(self, since: datetime) -> dict[str, int]:
        """Task → how many of its runs failed since then."""
        failed = self.order_by().filter(status=TaskRun.Status.FAILED, began_at__gte=since)
        return dict(failed.values_list("name").annotate(count=Count("pk")))

    def under_way(self, name: str, *, at: datetime) -> Self:
        """Ordered or running, and not for so long that it must be dead."""
        return self.filter(name=name, status__in=(TaskRun.Status.ORDERED, TaskRun.Status.RUNNING), began_at__gt=at - PATIENCE)


class TaskRun(models.Model):
    """One run of one task, whatever number of tries it took."""

    class Status(models.TextChoices):
        ORDERED = "ordered", "依頼済み"
        RUNNING = "running", "実行中"
        DONE = "done", "完了"
        AGAIN = "again", "再試行待ち"
        FAILED = "failed", "失敗"

    name = models.CharField("処理", max_length=64)
    task_id = models.CharField("番号", max_length=64, unique=True)
    status = models.CharField("状態", max_length=8, choices=Status)
    began_at = models.DateTimeField("開始日時", db_index=True)
    ended_at = models.DateTimeField("終了日時", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("試行回数", default=0)
    error = models.CharField("エラーの種類", max_length=100, blank=True)

    objects = TaskRunQuerySet.as_manager()

    class Meta:
        verbose_name = "定時の処理の実行"
        verbose_name_plural = "定時の処理の実行"
        ordering = ["-began_at", "-pk"]
        indexes = [models.Index(fields=["name", "-id"]), models.Index(fields=["status", "began_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(status="failed") | Q(status="again") | Q(error=""), name="rounds_taskrun_error_when_failed")
        ]

    def __str__(self) -> str:
        return words_of(self.name).title

    @classmethod
    @transaction.atomic
    def order(cls, name: str, *, by: User, at: datetime) -> "TaskRun":
        """今すぐ実行: an administrator has the task run outside its time.

        PermissionDenied for anyone else, LookupError for a task that is not on the schedule, InvalidTransition while it is
        under way.
        """
        if name not in SCHEDULE:
            raise LookupError(name)
        if not is_staff_of_portal(by, at=at):
            raise PermissionDenied("今すぐ実行できるのは、ポータル管理者だけです。")
        Head.objects.locked()  # before looking: a second administrator waits here and then finds the first one's order
        if cls.objects.under_way(name, at=at).exists():
            raise InvalidTransition("この処理は、いま動いているか、すでに依頼されています。しばらくしてから状態を確かめてください。")
        run = cls.objects.create(name=name, task_id=str(uuid.uuid4()), status=cls.Status.ORDERED, began_at=at)
        record(by, "rounds.task.ordered", run, at=at, kind=name)
        transaction.on_commit(run.send)
        return run

    def send(self) -> None:
        """Hand it to the broker; one that is away raises its error, and the run stays as ordered."""
        current_app.send_task(self.name, task_id=self.task_id, expires=ORDER_EXPIRES.total_seconds())


def words_of(name: str) -> Words:
    """How a task is called; by its code where nobody has said (`manage.py check` warns)."""
    return WORDS.get(name) or Words(name, "")

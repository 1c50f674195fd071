"""Long work as rows. The database is the truth: Celery only carries the number of a row, and may lose or double it."""

import uuid
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from musashimurayama_isms.accounts.standing import is_staff_of_portal
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .subjects import visible_keys

LEASE = timedelta(minutes=5)  # how long a worker may be silent before another takes over
RESEND_AFTER = timedelta(minutes=10)  # a message this old without a start is taken for lost
MAX_ATTEMPTS = 3
BACK_OFF = {1: timedelta(minutes=1), 2: timedelta(minutes=5)}  # after so many attempts
GAVE_UP = "予期しない問題のため、処理を完了できませんでした。もう一度実行しても続くときは、ポータル管理者へ連絡してください。"
STOPPED = f"処理が途中で{MAX_ATTEMPTS}回止まったため、中止しました。ポータル管理者へ連絡してください。"


class LeaseLost(Exception):
    """Another worker has taken this job over; whoever still works on it must stop and change nothing."""


class JobQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """One's own jobs; all of them for administrators of the portal."""
        return self if is_staff_of_portal(user, at=timezone.now()) else self.filter(created_by=user)

    def open(self) -> Self:
        return self.filter(status__in=[Job.Status.QUEUED, Job.Status.RUNNING])

    def claimable(self, at: datetime) -> Self:
        """Queued and due, or running under a lease that has run out."""
        due = Q(status=Job.Status.QUEUED) & (Q(not_before__isnull=True) | Q(not_before__lte=at))
        return self.filter(due | Q(status=Job.Status.RUNNING, lease_until__lt=at), attempts__lt=MAX_ATTEMPTS)

    def stale(self, at: datetime) -> Self:
        """Claimable, and no message is on its way that could start it: never sent, or sent long ago."""
        return self.claimable(at).filter(Q(sent_at__isnull=True) | Q(sent_at__lt=at - RESEND_AFTER) | Q(sent_at__lt=F("lease_until")))

    def tally(self, late_since: datetime) -> dict[str, int]:
        """How many are queued, running, and queued although they could have begun before `late_since`."""
        queued = Q(status=Job.Status.QUEUED)
        begun_late = Q(created_at__lt=late_since) & (Q(not_before__isnull=True) | Q(not_before__lt=late_since))
        return self.aggregate(
            queued=Count("pk", filter=queued),
            running=Count("pk", filter=Q(status=Job.Status.RUNNING)),
            late=Count("pk", filter=queued & begun_late),
        )

    def exhausted(self, at: datetime) -> Self:
        """Died under its worker as often as it may."""
        return self.filter(status=Job.Status.RUNNING, lease_until__lt=at, attempts__gte=MAX_ATTEMPTS)

    def claim(self, pk: uuid.UUID | str, *, at: datetime) -> "Job | None":
        """Take a job for one worker by one conditional UPDATE: of many who try at once, one gets the job, the others None."""
        token = uuid.uuid4()
        taken = (
            self.filter(pk=pk)
            .claimable(at)
            .update(
                status=Job.Status.RUNNING,
                claim=token,
                lease_until=at + LEASE,
                attempts=F("attempts") + 1,
                started_at=Coalesce("started_at", at),
                error="",
            )
        )
        return self.get(pk=pk, claim=token) if taken else None


class Job(models.Model):
    """One piece of long work: who asked for it, how far it is, what came of it."""

    class Status(models.TextChoices):
        QUEUED = "queued", "順番待ち"
        RUNNING = "running", "実行中"
        DONE = "done", "完了"
        FAILED = "failed", "失敗"
        CANCELLED = "cancelled", "取消"

    TRANSITIONS = {
        Status.QUEUED: {Status.RUNNING, Status.CANCELLED},
        Status.RUNNING: {Status.RUNNING, Status.QUEUED, Status.DONE, Status.FAILED},  # itself: taken over after a lease
        Status.DONE: set(),
        Status.FAILED: set(),
        Status.CANCELLED: set(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("種類", max_length=64)
    title = models.CharField("処理", max_length=100)
    params = models.JSONField("条件", default=dict, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="依頼した者", null=True, blank=True, on_delete=models.PROTECT, related_name="jobs"
    )
    content_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64, blank=True)
    subject = GenericForeignKey("content_type", "object_id")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.QUEUED)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField("占有の期限", null=True, blank=True)
    not_before = models.DateTimeField("再試行の日時", null=True, blank=True)
    attempts = models.PositiveSmallIntegerField("試行回数", default=0)
    done = models.PositiveIntegerField("済んだ件数", default=0)
    total = models.PositiveIntegerField("全体の件数", default=0)
    message = models.CharField("経過", max_length=200, blank=True)
    result = models.JSONField("結果", null=True, blank=True)
    error = models.TextField("できなかった理由", blank=True)
    created_at = models.DateTimeField("依頼日時", default=timezone.now, editable=False)
    sent_at = models.DateTimeField("送信日時", null=True, blank=True)
    started_at = models.DateTimeField("開始日時", null=True, blank=True)
    finished_at = models.DateTimeField("終了日時", null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "処理"
        verbose_name_plural = "処理"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["created_by", "-created_at"]),
            models.Index(fields=["status", "lease_until"], condition=Q(status__in=["queued", "running"]), name="jobs_job_open"),
            models.Index(fields=["content_type", "object_id"]),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("jobs:detail", args=[self.pk])

    @property
    def folder(self) -> str:
        """Where its results lie under MEDIA_ROOT."""
        return f"jobs/{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.QUEUED, self.Status.RUNNING)

    def can_cancel(self, user) -> bool:
        return self.status == self.Status.QUEUED and self._may_stop(user)

    def _may_stop(self, user) -> bool:
        return self.created_by_id == user.pk or is_staff_of_portal(user, at=timezone.now())

    @transaction.atomic
    def cancel(self, *, by, at: datetime) -> None:
        """Take a job back that has not begun. InvalidTransition once it has, PermissionDenied for anybody else's job."""
        row = Job.objects.select_for_update().get(pk=self.pk)
        if self.Status.CANCELLED not in self.TRANSITIONS[self.Status(row.status)]:
            raise InvalidTransition(f"この処理は「{row.get_status_display()}」のため、取り消せません。")
        if not row._may_stop(by):
            raise PermissionDenied("この処理を取り消せるのは、依頼した人とポータル管理者です。")
        self.status, self.finished_at = self.Status.CANCELLED, at
        self.save(update_fields=["status", "finished_at"])
        record(by, "jobs.job.cancelled", self, at=at, kind=self.kind)

    def renew(self, *, at: datetime, **changes: Any) -> None:
        """Keep the lease and note the progress. LeaseLost when another worker has the job now."""
        self._while_held(lease_until=at + LEASE, **changes)

    @transaction.atomic
    def finish(self, result: Any, *, at: datetime) -> None:
        """Done, with its result. LeaseLost (and nothing written) when another worker has the job now."""
        self._while_held(status=self.Status.DONE, result=result, finished_at=at, lease_until=None, message="")
        record(None, "jobs.job.done", self, at=at, kind=self.kind)

    @transaction.atomic
    def fail(self, error: str, *, at: datetime) -> None:
        """Ended for good, with the sentence the person reads. LeaseLost as in `finish`."""
        self._while_held(status=self.Status.FAILED, error=error, finished_at=at, lease_until=None, message="")
        record(None, "jobs.job.failed", self, at=at, kind=self.kind)

    def try_again(self, *, at: datetime) -> None:
        """After an unexpected error: back into the queue for later, or failed after MAX_ATTEMPTS. LeaseLost as in `finish`."""
        if self.attempts >= MAX_ATTEMPTS:
            self.fail(GAVE_UP, at=at)
            return
        later = at + BACK_OFF[self.attempts]
        self._while_held(status=self.Status.QUEUED, not_before=later, sent_at=None, lease_until=None, message="再試行を待っています")

    def _while_held(self, **changes: Any) -> None:
        """One conditional UPDATE by the holder of the claim; a finished or taken-over row is never touched."""
        if not Job.objects.filter(pk=self.pk, status=self.Status.RUNNING, claim=self.claim).update(**changes):
            raise LeaseLost(str(self.pk))
        for name, value in changes.items():
            setattr(self, name, value)


def result_path(result: "JobResult", name: str) -> str:
    """Where a result lies under MEDIA_ROOT: its name there says nothing."""
    return f"{result.job.folder}/{uuid.uuid4().hex}"


class JobResultQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """The files of finished jobs that the person has asked for, as long as the person may see what they are about.

        An administrator sees that a job ran, not what it made.
        """
        mine = self.final().filter(job__created_by=user)
        seen = Q(job__content_type__isnull=True)
        for content_type in ContentType.objects.filter(pk__in=mine.order_by().values("job__content_type")):
            keys = visible_keys(content_type, user)
            seen |= Q(job__content_type=content_type) if keys is None else Q(job__content_type=content_type, job__object_id__in=keys)
        return mine.filter(seen)

    def final(self) -> Self:
        """What the run that finished the job has kept, and no run that lost it."""
        return self.filter(job__status=Job.Status.DONE, claim=F("job__claim"))


class JobResult(models.Model):
    """A file that a job made; private, handed out by a view only."""

    job = models.ForeignKey(Job, verbose_name="処理", on_delete=models.CASCADE, related_name="results")
    claim = models.UUIDField(editable=False)  # of the run that kept it
    name = models.CharField("ファイル名", max_length=150)
    content = models.FileField("内容", upload_to=result_path, max_length=200)
    size = models.PositiveBigIntegerField("大きさ")
    sha256 = models.CharField("SHA-256", max_length=64)
    is_personal = models.BooleanField("個人情報を含む", default=False, help_text="渡すときにパスワードを付ける（3-9(1)エ）")

    objects = JobResultQuerySet.as_manager()

    class Meta:
        verbose_name = "処理の結果"
        verbose_name_plural = "処理の結果"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.job}の結果"


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

"""One piece of long work, and the doors by which its state changes."""

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from musashimurayama_isms.accounts.standing import has_role, is_staff_of_portal
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from ..registry import Kind, UnknownJob, find
from .job_set import BACK_OFF, LEASE, MAX_ATTEMPTS, JobQuerySet

GAVE_UP = "予期しない問題のため、処理を完了できませんでした。もう一度実行しても続くときは、ポータル管理者へ連絡してください。"
STOPPED = f"処理が途中で{MAX_ATTEMPTS}回止まったため、中止しました。ポータル管理者へ連絡してください。"


class LeaseLost(Exception):
    """Another worker has taken this job over; whoever still works on it must stop and change nothing."""


class CancelAsked(Exception):
    """The job was taken back while it ran; whoever works on it must stop and keep nothing."""


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
        # itself: taken over after a lease
        Status.RUNNING: {Status.RUNNING, Status.QUEUED, Status.DONE, Status.FAILED, Status.CANCELLED},
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
    cancel_asked_at = models.DateTimeField("実行中に取り消した日時", null=True, blank=True, editable=False)
    key = models.CharField("一度だけの名", max_length=100, blank=True, editable=False)
    repeats = models.ForeignKey(
        "self", verbose_name="もとの処理", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="repeated"
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "処理"
        verbose_name_plural = "処理"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["created_by", "-created_at"]),
            models.Index(fields=["status", "lease_until"], condition=Q(status__in=["queued", "running"]), name="jobs_job_open"),
            models.Index(fields=["content_type", "object_id"]),
            models.Index(fields=["kind", "-created_at"]),
            models.Index(fields=["finished_at"]),
        ]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], condition=~Q(key=""), name="jobs_job_key_once")]

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

    @property
    def kind_of_work(self) -> Kind | None:
        """What the registry says of it; None for a kind that is gone."""
        try:
            return find(self.kind)
        except UnknownJob:
            return None

    # -- who may what --------------------------------------------------------------------------------------------------
    def is_for(self, user) -> bool:
        """Whether the result is the person's: asked for by them, or made by the portal for a role that they hold."""
        if self.created_by_id is not None:
            return self.created_by_id == user.pk
        kind = self.kind_of_work
        return kind is not None and bool(kind.read_by) and has_role(user, *kind.read_by, at=timezone.now())

    def can_cancel(self, user) -> bool:
        """Serves the button; a job of one transaction can only be taken back before it begins."""
        if not self.is_open or self.cancel_asked_at or not self._may_stop(user):
            return False
        return self.status == self.Status.QUEUED or not self._is_of_one_piece

    def can_repeat(self, user) -> bool:
        """Serves the button 「もう一度実行する」 and the door (`queue.repeat`) alike."""
        kind = self.kind_of_work
        if self.is_open or kind is None or not kind.repeats:
            return False
        return self.is_for(user) or (self.created_by_id is None and is_staff_of_portal(user, at=timezone.now()))

    def _may_stop(self, user) -> bool:
        return self.created_by_id == user.pk or is_staff_of_portal(user, at=timezone.now())

    @property
    def _is_of_one_piece(self) -> bool:
        kind = self.kind_of_work
        return kind is not None and kind.atomic

    # -- its doors -----------------------------------------------------------------------------------------------------
    @transaction.atomic
    def cancel(self, *, by, at: datetime) -> None:
        """Take a job back: at once while it waits, at its next sign of life while it runs.

        InvalidTransition once it has ended or where it runs in one piece, PermissionDenied for anybody else's job.
        """
        self._guard_one_piece(at=at)  # before the lock, which such a job holds until its end
        row = Job.objects.select_for_update().get(pk=self.pk)
        if self.Status.CANCELLED not in self.TRANSITIONS[self.Status(row.status)]:
            raise InvalidTransition(f"この処理は「{row.get_status_display()}」のため、取り消せません。")
        if not row._may_stop(by):
            raise PermissionDenied("この処理を取り消せるのは、依頼した人とポータル管理者です。")
        if row.status == self.Status.RUNNING and row.lease_until >= at:
            row._ask_to_stop(by=by, at=at)
        else:  # nobody works on it; a worker that comes back finds its claim gone
            row.status, row.finished_at, row.claim, row.lease_until, row.message = self.Status.CANCELLED, at, None, None, ""
            row.save(update_fields=["status", "finished_at", "claim", "lease_until", "message"])
            row.clear()
            record(by, "jobs.job.cancelled", row, at=at, kind=row.kind)
        self.status, self.finished_at, self.cancel_asked_at = row.status, row.finished_at, row.cancel_asked_at

    def _guard_one_piece(self, *, at: datetime) -> None:
        if self.status == self.Status.RUNNING and self.lease_until >= at and self._is_of_one_piece:
            raise InvalidTransition("この処理は短く、途中では止められません。終わるまでお待ちください。")

    def _ask_to_stop(self, *, by, at: datetime) -> None:
        self._guard_one_piece(at=at)
        if self.cancel_asked_at:
            raise InvalidTransition("すでに取り消しています。まもなく止まります。")
        self.cancel_asked_at = at
        self.save(update_fields=["cancel_asked_at"])
        record(by, "jobs.job.cancel_asked", self, at=at, kind=self.kind)

    @transaction.atomic
    def stop(self, *, at: datetime) -> None:
        """The end of a job that was taken back while it ran; nothing that it kept stays. LeaseLost as in `finish`."""
        self._while_held(status=self.Status.CANCELLED, finished_at=at, lease_until=None, message="")
        self.clear()
        record(None, "jobs.job.cancelled", self, at=at, kind=self.kind)

    def renew(self, *, at: datetime, **changes: Any) -> None:
        """Keep the lease and note the progress. LeaseLost when another worker has the job now, CancelAsked when it was taken back."""
        self._while_held(wanted=True, lease_until=at + LEASE, **changes)

    @transaction.atomic
    def finish(self, result: Any, *, at: datetime) -> None:
        """Done, with its result; a wish to cancel that comes only now is too late.

        LeaseLost (and nothing written) when another worker has the job now.
        """
        self._while_held(status=self.Status.DONE, result=result, finished_at=at, lease_until=None, message="")
        record(None, "jobs.job.done", self, at=at, kind=self.kind)

    @transaction.atomic
    def fail(self, error: str, *, at: datetime) -> None:
        """Ended for good, with the sentence the person reads. LeaseLost as in `finish`."""
        self._while_held(status=self.Status.FAILED, error=error, finished_at=at, lease_until=None, message="")
        record(None, "jobs.job.failed", self, at=at, kind=self.kind)

    def try_again(self, *, at: datetime) -> None:
        """After an unexpected error: back into the queue for later, or failed after MAX_ATTEMPTS. Raises as `renew`."""
        if self.attempts >= MAX_ATTEMPTS:
            self.fail(GAVE_UP, at=at)
            return
        later, words = at + BACK_OFF[self.attempts], "再試行を待っています"
        self._while_held(wanted=True, status=self.Status.QUEUED, not_before=later, sent_at=None, lease_until=None, message=words)

    def _while_held(self, *, wanted: bool = False, **changes: Any) -> None:
        """One conditional UPDATE by the holder of the claim; a finished or taken-over row is never touched.

        With `wanted` neither is one that was taken back.
        """
        held = Job.objects.filter(pk=self.pk, status=self.Status.RUNNING, claim=self.claim)
        if not (held.filter(cancel_asked_at__isnull=True) if wanted else held).update(**changes):
            raise CancelAsked(str(self.pk)) if wanted and held.exists() else LeaseLost(str(self.pk))
        for name, value in changes.items():
            setattr(self, name, value)

    def clear(self) -> None:
        """Remove what its broken runs have kept: rows, and files a killed worker left without a row.

        Nobody is shown the files of a job that is not done, so it does no harm where the transaction is rolled back.
        """
        self.results.all().delete()
        if default_storage.exists(self.folder):
            for name in default_storage.listdir(self.folder)[1]:
                default_storage.delete(f"{self.folder}/{name}")

"""The files that jobs have made: handed out by a view only, removed when their time is over; row and digest stay."""

import uuid
from datetime import datetime
from typing import Self

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.trail.record import record

from ..registry import kept_for_good
from ..subjects import visible_keys
from .job import Job
from .job_set import mine


def result_path(result: "JobResult", name: str) -> str:
    """Where a result lies under MEDIA_ROOT: its name there says nothing."""
    return f"{result.job.folder}/{uuid.uuid4().hex}"


class JobResultQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """The files of finished jobs of the person, as long as the person may see what they are about.

        An administrator sees that a job ran, not what it made.
        """
        mine_now = self.final().filter(job__in=Job.objects.filter(mine(user, at=timezone.now())).order_by().values("pk"))
        seen = Q(job__content_type__isnull=True)
        for content_type in ContentType.objects.filter(pk__in=mine_now.order_by().values("job__content_type")):
            keys = visible_keys(content_type, user)
            seen |= Q(job__content_type=content_type) if keys is None else Q(job__content_type=content_type, job__object_id__in=keys)
        return mine_now.filter(seen)

    def final(self) -> Self:
        """What the run that finished the job has kept, and no run that lost it."""
        return self.filter(job__status=Job.Status.DONE, claim=F("job__claim"))

    def outlived(self, before: datetime) -> Self:
        """Files still there of jobs that ended before a moment; what the portal keeps for good is left out."""
        there = self.filter(removed_at__isnull=True, job__finished_at__lt=before)
        return there.exclude(job__created_by=None, job__kind__in=kept_for_good())


class JobResult(models.Model):
    """A file that a job made; private, handed out by a view only."""

    job = models.ForeignKey(Job, verbose_name="処理", on_delete=models.CASCADE, related_name="results")
    claim = models.UUIDField(editable=False)  # of the run that kept it
    name = models.CharField("ファイル名", max_length=150)
    content = models.FileField("内容", upload_to=result_path, max_length=200)
    size = models.PositiveBigIntegerField("大きさ")
    sha256 = models.CharField("SHA-256", max_length=64)
    is_personal = models.BooleanField("個人情報を含む", default=False, help_text="渡すときにパスワードを付ける（3-9(1)エ）")
    removed_at = models.DateTimeField("保存期間が過ぎて消した日時", null=True, blank=True, editable=False)

    objects = JobResultQuerySet.as_manager()

    class Meta:
        verbose_name = "処理の結果"
        verbose_name_plural = "処理の結果"
        ordering = ["pk"]
        indexes = [models.Index(fields=["job"], condition=Q(removed_at__isnull=True), name="jobs_jobresult_there")]

    def __str__(self) -> str:
        return f"{self.job}の結果"

    @transaction.atomic
    def miss(self, *, by, at: datetime) -> None:
        """The file was asked for and is not on the disk: recorded once for each file, and the administrators are told with it."""
        Job.objects.select_for_update().get(pk=self.job_id)
        if not Entry.objects.about(self).filter(verb="jobs.result.missed").exists():
            record(by, "jobs.result.missed", self, at=at, kind=self.job.kind, digest=self.sha256)

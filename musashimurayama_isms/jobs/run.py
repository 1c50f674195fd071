"""Runs one job: claims it, calls its function, settles it. Called by the Celery task, by tests and by hand alike."""

import hashlib
import logging
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from io import SEEK_END, BytesIO
from typing import Any, BinaryIO

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from .models import CancelAsked, Job, JobResult, LeaseLost
from .protection import PROTECTABLE
from .registry import JobRefused, Kind, UnknownJob, find

logger = logging.getLogger(__name__)
UNKNOWN = "この処理は、いまのポータルでは行えません。ポータル管理者へ連絡してください。"


class Run:
    """What a job's function gets: its parameters, who asked, and ways to tell how far it is and to keep files."""

    def __init__(self, job: Job, *, clock: Callable[[], datetime] = timezone.now) -> None:
        self.job = job
        self.params: dict[str, Any] = job.params
        self.by = job.created_by
        self.subject = job.subject
        self.clock = clock

    @property
    def asked_at(self) -> datetime:
        """When it was asked for: the date of issue of a paper, the same however often its run begins anew."""
        return self.job.created_at

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Note how far the work is and keep the lease: call it at least every few minutes.

        Raises LeaseLost when another worker has taken over and CancelAsked when the job was taken back; let both pass, they
        end this run without a trace.
        """
        self.job.renew(at=self.clock(), done=done, total=total, message=message[:200])

    def keep(self, name: str, content: bytes | BinaryIO, *, is_personal: bool = False) -> JobResult:
        """Store a result file, given as bytes or as an open file at its beginning; people see it once the job is done, under
        this name. Raises as `progress`.

        With `is_personal` it tells of persons: whoever takes it out sets a password first (3.9.1.4), so it must be a workbook.
        """
        if is_personal and not name.endswith(PROTECTABLE):
            raise ValueError(f"{name!r} tells of persons, and only a workbook can leave with a password")
        self.job.renew(at=self.clock())
        file = BytesIO(content) if isinstance(content, bytes) else content
        facts = {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "size": file.seek(0, SEEK_END), "is_personal": is_personal}
        file.seek(0)
        result = JobResult(job=self.job, claim=self.job.claim, name=name, **facts)
        result.content.save(name, File(file), save=False)
        result.save(force_insert=True)
        return result


def run_job(job_id: uuid.UUID | str, *, clock: Callable[[], datetime] = timezone.now) -> Job | None:
    """Run a job if it is there to be run; None when it is finished, held by another worker, or not due yet.

    A refusal (JobRefused) ends it with its sentence. Any other error is logged and tried again later, up to MAX_ATTEMPTS.
    """
    job = Job.objects.claim(job_id, at=clock())
    if job is None:
        return None
    try:
        _perform(find(job.kind), Run(job, clock=clock))
    except LeaseLost:
        logger.warning("Job %s was taken over, this run stops", job_id)
    except Exception as error:
        _settle(job, error, at=clock())
    return job


def _perform(kind: Kind, run: Run) -> None:
    run.job.clear()
    with transaction.atomic() if kind.atomic else nullcontext():
        run.job.finish(kind.function(run), at=run.clock())


def _settle(job: Job, error: Exception, *, at: datetime) -> None:
    try:
        _end(job, error, at=at)
    except CancelAsked:
        job.stop(at=at)
    except LeaseLost:
        logger.warning("Job %s was taken over, its error is not kept", job.pk)
    else:
        if job.status == Job.Status.FAILED:
            job.clear()


def _end(job: Job, error: Exception, *, at: datetime) -> None:
    if isinstance(error, CancelAsked):
        job.stop(at=at)
    elif isinstance(error, JobRefused):
        job.fail(str(error), at=at)
    elif isinstance(error, UnknownJob):
        job.fail(UNKNOWN, at=at)
    else:
        logger.error("Job %s (%s), attempt %s", job.pk, job.kind, job.attempts, exc_info=error)
        job.try_again(at=at)

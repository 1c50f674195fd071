"""Into the queue and onto the wire. A broker that is away delays a job by minutes, it never loses one."""

import logging
from datetime import datetime

from celery import current_app
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from kombu.exceptions import KombuError

from musashimurayama_isms.trail.record import record

from .models import STOPPED, Job, LeaseLost
from .registry import find
from .subjects import key_of

logger = logging.getLogger(__name__)
SWEEP_AT_ONCE = 500


@transaction.atomic
def enqueue(kind: str, *, by, subject: models.Model | None = None, **params) -> Job:
    """Write a job in the caller's transaction and send it after the commit; gives the row.

    `by` is a User, or None for the portal itself; `params` must be JSON. Raises UnknownJob.
    """
    job = Job(kind=kind, title=find(kind).title, params=params, created_by=by)
    if subject is not None:
        job.content_type, job.object_id = ContentType.objects.get_for_model(subject), key_of(subject)
    job.save(force_insert=True)
    record(by, "jobs.job.requested", job, kind=kind)
    transaction.on_commit(lambda: send(job, at=timezone.now()))
    return job


def send(job: Job, *, at: datetime) -> bool:
    """Hand the number of a job to Celery; False, and left for the sweep, when the broker is away."""
    try:
        current_app.send_task("jobs.run", args=[str(job.pk)])
    except (KombuError, OSError) as error:
        logger.warning("Job %s waits for the sweep, the broker is away: %s", job.pk, error)
        return False
    Job.objects.open().filter(pk=job.pk).update(sent_at=at)
    return True


def sweep(*, at: datetime) -> int:
    """Send what nobody will start otherwise and end what died too often; gives how many were sent. A double send is harmless."""
    for job in Job.objects.exhausted(at):
        end_of(job, at=at)
    sent = 0
    for job in Job.objects.stale(at).order_by("created_at")[:SWEEP_AT_ONCE]:
        if not send(job, at=at):
            break
        sent += 1
    return sent


def end_of(job: Job, *, at: datetime) -> None:
    """Fail a job that its workers left too often, unless somebody else has just done so."""
    try:
        job.fail(STOPPED, at=at)
    except LeaseLost:
        logger.info("Job %s is settled already", job.pk)

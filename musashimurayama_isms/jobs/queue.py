"""Into the queue and onto the wire. A broker that is away delays a job by minutes, it never loses one."""

import logging
from datetime import datetime

from celery import current_app
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from kombu.exceptions import KombuError

from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

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
    return _put(job, by=by)


@transaction.atomic
def enqueue_once(kind: str, key: str, **params) -> Job | None:
    """The same for work that the portal does by itself, once for each key; None where it has been asked for already."""
    row = Job(kind=kind, title=find(kind).title, params=params, key=key)
    Job.objects.bulk_create([row], ignore_conflicts=True)  # of two schedulers one writes it
    if not Job.objects.filter(pk=row.pk).exists():
        return None
    return _put(row, by=None)


@transaction.atomic
def repeat(job: Job, *, by) -> Job:
    """Run an ended job again as a new one with the same conditions, for the same person; gives the new row.

    Its function asks anew what the person may see. InvalidTransition while it runs, where its kind cannot be repeated or
    where that is already under way; PermissionDenied for anybody else's job.
    """
    row = Job.objects.select_for_update().get(pk=job.pk)
    if row.is_open or row.kind_of_work is None or not row.kind_of_work.repeats:
        raise InvalidTransition(f"この処理は「{row.get_status_display()}」のため、ここからはもう一度実行できません。")
    if not row.can_repeat(by):
        raise PermissionDenied("この処理をもう一度実行できるのは、依頼した人です。")
    if row.repeated.open().exists():
        raise InvalidTransition("すでに、もう一度実行しています。処理の一覧で進み具合を確かめてください。")
    same = {"kind": row.kind, "title": row.kind_of_work.title, "params": row.params, "created_by_id": row.created_by_id}
    again = Job(**same, content_type=row.content_type, object_id=row.object_id, repeats=row)
    return _put(again, by=by)


def _put(job: Job, *, by) -> Job:
    if job._state.adding:
        job.save(force_insert=True)
    told = {"repeats": job.repeats_id} if job.repeats_id else {}
    record(by, "jobs.job.requested", job, kind=job.kind, **told)
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
    for job in Job.objects.abandoned(at):
        stop(job, at=at)
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
    else:
        job.clear()


def stop(job: Job, *, at: datetime) -> None:
    """End a job that was taken back and whose worker died, unless somebody else has just done so."""
    try:
        job.stop(at=at)
    except LeaseLost:
        logger.info("Job %s is settled already", job.pk)

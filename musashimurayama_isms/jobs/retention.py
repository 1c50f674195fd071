"""What jobs have made stays for a time that the city sets; then the files go, and rows with their digests stay."""

from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction

from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.record import record

from .models import Job, JobResult

AT_ONCE = 200
DAYS = "jobs.result_days"


def kept_until(job: Job, days: int | None = None) -> datetime | None:
    """When the files of an ended job go; None while it is open, and for what the portal keeps for good."""
    if job.finished_at is None or _is_for_good(job):
        return None
    return job.finished_at + timedelta(days=value(DAYS) if days is None else days)


def _is_for_good(job: Job) -> bool:
    kind = job.kind_of_work
    return job.created_by_id is None and kind is not None and kind.is_kept


def remove_outlived(*, at: datetime) -> int:
    """Remove the files whose time is over; gives how many. A run that is killed in between is made up by the next one."""
    _clear_away()
    rows = JobResult.objects.outlived(at - timedelta(days=value(DAYS))).order_by("job_id", "pk")
    jobs = Job.objects.filter(pk__in=list(rows.values_list("job_id", flat=True)[:AT_ONCE]))
    removed = sum(_remove(job, at=at) for job in jobs)
    _clear_away()
    return removed


@transaction.atomic
def _remove(job: Job, *, at: datetime) -> int:
    """Say first that they are gone: what is said to be there must be there."""
    Job.objects.select_for_update().get(pk=job.pk)
    count = job.results.filter(removed_at__isnull=True).update(removed_at=at)
    if count:
        record(None, "jobs.job.files_removed", job, at=at, kind=job.kind, files=count)
    return count


def _clear_away() -> None:
    """The contents of what is said to be gone."""
    for row in JobResult.objects.filter(removed_at__isnull=False).exclude(content="")[:AT_ONCE]:
        default_storage.delete(row.content.name)
        JobResult.objects.filter(pk=row.pk).update(content="")

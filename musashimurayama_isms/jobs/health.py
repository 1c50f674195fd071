"""Is the machinery alive? Signs of life of scheduler and worker, jobs that wait too long, jobs that failed."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, close_old_connections, connection

from .models import RESEND_AFTER, Heartbeat, Job

logger = logging.getLogger(__name__)
SILENT_AFTER = timedelta(minutes=3)  # three missed beats
FAILURES_SHOWN = timedelta(days=7)


@dataclass(frozen=True)
class Health:
    """The state of the machinery at one moment; `problems` is empty when all is well."""

    beats: dict[str, datetime | None]
    queued: int
    running: int
    late: int
    failed: int
    problems: list[str]


def check(*, at: datetime) -> Health:
    """Look at everything, in three queries."""
    seen = dict(Heartbeat.objects.values_list("name", "at"))
    beats = {label: seen.get(name) for name, label in Heartbeat.Name.choices}
    counts = Job.objects.open().tally(at - RESEND_AFTER)
    failed = failures(at=at).count()
    problems = [f"{label}が{_silence(last, at)}。" for label, last in beats.items() if last is None or at - last > SILENT_AFTER]
    if counts["late"]:
        problems.append(f"{RESEND_AFTER.seconds // 60}分以上、始まらない処理が{counts['late']}件あります。")
    return Health(beats, counts["queued"], counts["running"], counts["late"], failed, problems)


def failures(*, at: datetime):
    """Jobs that failed in the last days, newest first."""
    return Job.objects.filter(status=Job.Status.FAILED, finished_at__gte=at - FAILURES_SHOWN).select_related("created_by")


def _silence(last: datetime | None, at: datetime) -> str:
    return "一度も動いていません" if last is None else f"{(at - last) // timedelta(minutes=1)}分間、応答していません"


def note(name: Heartbeat.Name, *, at: datetime) -> None:
    """Write a sign of life."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


def note_safely(name: Heartbeat.Name, *, at: datetime) -> None:
    """The same from a process that must go on without the database: it logs, and takes a fresh connection each time."""
    if not connection.in_atomic_block:
        close_old_connections()
    try:
        note(name, at=at)
    except DatabaseError:
        logger.exception("The sign of life of %s could not be written", name)

"""Noting each run, beside the task's own transactions: the note stands although the task's work was rolled back.

The note never stops the work: where the database refuses it, the log says so and the task goes on.
"""

import logging
from collections.abc import Callable

from celery.signals import task_postrun, task_prerun
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.utils import timezone

from musashimurayama_isms.schedule import SCHEDULE

from .models import TaskRun

logger = logging.getLogger(__name__)
ENDS = {"SUCCESS": TaskRun.Status.DONE, "RETRY": TaskRun.Status.AGAIN, "FAILURE": TaskRun.Status.FAILED}


def began(task_id: str, name: str) -> None:
    """The first try makes the row, a further one counts."""
    now = timezone.now()
    row = {"name": name, "status": TaskRun.Status.RUNNING, "began_at": now}
    with transaction.atomic():
        run, made = TaskRun.objects.get_or_create(task_id=task_id, defaults={**row, "tries": 1})
        if not made:
            known = TaskRun.objects.filter(pk=run.pk)
            known.filter(status=TaskRun.Status.ORDERED).update(began_at=now)
            known.update(status=TaskRun.Status.RUNNING, tries=F("tries") + 1, ended_at=None, error="")


def ended(task_id: str, state: str, error: BaseException | None) -> None:
    """How the try ended; of an error the kind alone, since its words may name persons."""
    status = ENDS.get(state)
    if status is not None:
        words = type(error).__name__[:100] if error is not None else ""
        TaskRun.objects.filter(task_id=task_id).update(status=status, ended_at=timezone.now(), error=words)


def _safely(note: Callable[[], None], name: str) -> None:
    try:
        with transaction.atomic(savepoint=connection.in_atomic_block):
            note()
    except DatabaseError:
        logger.exception("The run of %s could not be noted", name)


@task_prerun.connect(dispatch_uid="rounds.began")
def on_begin(task_id: str, task, **kwargs: object) -> None:
    if task.name in SCHEDULE:
        _safely(lambda: began(task_id, task.name), task.name)


@task_postrun.connect(dispatch_uid="rounds.ended")
def on_end(task_id: str, task, state: str, retval: object = None, **kwargs: object) -> None:
    if task.name in SCHEDULE:
        error = retval if isinstance(retval, BaseException) else None
        _safely(lambda: ended(task_id, state, getattr(error, "exc", None) or error), task.name)

"""What Celery calls: each task is a few lines over a plain function."""

from celery import shared_task
from celery.signals import beat_init, before_task_publish
from django.utils import timezone

from . import health, queue, retention
from .models import Heartbeat
from .run import run_job


@shared_task(name="jobs.run")
def run(job_id: str) -> None:
    """Run one job."""
    run_job(job_id)


@shared_task(name="jobs.sweep")
def sweep() -> int:
    """Each minute: send again what never arrived or died."""
    return queue.sweep(at=timezone.now())


@shared_task(name="jobs.remove_outlived")
def remove_outlived() -> int:
    """Each hour: files whose time is over go."""
    return retention.remove_outlived(at=timezone.now())


@shared_task(name="jobs.beat")
def beat() -> None:
    """Each minute: a worker that does this is alive."""
    health.note(Heartbeat.Name.WORKER, at=timezone.now())


@beat_init.connect
def first_beat(**kwargs: object) -> None:
    """Not only after a minute: an administrator who has just started the portal looks at its state."""
    beat.delay()


@before_task_publish.connect(sender="jobs.beat")
def scheduler_lives(**kwargs: object) -> None:
    """The scheduler alone sends `jobs.beat`: its sending is its own sign of life, even while no worker answers."""
    health.note_safely(Heartbeat.Name.SCHEDULER, at=timezone.now())

"""Scheduled work of the audits."""

from celery import shared_task
from django.utils import timezone

from audits.reminders import remind


@shared_task(name="audits.remind")
def remind_task() -> None:
    remind(at=timezone.now())

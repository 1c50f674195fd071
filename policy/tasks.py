"""Scheduled work of the policy."""

from celery import shared_task
from django.utils import timezone

from policy.exception_reminders import remind_exceptions


@shared_task(name="policy.remind_exceptions", ignore_result=True)
def remind_exceptions_task() -> None:
    """Hourly: extensions that begin, reminders of ends, emergencies and reviews."""
    remind_exceptions(at=timezone.now())

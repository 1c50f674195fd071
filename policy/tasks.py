"""Scheduled work of the policy room."""

from celery import shared_task
from django.utils import timezone

from policy.carrying import apply_due_revisions
from policy.document_days import turn_day
from policy.exception_reminders import remind_exceptions
from policy.reminders import remind_of_confirmation


@shared_task(name="policy.apply_due_revisions")
def apply_due_revisions_task() -> int:
    return apply_due_revisions(at=timezone.now())


@shared_task(name="policy.remind_of_confirmation")
def remind_of_confirmation_task() -> int:
    return remind_of_confirmation(at=timezone.now())


@shared_task(name="policy.turn_day")
def turn_day_task() -> int:
    return turn_day(at=timezone.now())


@shared_task(name="policy.remind_exceptions", ignore_result=True)
def remind_exceptions_task() -> None:
    """Hourly: extensions that begin, reminders of ends, emergencies and reviews."""
    remind_exceptions(at=timezone.now())

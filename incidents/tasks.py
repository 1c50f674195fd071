"""Scheduled work of incidents."""

from celery import shared_task
from django.utils import timezone

from incidents.authorities.reminders import open_missing, remind
from incidents.reminders import remind_overdue


@shared_task(name="incidents.remind_overdue")
def remind_overdue_task() -> int:
    return remind_overdue(at=timezone.now())


@shared_task(name="incidents.remind_authorities")
def remind_authorities_task() -> int:
    open_missing(at=timezone.now())
    return remind(at=timezone.now())

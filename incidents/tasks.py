"""Scheduled work of incidents."""

from celery import shared_task
from django.utils import timezone

from incidents.reminders import remind_overdue


@shared_task(name="incidents.remind_overdue")
def remind_overdue_task() -> int:
    return remind_overdue(at=timezone.now())

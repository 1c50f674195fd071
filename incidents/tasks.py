"""Scheduled work of incidents."""

from celery import shared_task
from django.utils import timezone

from incidents.reminders import remind_overdue
from incidents.response.reminders import end_grants, remind_of_tasks


@shared_task(name="incidents.remind_overdue")
def remind_overdue_task() -> int:
    return remind_overdue(at=timezone.now())


@shared_task(name="incidents.remind_of_tasks")
def remind_of_tasks_task() -> int:
    now = timezone.now()
    end_grants(at=now)
    return remind_of_tasks(at=now)

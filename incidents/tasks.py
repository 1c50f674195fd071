"""Scheduled work of incidents."""

from celery import shared_task
from django.utils import timezone

from incidents.continuity.reminders import keep_net
from incidents.drills.reminders import remind_of_tasks
from incidents.reminders import remind_overdue


@shared_task(name="incidents.remind_overdue")
def remind_overdue_task() -> int:
    return remind_overdue(at=timezone.now())


@shared_task(name="incidents.keep_net")
def keep_net_task() -> int:
    return keep_net(at=timezone.now())


@shared_task(name="incidents.remind_of_drill_tasks")
def remind_of_drill_tasks_task() -> int:
    return remind_of_tasks(at=timezone.now())

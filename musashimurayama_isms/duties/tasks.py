"""Scheduled work of duties."""

from celery import shared_task
from django.utils import timezone

from .ahead import make_ahead
from .reminders import remind


@shared_task(name="duties.make_ahead")
def make_ahead_task() -> int:
    return make_ahead(at=timezone.now())


@shared_task(name="duties.remind")
def remind_task() -> int:
    return remind(at=timezone.now())

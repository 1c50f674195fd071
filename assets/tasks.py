"""Scheduled work of the registers."""

from celery import shared_task
from django.utils import timezone

from assets.reminders_registers import remind_registers


@shared_task(name="assets.remind_registers")
def remind_registers_task() -> int:
    return remind_registers(at=timezone.now())

"""Scheduled work of the registers."""

from celery import shared_task
from django.utils import timezone

from assets import calendar_work, move_reminders
from assets.reminders_registers import remind_registers


@shared_task(name="assets.take_stock")
def take_stock_task() -> int:
    """Begin what is due and remind of what is late; each once, so a missed run loses nothing."""
    calendar_work.open_due(at=timezone.now())
    return calendar_work.remind(at=timezone.now()) + calendar_work.remind_unfinished(at=timezone.now())


@shared_task(name="assets.remind_registers")
def remind_registers_task() -> int:
    return remind_registers(at=timezone.now())


@shared_task(name="assets.remind_moves")
def remind_moves_task() -> int:
    return move_reminders.remind(at=timezone.now())

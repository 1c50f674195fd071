"""Scheduled work of the registers."""

from celery import shared_task
from django.utils import timezone

from assets import move_reminders, stock_taking
from assets.reminders_registers import remind_registers


@shared_task(name="assets.take_stock")
def take_stock_task() -> int:
    stock_taking.open_due(at=timezone.now())
    return stock_taking.remind(at=timezone.now())


@shared_task(name="assets.remind_registers")
def remind_registers_task() -> int:
    return remind_registers(at=timezone.now())


@shared_task(name="assets.remind_moves")
def remind_moves_task() -> int:
    return move_reminders.remind(at=timezone.now())

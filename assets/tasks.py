"""Scheduled work of the registers."""

from celery import shared_task
from django.utils import timezone

from assets import stock_taking


@shared_task(name="assets.take_stock")
def take_stock_task() -> int:
    stock_taking.open_due(at=timezone.now())
    return stock_taking.remind(at=timezone.now())

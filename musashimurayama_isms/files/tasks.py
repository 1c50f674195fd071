"""What comes round for attachments."""

from celery import shared_task
from django.utils import timezone

from . import store


@shared_task(name="files.sweep")
def sweep() -> int:
    """Hourly: contents without a row go."""
    return store.sweep(at=timezone.now())

"""What comes round for the record of what comes round."""

from celery import shared_task
from django.utils import timezone

from . import sweeping


@shared_task(name="rounds.sweep")
def sweep() -> int:
    """Each night."""
    return sweeping.sweep(at=timezone.now())

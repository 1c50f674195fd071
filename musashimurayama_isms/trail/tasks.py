"""What comes round for the trail."""

from celery import shared_task
from django.utils import timezone

from .reading import seal_readings as seal


@shared_task(name="trail.seal_readings")
def seal_readings() -> int:
    """Hourly: seal the access log of past hours into the chain."""
    return seal(at=timezone.now())

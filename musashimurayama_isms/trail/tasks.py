"""What comes round for the trail."""

from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from .keeping import keep
from .reading import seal_readings as seal


@shared_task(name="trail.seal_readings")
def seal_readings() -> int:
    """Hourly: seal the access log of past hours into the chain."""
    return seal(at=timezone.now())


@shared_task(name="trail.keep_head")
def keep_head() -> int:
    """Hourly, where TRAIL_HEAD_FILE names a file: the head of the trail, put there; gives its number. Fails where `keep` does."""
    return keep(Path(settings.TRAIL_HEAD_FILE)).number if settings.TRAIL_HEAD_FILE else 0

"""What comes round for backups."""

from celery import shared_task
from django.utils import timezone

from . import making


@shared_task(name="backup.make")
def make() -> int:
    """In the night, each hour until that day has its backup."""
    return making.make_due(at=timezone.now())

"""What comes round for records whose time is over."""

from celery import shared_task
from django.utils import timezone

from .telling import tell


@shared_task(name="retention.tell")
def tell_task() -> int:
    """Each day: who has not been told this fiscal year what has reached its end."""
    return tell(at=timezone.now())

"""What comes round for the outbox."""

from celery import shared_task
from django.utils import timezone

from . import mail


@shared_task(name="notifications.send_urgent")
def send_urgent() -> int:
    """Each minute, and after every act of which somebody is told at once."""
    return mail.send_urgent(at=timezone.now()) + mail.send_at_once(at=timezone.now())


@shared_task(name="notifications.send_digests")
def send_digests() -> int:
    """Each ten minutes; the function itself sees to once a day and person."""
    return mail.send_digests(at=timezone.now())

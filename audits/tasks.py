"""Scheduled work of the floor."""

from celery import shared_task
from django.utils import timezone

from audits.training.reminders import follow_staff, remind


@shared_task(name="audits.follow_training")
def follow_training_task() -> int:
    """Bring the announced sessions in line with the staff, then remind; each word once, so a missed run loses nothing."""
    follow_staff(at=timezone.now())
    return remind(at=timezone.now())

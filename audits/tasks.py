"""Scheduled work of this floor."""

from celery import shared_task
from django.utils import timezone

from audits.inspections.reminders import remind_of_improvements, remind_of_inspections
from audits.review.following import follow_all
from audits.review.reminders import remind_of_reviews
from audits.training.reminders import follow_staff, remind


@shared_task(name="audits.remind_of_inspections")
def remind_of_inspections_task() -> int:
    now = timezone.now()
    return remind_of_inspections(at=now) + remind_of_improvements(at=now)


@shared_task(name="audits.follow_training")
def follow_training_task() -> int:
    """Bring the announced sessions in line with the staff, then remind; each word once, so a missed run loses nothing."""
    follow_staff(at=timezone.now())
    return remind(at=timezone.now())


@shared_task(name="audits.follow_reviews")
def follow_reviews_task() -> int:
    now = timezone.now()
    return follow_all(at=now) + remind_of_reviews(at=now)

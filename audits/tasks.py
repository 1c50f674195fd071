"""Scheduled work of the audits."""

from celery import shared_task
from django.utils import timezone

from audits.inspections.reminders import remind_of_improvements, remind_of_inspections
from audits.review.following import follow_all
from audits.review.reminders import remind_of_reviews


@shared_task(name="audits.remind_of_inspections")
def remind_of_inspections_task() -> int:
    now = timezone.now()
    return remind_of_inspections(at=now) + remind_of_improvements(at=now)


@shared_task(name="audits.follow_reviews")
def follow_reviews_task() -> int:
    now = timezone.now()
    return follow_all(at=now) + remind_of_reviews(at=now)

"""Scheduled work of this floor; each task looks for what is due and not yet told, so a missed run loses nothing."""

from celery import shared_task
from django.utils import timezone

from audits import reminders as engagements
from audits.follow_up.reminders import remind_of_findings
from audits.inspections.reminders import remind_of_improvements, remind_of_inspections
from audits.review.following import follow_all
from audits.review.reminders import remind_of_reviews
from audits.training import reminders as training


@shared_task(name="audits.remind")
def remind_task() -> None:
    """What the audits wait for."""
    engagements.remind(at=timezone.now())


@shared_task(name="audits.remind_of_findings")
def remind_of_findings_task() -> int:
    return remind_of_findings(at=timezone.now())


@shared_task(name="audits.remind_of_inspections")
def remind_of_inspections_task() -> int:
    now = timezone.now()
    return remind_of_inspections(at=now) + remind_of_improvements(at=now)


@shared_task(name="audits.follow_training")
def follow_training_task() -> int:
    """Bring the announced sessions in line with the staff, then remind."""
    now = timezone.now()
    training.follow_staff(at=now)
    return training.remind(at=now)


@shared_task(name="audits.follow_reviews")
def follow_reviews_task() -> int:
    now = timezone.now()
    return follow_all(at=now) + remind_of_reviews(at=now)

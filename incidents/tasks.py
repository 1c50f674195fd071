"""Scheduled work of incidents."""

from celery import shared_task
from django.utils import timezone

from incidents.consultations.reminders import remind_overdue as remind_of_consultations
from incidents.reminders import remind_overdue
from incidents.violations.reminders import remind_overdue as remind_of_violations


@shared_task(name="incidents.remind_overdue")
def remind_overdue_task() -> int:
    return remind_overdue(at=timezone.now())


@shared_task(name="incidents.remind_reports")
def remind_reports_task() -> int:
    now = timezone.now()
    return remind_of_violations(at=now) + remind_of_consultations(at=now)

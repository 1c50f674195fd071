"""Scheduled work of the audits."""

from celery import shared_task
from django.utils import timezone

from audits.follow_up.reminders import remind_of_findings
from audits.inspections.reminders import remind_of_improvements, remind_of_inspections
from audits.reminders import remind


@shared_task(name="audits.remind")
def remind_task() -> None:
    remind(at=timezone.now())


@shared_task(name="audits.remind_of_inspections")
def remind_of_inspections_task() -> int:
    now = timezone.now()
    return remind_of_inspections(at=now) + remind_of_improvements(at=now)


@shared_task(name="audits.remind_of_findings")
def remind_of_findings_task() -> int:
    return remind_of_findings(at=timezone.now())

"""Scheduled work of incidents."""

from celery import shared_task
from django.utils import timezone

from incidents.bulletins.reminders import remind_unread
from incidents.inquiries.reminders import remind_inquiries
from incidents.reminders import remind_overdue
from incidents.vulnerabilities.reminders import remind_vulnerabilities


@shared_task(name="incidents.remind_overdue")
def remind_overdue_task() -> int:
    return remind_overdue(at=timezone.now())


@shared_task(name="incidents.remind_alerts")
def remind_alerts_task() -> int:
    """Bulletins not read, systems with a hole, inquiries without an answer."""
    at = timezone.now()
    return remind_unread(at=at) + remind_vulnerabilities(at=at) + remind_inquiries(at=at)

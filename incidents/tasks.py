"""Scheduled work of incidents."""

from celery import shared_task
from django.utils import timezone

from incidents.authorities.reminders import open_missing, remind
from incidents.bulletins.reminders import remind_unread
from incidents.continuity.reminders import keep_net
from incidents.drills.reminders import remind_of_tasks as remind_of_drill_tasks
from incidents.inquiries.reminders import remind_inquiries
from incidents.reminders import remind_overdue
from incidents.response.reminders import end_grants, remind_of_tasks
from incidents.vulnerabilities.reminders import remind_vulnerabilities


@shared_task(name="incidents.remind_overdue")
def remind_overdue_task() -> int:
    return remind_overdue(at=timezone.now())


@shared_task(name="incidents.remind_authorities")
def remind_authorities_task() -> int:
    open_missing(at=timezone.now())
    return remind(at=timezone.now())


@shared_task(name="incidents.keep_net")
def keep_net_task() -> int:
    return keep_net(at=timezone.now())


@shared_task(name="incidents.remind_of_drill_tasks")
def remind_of_drill_tasks_task() -> int:
    return remind_of_drill_tasks(at=timezone.now())


@shared_task(name="incidents.remind_alerts")
def remind_alerts_task() -> int:
    """Bulletins not read, systems with a hole, inquiries without an answer."""
    at = timezone.now()
    return remind_unread(at=at) + remind_vulnerabilities(at=at) + remind_inquiries(at=at)


@shared_task(name="incidents.remind_of_tasks")
def remind_of_tasks_task() -> int:
    now = timezone.now()
    end_grants(at=now)
    return remind_of_tasks(at=now)

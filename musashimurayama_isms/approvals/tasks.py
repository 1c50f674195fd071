"""What Celery carries for this floor; each looks for what is due and not yet done."""

from celery import shared_task
from django.utils import timezone

from . import committee_reminders, reminders


@shared_task(name="approvals.remind_overdue", ignore_result=True)
def remind_overdue() -> None:
    reminders.remind_overdue(at=timezone.now())


@shared_task(name="approvals.expire_over", ignore_result=True)
def expire_over() -> None:
    reminders.expire_over(at=timezone.now())


@shared_task(name="approvals.remind_committee", ignore_result=True)
def remind_committee() -> None:
    committee_reminders.remind_committee(at=timezone.now())

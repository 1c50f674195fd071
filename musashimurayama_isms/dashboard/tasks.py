"""What Celery calls at the roof."""

from celery import shared_task
from django.utils import timezone

from .reports.monthly import begin_report


@shared_task(name="dashboard.begin_monthly_report")
def begin_monthly_report() -> bool:
    """Each hour: from the chosen day of a month on, the report of the last month is asked for, once."""
    return begin_report(at=timezone.now()) is not None

"""What was made: the page of the history and its table are both drawn from here."""

from django.db.models import QuerySet

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.jobs.models import Job

from .catalogue import KINDS


def made_for(user: User) -> QuerySet[Job]:
    """One's own reports and those made for one's role; for administrators everybody's, without their content."""
    rows = Job.objects.visible_to(user).filter(kind__in=list(KINDS))
    return rows.select_related("created_by").defer("params", "result")

"""Long work as rows. The database is the truth: Celery only carries the number of a row, and may lose or double it."""

from .heartbeat import Heartbeat
from .job import GAVE_UP, STOPPED, CancelAsked, Job, LeaseLost
from .job_set import BACK_OFF, LEASE, MAX_ATTEMPTS, RESEND_AFTER, JobQuerySet
from .result import JobResult, JobResultQuerySet, result_path

__all__ = [
    "BACK_OFF",
    "GAVE_UP",
    "LEASE",
    "MAX_ATTEMPTS",
    "RESEND_AFTER",
    "STOPPED",
    "CancelAsked",
    "Heartbeat",
    "Job",
    "JobQuerySet",
    "JobResult",
    "JobResultQuerySet",
    "LeaseLost",
    "result_path",
]

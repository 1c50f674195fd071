"""Questions about jobs, and the one door by which a worker takes one."""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from musashimurayama_isms.accounts.standing import has_role, is_staff_of_portal

from ..registry import read_by_roles

if TYPE_CHECKING:
    from .job import Job

LEASE = timedelta(minutes=5)  # how long a worker may be silent before another takes over
RESEND_AFTER = timedelta(minutes=10)  # a message this old without a start is taken for lost
MAX_ATTEMPTS = 3
BACK_OFF = {1: timedelta(minutes=1), 2: timedelta(minutes=5)}  # after so many attempts
QUEUED, RUNNING = "queued", "running"


def mine(user, *, at: datetime) -> Q:
    """One's own jobs, and what the portal has made by itself for a role that the person holds."""
    kinds = [kind.code for kind in read_by_roles() if has_role(user, *kind.read_by, at=at)]
    return Q(created_by=user) | Q(created_by=None, kind__in=kinds)


class JobQuerySet(models.QuerySet):
    def visible_to(self, user) -> Self:
        """One's own jobs and those made for one's role; all of them for administrators of the portal."""
        now = timezone.now()
        return self if is_staff_of_portal(user, at=now) else self.filter(mine(user, at=now))

    def open(self) -> Self:
        return self.filter(status__in=[QUEUED, RUNNING])

    def claimable(self, at: datetime) -> Self:
        """Queued and due, or running under a lease that has run out."""
        due = Q(status=QUEUED) & (Q(not_before__isnull=True) | Q(not_before__lte=at))
        dropped = Q(status=RUNNING, lease_until__lt=at, cancel_asked_at__isnull=True)
        return self.filter(due | dropped, attempts__lt=MAX_ATTEMPTS)

    def stale(self, at: datetime) -> Self:
        """Claimable, and no message is on its way that could start it: never sent, or sent long ago."""
        return self.claimable(at).filter(Q(sent_at__isnull=True) | Q(sent_at__lt=at - RESEND_AFTER) | Q(sent_at__lt=F("lease_until")))

    def tally(self, late_since: datetime) -> dict[str, int]:
        """How many are queued, running, and queued although they could have begun before `late_since`."""
        queued = Q(status=QUEUED)
        begun_late = Q(created_at__lt=late_since) & (Q(not_before__isnull=True) | Q(not_before__lt=late_since))
        return self.aggregate(
            queued=Count("pk", filter=queued),
            running=Count("pk", filter=Q(status=RUNNING)),
            late=Count("pk", filter=queued & begun_late),
        )

    def exhausted(self, at: datetime) -> Self:
        """Died under its worker as often as it may."""
        return self.filter(status=RUNNING, lease_until__lt=at, attempts__gte=MAX_ATTEMPTS)

    def abandoned(self, at: datetime) -> Self:
        """Taken back while it ran, and its worker died before it could stop."""
        return self.filter(status=RUNNING, lease_until__lt=at, cancel_asked_at__isnull=False)

    def claim(self, pk: uuid.UUID | str, *, at: datetime) -> "Job | None":
        """Take a job for one worker by one conditional UPDATE: of many who try at once, one gets the job, the others None."""
        token = uuid.uuid4()
        taken = (
            self.filter(pk=pk)
            .claimable(at)
            .update(
                status=RUNNING,
                claim=token,
                lease_until=at + LEASE,
                attempts=F("attempts") + 1,
                started_at=Coalesce("started_at", at),
                error="",
            )
        )
        return self.get(pk=pk, claim=token) if taken else None

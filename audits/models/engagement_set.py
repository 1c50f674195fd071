"""Questions about audits; `visible_to` and `inside` are where every look-up starts."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from audits.parties import Reach, Settled
from musashimurayama_isms.accounts.models import User


class EngagementQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """The audit head and the CISO: all. Auditors asked: theirs, unless in their own line. A section: its own, once told of it."""
        return self.within((reach or Reach.of(user, at=at)).settled)

    def within(self, reach: Settled) -> Self:
        """What the person of this reach sees: where a prepared question starts."""
        if reach.sees_all:
            return self.all()
        told = Q(announced_at__isnull=False) & Q(department__in=reach.homes | reach.answered)
        return self.filter(told | self._assigned(reach, ("asked", "accepted")))

    def inside(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Those whose drafts, papers and notes the person may read: never the audited side, not even of who has moved there."""
        return self.inside_of((reach or Reach.of(user, at=at)).settled)

    def inside_of(self, reach: Settled) -> Self:
        """The same for a reach that is known."""
        return self.all() if reach.sees_all else self.audited_within(reach)

    def audited_by(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Those that the person has accepted to audit and may still audit today."""
        return self.audited_within((reach or Reach.of(user, at=at)).settled)

    def audited_within(self, reach: Settled) -> Self:
        """The same for a reach that is known."""
        return self.filter(self._assigned(reach, ("accepted",)))

    def _assigned(self, reach: Settled, statuses: tuple[str, ...]) -> Q:
        assignment = self.model._meta.get_field("assignments").related_model
        mine = assignment.objects.filter(person=reach.user, status__in=statuses)
        found = Q(pk__in=mine.values("engagement")) & ~Q(department__in=reach.in_own_line)
        return found & ~Q(phase__in=self.model.ENDED) if reach.is_outside else found

    def running(self) -> Self:
        """Not yet reported."""
        return self.filter(phase__in=self.model.BEFORE_REPORT)

    def open(self) -> Self:
        """Not yet ended."""
        return self.exclude(phase__in=self.model.ENDED)

    def with_all(self) -> Self:
        return self.select_related("programme", "department__parent", "contractor", "system")

    def with_leads(self) -> Self:
        """Each with `leads`, its leading auditor as a list."""
        assignment = self.model._meta.get_field("assignments").related_model
        rows = assignment.objects.standing().filter(is_lead=True).select_related("person")
        return self.prefetch_related(models.Prefetch("assignments", rows, to_attr="leads"))

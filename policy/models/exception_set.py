"""Questions about exceptions; `visible_to` is where every look-up starts. What is over and what is due is computed from days."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.approvals.models.request_set import Reach
from policy.exception_days import latest_before, review_months

SOON = 30  # days before its end in which an exception counts as ending soon
AUDIT = {RoleCode.AUDIT_HEAD, RoleCode.AUDITOR}


class ExceptionQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Own ones, those of one's section and of the sections and divisions answered for; all for the wide roles and the audit."""
        return self.within(reach or Reach.of(user, at=at))

    def within(self, reach: Reach) -> Self:
        """What the person of this reach sees: where a prepared question starts."""
        if reach.is_wide or reach.city & AUDIT:
            return self.all()
        mine = Q(request__drafter=reach.user) | Q(request__applicant=reach.user)
        return self.filter(mine | Q(department__in=reach.homes) | reach.of_department())

    # -- states, computed from the days ----------------------------------------------------------------------------
    def open(self) -> Self:
        """Neither ended nor revoked: running, not begun yet, or over without its closing report."""
        return self.filter(status=self.model.Status.IN_FORCE)

    def running(self, *, on: date) -> Self:
        return self.filter(self._running(on))

    def ahead(self, *, on: date) -> Self:
        """Permitted, and not begun yet."""
        return self.open().filter(since__gt=on)

    def over(self, *, on: date) -> Self:
        """期間満了: the last day is over, the closing report is missing."""
        return self.filter(self._over(on))

    def ending_soon(self, *, on: date, days: int = SOON) -> Self:
        return self.running(on=on).filter(until__lte=on + timedelta(days=days))

    def closed(self) -> Self:
        return self.exclude(status=self.model.Status.IN_FORCE)

    def unacknowledged(self) -> Self:
        """Emergencies that the CISO has not said a word to (3.11.4.2)."""
        return self.filter(kind=self.model.Kind.EMERGENCY, acknowledged_at__isnull=True)

    def due_for_review(self, *, on: date, months: int | None = None) -> Self:
        """Those that nobody has looked at for the city's interval (3.11.4.3), `months` where the caller has asked for it already."""
        return self.running(on=on).filter(checked_on__lte=latest_before(on, months or review_months()))

    # -- clauses ---------------------------------------------------------------------------------------------------
    def touching(self, number: str) -> Self:
        """Those that leave out a clause: the clause itself, one that contains it, or one below it."""
        parts = number.split(".")
        above = [".".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
        rows = self.model._meta.get_field("clauses").related_model.objects
        return self.filter(pk__in=rows.filter(Q(number__in=above) | Q(number__startswith=f"{number}.")).values("exception"))

    def by_clause(self, *, on: date) -> dict[str, set[int]]:
        """Clause → the running exceptions that name it, in one query."""
        found: dict[str, set[int]] = defaultdict(set)
        for number, pk in self.running(on=on).order_by().values_list("clauses__number", "pk"):
            found[number].add(pk)
        return found

    def for_list(self) -> Self:
        return self.select_related("department__parent", "request__type").prefetch_related("clauses")

    # -- for counting ----------------------------------------------------------------------------------------------
    def conditions(self, *, on: date, soon: date, reviewed: date) -> dict[str, Q]:
        """The states at once: `soon` is the last day that counts as soon, `reviewed` the last look that is too old."""
        running = self._running(on)
        return {
            "running": running,
            "soon": running & Q(until__lte=soon),
            "waiting": Q(kind=self.model.Kind.EMERGENCY, acknowledged_at__isnull=True),
            "review": running & Q(checked_on__lte=reviewed),
            "over": self._over(on),
        }

    def _running(self, on: date) -> Q:
        return Q(status=self.model.Status.IN_FORCE, since__lte=on, until__gte=on)

    def _over(self, on: date) -> Q:
        return Q(status=self.model.Status.IN_FORCE, until__lt=on)

    def of_others(self, person: int) -> Self:
        """Neither drafted nor applied for by the person, who answers for the others only."""
        return self.exclude(Q(request__drafter=person) | Q(request__applicant=person))

"""Questions about the measures of the response."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from incidents.chain import Party
from incidents.parties import Reach
from musashimurayama_isms.accounts.models import Appointment, User
from musashimurayama_isms.accounts.standing import day_of

from .incident import Incident


class ResponseTaskQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Those of the incidents one sees, and those one has to do."""
        reach = reach or Reach.of(user, at=at)
        seen = Incident.objects.submitted().visible_to(user, at=at, reach=reach).order_by().values("pk")
        return self.filter(Q(incident__in=seen) | (self._mine(user, reach, at=at) & ~Q(status="draft")))

    def running(self) -> Self:
        """To be done."""
        return self._going_on().filter(status="open")

    def unchecked(self) -> Self:
        """Done, with the check of their effect still to come."""
        return self._going_on().filter(status="done", check_on__isnull=False)

    def overdue(self, *, on: date) -> Self:
        """Not done, or not checked, after its day; computed when asked."""
        return self._going_on().filter(Q(status="open", due_on__lt=on) | Q(status="done", check_on__isnull=False, check_on__lt=on))

    def waiting_for(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """To be done by a party this person acts for, or by this very person."""
        return self.running().filter(self._mine(user, reach or Reach.of(user, at=at), at=at))

    def _going_on(self) -> Self:
        """A measure outlives the closing of its incident, but not the end of its drill."""
        return self.exclude(incident__is_drill=True, incident__drill_run__drill__ended_at__isnull=False)

    def _mine(self, user: User, reach: Reach, *, at: datetime) -> Q:
        still_there = Appointment.objects.in_force(day_of(at)).filter(person=user, post__department=OuterRef("department"))
        as_manager = Q(owner=Party.SERVICE_MANAGER) & reach.managed("incident__")
        mine = reach.as_party("owner", "department") | as_manager | (Q(handed_to=user) & Exists(still_there))
        return mine & ~reach.kept_from("incident__")

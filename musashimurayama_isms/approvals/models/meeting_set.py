"""Questions about meetings; `visible_to` is where every look-up starts."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from musashimurayama_isms.accounts.models import Appointment, Seat, User
from musashimurayama_isms.accounts.standing import day_of

from .attendance import Attendance
from .request_set import Reach


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime | None = None, reach: Reach | None = None) -> Self:
        """The committee's people and the wide roles see all; who was called from elsewhere sees that meeting."""
        reach = reach or Reach.of(user, at=at or timezone.now())
        if reach.sees_committee:
            return self.all()
        return self.filter(Exists(Attendance.objects.filter(meeting=OuterRef("pk"), person=user)))

    def called(self) -> Self:
        return self.filter(status=self.model.Status.CALLED)

    def without_minutes(self) -> Self:
        """Held, the minutes not closed."""
        return self.filter(status=self.model.Status.HELD)

    def unrecorded(self, *, at: datetime) -> Self:
        """Called for a time that is over: who was there is still to be recorded."""
        return self.called().filter(planned_at__lte=at)

    def unfinished(self, *, at: datetime) -> Self:
        """Where the secretariat still has something to record: attendance, or minutes."""
        return self.unrecorded(at=at) | self.without_minutes()

    def of_person(self, user: User, *, on: date) -> Self:
        """Those of the committees of which the person is a member that day, and those to which they are called by name."""
        posts = Appointment.objects.in_force(on).filter(person=user).values("post")
        seats = Seat.objects.in_force(on).filter(post__in=posts).values("committee")
        as_member = Q(committee__in=seats) & ~Q(kind=self.model.Kind.EMERGENCY)
        as_guest = Exists(Attendance.objects.filter(meeting=OuterRef("pk"), person=user))
        return self.filter(as_member | Q(as_guest))

    def calling(self, user: User, *, at: datetime) -> Self:
        """Called and still to come, the person being a member of that committee or called beside the members."""
        return self.to_come_to(user, on=day_of(at), at=at).select_related("committee")

    def to_come_to(self, user: User, *, on: date, at: datetime) -> Self:
        """The same without their committees, for who has the day at hand."""
        return self.called().of_person(user, on=on).filter(planned_at__gt=at)

    def open_to_items(self) -> Self:
        """Those whose agenda can still grow."""
        return self.filter(status__in=(self.model.Status.CALLED, self.model.Status.HELD))

    def for_list(self) -> Self:
        rows = self.select_related("committee__secretariat").annotate(items=models.Count("agenda"))
        return rows.order_by("-planned_at", "-pk")  # a grouped query forgets the order of the model

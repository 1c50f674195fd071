"""Questions about occurrences: open, late, whose, and who may see them."""

from datetime import date, datetime
from typing import Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast

from musashimurayama_isms.accounts.memory import once
from musashimurayama_isms.accounts.models import Appointment, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.files.models import StoredFile

from ..parties import Reach
from .seen import of_seen_subjects


class OccurrenceQuerySet(models.QuerySet):
    """Questions about occurrences; they chain."""

    def open(self) -> Self:
        """Neither done nor left out, however far ahead."""
        return self.filter(status=self.model.Status.PLANNED)

    def appeared(self, *, on: date) -> Self:
        """Those whose time to be seen on a desk has come."""
        return self.filter(appears_on__lte=on)

    def overdue(self, *, on: date) -> Self:
        """Open, and the day has passed."""
        return self.open().filter(due_on__lt=on)

    def waiting_for(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Open ones to be done now by this person: handed over to them, or theirs by role and handed to nobody."""
        reach = reach or Reach(user, at=at)
        return self.open().appeared(on=day_of(at)).filter(self._held(user, reach, at=at))

    def held_by(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Those that are this person's to do, done ones and those far ahead too: what a calendar shows as one's own."""
        return self.filter(self._held(user, reach or Reach(user, at=at), at=at))

    def _held(self, user: User, reach: Reach, *, at: datetime) -> Q:
        handed = _in_hand(day_of(at))
        return (self._as_holder(reach) & ~Q(handed)) | (Q(handed_to=user) & Q(handed))

    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Those of the whole city and of one's own line; wide roles see all; what hangs on an object, who sees the object.

        Whoever has to do it sees it in any case.
        """
        reach = reach or Reach(user, at=at)
        if reach.is_wide:
            return self
        mine, near = self._as_holder(reach) | Q(handed_to=user), reach.near()
        of_these = self._duties().filter(pk__in=self.filter(near).order_by().values("duty"))
        return self.filter(mine | (near & of_seen_subjects(user, of_these, "duty__")))

    def _duties(self) -> models.QuerySet:
        return self.model._meta.get_field("duty").related_model.objects.all()

    def _as_holder(self, reach: Reach) -> Q:
        """The condition that the person holds the duty, for the owners that occur at all."""
        return reach.as_holder(once("owners of duties", lambda: list(self._duties().order_by().values_list("owner", flat=True).distinct())))

    def with_evidence(self) -> Self:
        """Each with `has_evidence`: whether a record is attached."""
        files = StoredFile.objects.filter(
            content_type=ContentType.objects.get_for_model(self.model), object_id=Cast(OuterRef("pk"), CharField())
        )
        return self.annotate(has_evidence=Exists(files))

    def ready(self) -> Self:
        """Those that a word can record as done: no evidence is asked for, or it is attached."""
        return self.with_evidence().filter(Q(duty__needs_evidence=False) | Q(has_evidence=True))

    def with_all(self) -> Self:
        """What a line of a list shows."""
        return self.select_related("duty", "department__parent", "handed_to", "handed_in", "done_by")


def _in_hand(on: date) -> Exists:
    """Whether the one it was handed to is still in the department where that was done; a transfer ends it."""
    rows = Appointment.objects.in_force(on).serving(on)
    return Exists(rows.filter(person=OuterRef("handed_to"), post__department=OuterRef("handed_in")))

"""Questions about sessions: which a person sees, which are open, which belong to an object."""

from datetime import datetime
from typing import Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q

from audits.training.hands import Hands
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.jobs.subjects import key_of

from .attendance import Attendance


class SessionQuerySet(models.QuerySet):
    """They chain."""

    def visible_to(self, user: User, *, at: datetime, hands: Hands | None = None) -> Self:
        """Those the person runs, those the person was asked to, and those in which people of the own section are asked."""
        hands = hands or Hands(user, at=at)
        if hands.is_wide:
            return self.all()
        asked = Attendance.objects.filter(session=OuterRef("pk"))
        told = Q(Exists(asked.filter(person=user)))
        if hands.is_chief:
            told |= Q(Exists(asked.filter(hands.chief_rows("department"))))
        return self.filter(hands.run_rows("course__kind", "department") | (~Q(status="draft") & told))

    def open(self) -> Self:
        return self.filter(status=self.model.Status.OPEN)

    def held(self) -> Self:
        """Announced, and not called off."""
        return self.filter(status__in=(self.model.Status.OPEN, self.model.Status.CLOSED))

    def about(self, subject: models.Model) -> Self:
        """The sessions that belong to an object of another floor, such as a drill."""
        return self.filter(content_type=ContentType.objects.get_for_model(subject), object_id=key_of(subject))

    def for_list(self) -> Self:
        return self.select_related("course", "department__parent", "follow_up_of__course", "made_by")

"""Questions about moves; `visible_to` is where every look-up starts."""

from datetime import date, datetime
from typing import Self

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q

from assets.reach import Reach
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.jobs.subjects import key_of


class MoveQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Those of one's section and division, those one carries or has applied for, all of them for the wide roles."""
        return self.within(reach or Reach.of(user, at=at))

    def within(self, reach: Reach) -> Self:
        """What the person of this reach sees: where a prepared question starts."""
        if reach.is_wide:
            return self.all()
        user = reach.user
        mine = Q(carrier=user) | Q(request__drafter=user) | Q(request__applicant=user)
        return self.filter(reach.of_department() | mine)

    def outside(self) -> Self:
        """What is out of the house now, or was lost there."""
        return self.filter(status__in=self.model.OUTSIDE)

    def open(self) -> Self:
        """Those of which something is still expected."""
        return self.filter(status__in=self.model.OPEN)

    def overdue(self, *, on: date) -> Self:
        """Out past the day on which it should have arrived or come back."""
        return self.outside().filter(due_on__lt=on)

    def due(self, *, until: date) -> Self:
        """Out, with the next day by `until`."""
        return self.filter(status__in=self.model.OUT, due_on__lte=until)

    def about(self, row: models.Model) -> Self:
        """The moves that carry this asset, device or medium."""
        lines = self.model._meta.get_field("lines").related_model
        mine = lines.objects.filter(content_type=ContentType.objects.get_for_model(row), object_id=key_of(row))
        return self.filter(pk__in=mine.values("move"))

    def late_first(self) -> Self:
        """Lost ones, then by the day that comes next, then by class."""
        lost = models.Case(models.When(status=self.model.Status.LOST, then=0), default=1)
        return self.order_by(lost, F("due_on").asc(nulls_last=True), "asset_class", "pk")

    def for_list(self) -> Self:
        return self.select_related("request__type", "department__parent", "carrier").prefetch_related("lines")

    def of_person(self, user: User) -> Self:
        """What a person carries."""
        return self.filter(carrier=user)

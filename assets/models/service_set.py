"""Questions about external services; `visible_to` is where every look-up of the details starts."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Max, Q

from assets.reach import Reach
from musashimurayama_isms.accounts.models import User


class ExternalServiceQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Those of one's section and division, those one manages, all of them for the wide roles."""
        reach = reach or Reach.of(user, at=at)
        if reach.is_wide:
            return self.all()
        managed = self.model._meta.get_field("managers").related_model.objects.open().filter(person=user)
        return self.filter(reach.of_department() | Q(pk__in=managed.values("service")))

    def approved(self) -> Self:
        """承認済み外部サービス (3.12.3.4.3): the register that every member of staff may read."""
        return self.filter(status__in=self.model.APPROVED_STATES)

    def in_use(self) -> Self:
        return self.filter(status=self.model.Status.IN_USE)

    def in_list(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """What stands in the list for a person: the approved ones, and whatever else the person may open."""
        seen = self.model.objects.visible_to(user, at=at, reach=reach)
        return self.filter(Q(pk__in=seen.values("pk")) | Q(status__in=self.model.APPROVED_STATES))

    def waiting_for(self, user: User) -> Self:
        """Those whose manager has a list before a stage: at build and at the end; `stage_since` is when it was opened.

        The confirmation that comes round waits as a duty.
        """
        named = self.model._meta.get_field("managers").related_model.objects.open().filter(person=user)
        rows = self.filter(pk__in=named.values("service"), status__in=(self.model.Status.CONTRACTED, self.model.Status.ENDING))
        return rows.annotate(stage_since=Max("checklists__begun_at", filter=Q(checklists__closed_at__isnull=True)))

    def with_all(self) -> Self:
        """What a line of the list shows."""
        return self.select_related("department__parent").prefetch_related("managers__person")

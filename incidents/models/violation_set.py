"""Questions about violations: who sees them, what waits for whom, what is late."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from incidents.parties import Reach
from musashimurayama_isms.accounts.models import User


class ViolationQuerySet(models.QuerySet):
    """`visible_to` is where every look-up starts; `handled_by` are those of whom the person sees the whole file."""

    def handled_by(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Those whose whole file the person reads: told as a party, or answering above it, and not kept from it.

        The line above the section is let in only where no chief is the matter: else those told are all who know.
        """
        reach = reach or Reach.of(user, at=at)
        told = self.model._meta.get_field("words").related_model.objects.reached_by(reach).values("violation")
        seen = Q(pk__in=told)
        if reach.is_wide:
            seen |= Q(pk__isnull=False)
        else:
            in_division = Q(department__in=reach.divisions) | Q(department__parent__in=reach.divisions)
            seen |= Q(is_narrow=False) & in_division
        kept_from = self.model.kept_from.through.objects.filter(user=user).values("violation")
        return self.filter(seen).exclude(pk__in=kept_from)

    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """The whole file for who handles it; their own words for who reported it; for the person named from the guidance on.

        Before the guidance the person named does not see it: what was found could be removed, and who reported it could be
        pressed. From the guidance on the person must know of what and under which clause, to answer it.
        """
        handled = self.handled_by(user, at=at, reach=reach).values("pk")
        return self.filter(Q(pk__in=handled) | Q(reporter=user) | Q(person=user, told_person_at__isnull=False))

    def open(self) -> Self:
        return self.filter(status__in=self.model.OPEN)

    def overdue(self, *, at: datetime) -> Self:
        """Open ones whose next act is past its time; computed when asked."""
        return self.filter(status__in=self.model.TIMED, due_at__lte=at)

    def waiting_for(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Those of which the next act is this person's."""
        reach = reach or Reach.of(user, at=at)
        by_handler = Q(status__in=self.model.OF_HANDLER) & reach.as_party("handler", "department")
        by_overseer = Q(status__in=self.model.OF_OVERSEER) & reach.as_party("overseer", "department")
        kept_from = self.model.kept_from.through.objects.filter(user=user).values("violation")
        return self.filter(by_handler | by_overseer).exclude(pk__in=kept_from)

    def with_people(self) -> Self:
        return self.select_related("department__parent", "reporter", "person")

"""Questions about consultations: who sees them, who is to answer, what is late."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from incidents.chain import Party
from incidents.parties import Actor, Reach, able
from musashimurayama_isms.accounts.models import User


def _stand_in_for(central: list[Actor], *, at: datetime) -> list[Actor]:
    """Who answers what the only 中央電子計算組織管理者 asks: nobody answers oneself."""
    return able(Party.CENTRAL_MANAGER, None, at=at, without=(central[0].person.pk,)) if len(central) == 1 else []


class ConsultationQuerySet(models.QuerySet):
    """Questions about consultations; `visible_to` is where every look-up starts."""

    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Own ones, all for the 中央電子計算組織管理者, and for the section's officer those whose asker has said so."""
        reach = reach or Reach.of(user, at=at)
        central = able(Party.CENTRAL_MANAGER, None, at=at)
        mine = Q(asker=user) | Q(shares_with_officer=True, department__in=reach.sections)
        if any(actor.person.pk == user.pk for actor in central):
            return self.all()
        if any(actor.person.pk == user.pk for actor in _stand_in_for(central, at=at)):
            mine |= Q(asker=central[0].person)
        return self.filter(mine)

    def open(self) -> Self:
        return self.exclude(status="closed")

    def unanswered(self) -> Self:
        return self.filter(status="asked")

    def overdue(self, *, at: datetime) -> Self:
        """Unanswered past their time; computed when asked."""
        return self.unanswered().filter(due_at__lte=at)

    def waiting_for(self, user: User, *, at: datetime) -> Self:
        """Those that this person is to answer."""
        central = able(Party.CENTRAL_MANAGER, None, at=at)
        if any(actor.person.pk == user.pk for actor in central):
            return self.unanswered().exclude(asker=user)
        stands_in = any(actor.person.pk == user.pk for actor in _stand_in_for(central, at=at))
        return self.unanswered().filter(asker=central[0].person) if stands_in else self.none()

    def with_people(self) -> Self:
        return self.select_related("asker", "department__parent", "incident", "request__type")

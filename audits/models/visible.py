"""Who sees the rows of an audit: those that both sides see, and those that only the auditors, the head and the CISO see."""

from datetime import datetime
from typing import Self

from django.db import models
from django.utils import timezone

from audits.parties import Reach, Settled
from musashimurayama_isms.accounts.models import User

from .engagement import Engagement


class AsTheAudit(models.QuerySet):
    """Rows as visible as their audit."""

    def visible_to(self, user: User, *, at: datetime | None = None) -> Self:
        seen = Engagement.objects.visible_to(user, at=at or timezone.now())
        return self.filter(engagement__in=seen.values("pk"))


class Inside(models.QuerySet):
    """Rows that the audited side never sees."""

    def visible_to(self, user: User, *, at: datetime | None = None) -> Self:
        seen = Engagement.objects.inside(user, at=at or timezone.now())
        return self.filter(engagement__in=seen.values("pk"))


class OnceShown(models.QuerySet):
    """Rows that the audited side sees from a certain state on: `SHOWN` of the model names the states."""

    def visible_to(self, user: User, *, at: datetime | None = None) -> Self:
        return self.within(Reach.of(user, at=at or timezone.now()).settled)

    def within(self, reach: Settled) -> Self:
        """What the person of this reach sees: where a prepared question starts."""
        inside, told = Engagement.objects.inside_of(reach), Engagement.objects.within(reach).filter(announced_at__isnull=False)
        shown = models.Q(engagement__in=told.values("pk"), status__in=self.model.SHOWN)
        return self.filter(models.Q(engagement__in=inside.values("pk")) | shown)

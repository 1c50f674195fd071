"""Who may do what in an audit, when it is worth offering, and how a kind of row is found; the acts themselves stand beside."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from audits.acts import Act
from audits.models import Engagement, Place
from musashimurayama_isms.accounts.models import User

Phase = Engagement.Phase


def head(place: Place) -> bool:
    return place.is_head


def leads(place: Place) -> bool:
    return place.leads


def auditor(place: Place) -> bool:
    return place.is_auditor


def officer(place: Place) -> bool:
    return place.is_officer


def auditor_or_officer(place: Place) -> bool:
    return place.is_auditor or place.is_officer


def asked(place: Place) -> bool:
    return place.is_asked


def of_section(place: Place) -> bool:
    return place.is_of_section


def inside(place: Place) -> bool:
    return place.is_auditor or place.is_head


def anybody(place: Place) -> bool:
    return True


def during(*phases: str) -> Callable[[Engagement], bool]:
    """Offered in these phases."""
    return lambda engagement: engagement.phase in phases


@dataclass(frozen=True)
class Kind:
    """A kind of row: how it is found for a person, the way from it to its audit, its acts."""

    model: type[models.Model]
    to_engagement: str
    acts: dict[str, Act]
    find: Callable[..., models.QuerySet] | None = None

    def rows(self, user: User, *, at: datetime) -> models.QuerySet:
        """The rows that the person may see."""
        rows = self.find(user, at=at) if self.find else self.model.objects.visible_to(user, at=at)
        path = self.to_engagement.replace(".", "__")
        return rows.select_related(*(f"{path}__{name}" for name in ("department__parent", "contractor", "system", "programme")))

    def engagement_of(self, row: models.Model) -> Any:
        """The audit that a row belongs to."""
        found: Any = row
        for name in self.to_engagement.split("."):
            found = getattr(found, name)
        return found


def by_slug(*acts: Act) -> dict[str, Act]:
    """Acts by their word in the address."""
    return {act.slug: act for act in acts}

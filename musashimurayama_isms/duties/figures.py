"""What keeps a mechanism, counted: the floors above register it where obligations are shown."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode

from musashimurayama_isms.accounts.standing import day_of

from .models import Duty, Occurrence


@dataclass(frozen=True)
class Figures:
    """Open now, late, all that ever appeared, and where to look."""

    open: int
    late: int
    total: int
    url: str


def figures(mechanism: str, *, at: datetime) -> Figures:
    """The live figures of a mechanism such as duty:log-inspection; one query."""
    on = day_of(at)
    is_open = Q(status=Occurrence.Status.PLANNED)
    counts = Occurrence.objects.filter(duty__mechanism=mechanism, appears_on__lte=on).aggregate(
        open=Count("pk", filter=is_open), late=Count("pk", filter=is_open & Q(due_on__lt=on)), total=Count("pk")
    )
    return Figures(**counts, url=f"{reverse('duties:duties')}?{urlencode({'mechanism': mechanism})}")


def mechanisms() -> list[str]:
    """The codes that an active duty keeps."""
    return sorted(set(Duty.objects.active().exclude(mechanism="").values_list("mechanism", flat=True)))

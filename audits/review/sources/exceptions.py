"""Clauses that are not followed by exception (3.11.4): where there are many, the clause itself may be wrong."""

from collections.abc import Iterator

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode

from audits.models import Found, Source
from policy.citations import citation
from policy.models import PolicyException

from .base import Window, gathers


@gathers
def exceptions(window: Window) -> Iterator[Found]:
    """One input a clause, without the sections and their reasons: those stand behind the link, for who may see them."""
    rows = PolicyException.objects.filter(Q(status=PolicyException.Status.IN_FORCE) | Q(ended_at__gte=window.begins_at))
    running = Q(status=PolicyException.Status.IN_FORCE)
    urgent = Q(kind=PolicyException.Kind.EMERGENCY)
    counts = (
        rows.order_by()
        .values("clauses__number")
        .annotate(
            total=Count("pk", distinct=True),
            running=Count("pk", filter=running, distinct=True),
            urgent=Count("pk", filter=urgent, distinct=True),
        )
    )
    for row in counts.exclude(clauses__number=None).order_by("clauses__number"):
        number = row["clauses__number"]
        yield Found(
            Source.EXCEPTION,
            f"exception:{number}",
            f"{citation(number)}の例外措置 {row['total']}件",
            f"期間中に実施中だった例外措置{row['total']}件（今も実施中{row['running']}件、緊急時のもの{row['urgent']}件）。",
            (number,),
            f"{reverse('policy:exceptions')}?{urlencode({'clause': number})}",
        )

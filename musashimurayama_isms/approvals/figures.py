"""What floors above count of this one: plain values, with which they say how a clause is kept."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from musashimurayama_isms.accounts.standing import day_of

from .models import Circulation, Item, Meeting, Reply, Request, Step, Waiver


class Figures(NamedTuple):
    """How many requests are open, how many of these are late, how many there ever were, and where to look."""

    open: int
    late: int
    total: int
    url: str


def requests(code: str, *, at: datetime) -> Figures:
    """The figures of one type: late is a decision beyond its term, or a permit whose days are over and that is not completed."""
    return by_type([code], at=at)[code]


def by_type(codes: Collection[str], *, at: datetime) -> dict[str, Figures]:
    """The figures of several types with two queries; an errand counts for each type that it unites, else for its own."""
    sent = Request.objects.exclude(status__in=Request.PRIVATE).order_by()
    found = {code: [0, 0, 0] for code in codes}
    alone = ~Exists(Request.united.through.objects.filter(request=OuterRef("pk")))
    for rows, field in ((sent.filter(alone), "type__code"), (sent, "united__code")):
        for code, *figures in _counted(rows.filter(**{f"{field}__in": codes}), field, at=at):
            found[code] = [sum(pair) for pair in zip(found[code], figures, strict=True)]
    return {code: Figures(*found[code], reverse("approvals:type", args=[code])) for code in codes}


def _counted(rows: QuerySet[Request], field: str, *, at: datetime) -> QuerySet:
    """(code, open, late, total) by the code in `field`; only of those in review it is asked whether a step is late."""
    overdue = Q(status=Request.Status.IN_REVIEW) & Exists(Step.objects.overdue(at=at).filter(request=OuterRef("pk")))
    return rows.values_list(field).annotate(
        open=Count("pk", filter=Q(status__in=Request.LIVE)),
        late=Count("pk", filter=overdue | Q(status=Request.Status.EXPIRED)),
        total=Count("pk"),
    )


def separation(*, at: datetime) -> Figures:
    """3.4.3.1: overrides of the separation of duties; those that the CISO has not seen yet are open."""
    granted = Waiver.objects.filter(is_granted=True)
    return Figures(Waiver.objects.unseen().count(), 0, granted.count(), reverse("approvals:types"))


def business(*, at: datetime) -> Figures:
    """The business of the committees: items, meetings, and answers to what they circulate (mechanism code `business`)."""
    meetings = Meeting.objects.all()
    return Figures(
        open=Item.objects.live().count() + meetings.open_to_items().count() + Reply.objects.awaited().count(),
        late=Item.objects.late(at=at).count() + meetings.unrecorded(at=at).count() + Reply.objects.late(on=day_of(at)).count(),
        total=Item.objects.count() + meetings.count() + Circulation.objects.count(),
        url=reverse("committee:room"),
    )

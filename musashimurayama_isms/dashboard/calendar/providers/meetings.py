"""The meetings of the committee to which one is called, or which one may see."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from musashimurayama_isms.accounts.models import Appointment, Seat
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Meeting
from musashimurayama_isms.fiscal import TOKYO

from ..entries import Asked, Entry, Kind, Scope, shows


@shows(Kind.MEETING)
def meetings(asked: Asked) -> Iterator[Entry]:
    first = datetime.combine(asked.since, datetime.min.time(), tzinfo=TOKYO)
    last = datetime.combine(asked.until + timedelta(days=1), datetime.min.time(), tzinfo=TOKYO)
    rows = Meeting.objects.visible_to(asked.user, at=asked.at).filter(planned_at__gte=first, planned_at__lt=last)
    if asked.scope != Scope.CITY:
        rows = rows.filter(_called(asked))
    for row in rows.exclude(status=Meeting.Status.CANCELLED).select_related("committee").distinct():
        clock = row.planned_at.astimezone(TOKYO)
        yield Entry(
            clock.date(),
            f"{row.name} {clock:%H:%M}",
            row.get_absolute_url(),
            Kind.MEETING,
            is_open=row.status == Meeting.Status.CALLED,
        )


def _called(asked: Asked) -> Q:
    """A member by post of today, or called by name; of the secretariat its department."""
    on = day_of(asked.at)
    posts = Appointment.objects.in_force(on).filter(person=asked.user).values("post")
    seats = Seat.objects.in_force(on).filter(post__in=posts).values("committee")
    member = Q(committee__in=seats) & ~Q(kind=Meeting.Kind.EMERGENCY)
    return member | Q(attendances__person=asked.user) | Q(committee__secretariat__in=asked.homes)

"""The meetings of the committee to which one is called, or which one may see."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Meeting
from musashimurayama_isms.fiscal import TOKYO

from ..entries import Asked, Entry, Kind, Scope, shows


@shows(Kind.MEETING)
def meetings(asked: Asked) -> Iterator[Entry]:
    """One's own are those one is called to, and the secretariat's all of its committee."""
    first = datetime.combine(asked.since, datetime.min.time(), tzinfo=TOKYO)
    last = datetime.combine(asked.until + timedelta(days=1), datetime.min.time(), tzinfo=TOKYO)
    rows = Meeting.objects.visible_to(asked.user, at=asked.at).filter(planned_at__gte=first, planned_at__lt=last)
    if asked.scope != Scope.CITY:
        rows = rows.of_person(asked.user, on=day_of(asked.at)) | rows.filter(committee__secretariat__in=asked.homes)
    for row in rows.exclude(status=Meeting.Status.CANCELLED).select_related("committee"):
        clock = row.planned_at.astimezone(TOKYO)
        yield Entry(
            clock.date(),
            f"{row.name} {clock:%H:%M}",
            row.get_absolute_url(),
            Kind.MEETING,
            is_open=row.status == Meeting.Status.CALLED,
            is_public=row.kind != Meeting.Kind.EMERGENCY,  # that one is held says that something has happened
        )

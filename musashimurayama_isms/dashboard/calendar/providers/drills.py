"""The days of drills, and what is to be bettered after them by when (3.9.2.3)."""

from collections.abc import Iterator

from django.db.models import Q

from incidents.models import Drill, DrillTask

from ..entries import Asked, Entry, Kind, Scope, shows


@shows(Kind.TRAINING, only_if=lambda since, until: Drill.objects.filter(planned_on__range=(since, until)))
def drills(asked: Asked) -> Iterator[Entry]:
    """One's own are those one takes part in or has planned."""
    rows = Drill.objects.visible_to(asked.user, at=asked.at).filter(planned_on__range=(asked.since, asked.until))
    own = Q(participants=asked.user) | Q(organiser=asked.user)
    if asked.scope == Scope.MINE:
        rows = rows.filter(own)
    elif asked.scope == Scope.SECTION:
        rows = rows.filter(own | Q(sections__in=asked.homes | asked.answered))
    for row in rows.exclude(status=Drill.Status.CANCELLED).distinct():
        is_open = row.status in (Drill.Status.PLANNED, Drill.Status.RUNNING)
        yield Entry(row.planned_on, f"訓練：{row}", row.get_absolute_url(), Kind.TRAINING, is_open=is_open)


@shows(Kind.TRAINING, only_if=lambda since, until: DrillTask.objects.open().filter(due_on__range=(since, until)))
def improvements(asked: Asked) -> Iterator[Entry]:
    """What follows from drills; one's own is what one's party has to do."""
    tasks = DrillTask.objects.open()
    rows = tasks.waiting_for(asked.user, at=asked.at) if asked.scope == Scope.MINE else tasks.visible_to(asked.user, at=asked.at)
    rows = rows.filter(due_on__range=(asked.since, asked.until))
    if asked.scope == Scope.SECTION:
        rows = rows.filter(department__in=asked.homes | asked.answered)
    for row in rows.select_related("department"):
        place = row.department.name if row.department else ""
        yield Entry(row.due_on, f"訓練の改善：{row}", row.get_absolute_url(), Kind.TRAINING, place=place, is_public=False)

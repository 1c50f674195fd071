"""Incidents that were closed in these days (3.13.3): drills are left out, and what the committee is not to see."""

from collections.abc import Iterator

from django.db.models import Prefetch

from audits.models import Found, Source
from incidents.models import CauseAnalysis, Incident, ResponseTask

from .base import Window, gathers

LONGEST = 120  # letters of one measure
GIVEN_UP = (ResponseTask.Status.DRAFT, ResponseTask.Status.DROPPED)
CAUSES = Prefetch("causes", CauseAnalysis.objects.order_by("pk").prefetch_related("categories"))
PREVENTING = ResponseTask.objects.filter(kind=ResponseTask.Kind.PREVENTION).exclude(status__in=GIVEN_UP)
MEASURES = Prefetch("tasks", PREVENTING, to_attr="preventing")


@gathers
def incidents(window: Window) -> Iterator[Found]:
    """One input an incident, with its kind of cause and its measures: the words of the report may name persons and stay there."""
    rows = Incident.objects.real().filter(status=Incident.Status.CLOSED, bypasses_chief=False, ended_at__gte=window.begins_at)
    for row in rows.select_related("kind").prefetch_related(CAUSES, MEASURES).order_by("fiscal_year", "sequence"):
        yield Found(
            Source.INCIDENT,
            f"incident:{row.pk}",
            f"{row.number} {row.kind.name}",
            "\n".join(_words(row)),
            tuple(row.kind.clauses),
            row.get_absolute_url(),
        )


def _words(row: Incident) -> Iterator[str]:
    if row.is_grave:
        yield "重大なインシデント。"
    yield f"情報の分類：{row.asset_class_meaning}。個人情報：{row.get_personal_information_display()}。"
    for cause in list(row.causes.all())[-1:]:  # the latest version is the one that stands
        yield f"原因の分類：{'、'.join(category.name for category in cause.categories.all())}。"
    for task in row.preventing:
        yield f"再発防止策（{task.get_status_display()}）：{task.words[:LONGEST]}"

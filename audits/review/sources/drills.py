"""What a drill has shown is to be changed (3.9.2.3): the improvements that follow from it, by the words of those who ran it."""

from collections.abc import Iterator

from django.db.models import Q

from audits.models import Found, Source
from incidents.models import DrillTask

from .base import Window, gathers


@gathers
def drill_tasks(window: Window) -> Iterator[Found]:
    """One input an improvement that is open or was ended in these days; what was given up is none."""
    rows = DrillTask.objects.exclude(status=DrillTask.Status.DROPPED).filter(
        Q(status=DrillTask.Status.OPEN) | Q(ended_at__gte=window.begins_at)
    )
    for row in rows.select_related("drill").order_by("drill", "pk"):
        yield Found(
            Source.DRILL,
            f"drill-task:{row.pk}",
            f"訓練「{row.drill}」の改善項目",
            f"{row.what}（{row.get_status_display()}）",
            ("3.9.2.3",),
            row.get_absolute_url(),
        )

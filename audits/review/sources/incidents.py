"""Incidents that were closed in these days (3.13.3): drills are left out, and what the committee is not to see."""

from collections.abc import Iterator

from audits.models import Found, Source
from incidents.models import Incident

from .base import Window, gathers


@gathers
def incidents(window: Window) -> Iterator[Found]:
    """One input an incident, in words of the register: the reporter's own words may name persons and stay where they are."""
    rows = Incident.objects.real().filter(status=Incident.Status.CLOSED, bypasses_chief=False, ended_at__gte=window.begins_at)
    for row in rows.select_related("kind").order_by("fiscal_year", "sequence"):
        yield Found(
            Source.INCIDENT,
            f"incident:{row.pk}",
            f"{row.number} {row.kind.name}",
            _words(row),
            tuple(row.kind.clauses),
            row.get_absolute_url(),
        )


def _words(row: Incident) -> str:
    parts = ["重大なインシデント。"] if row.is_grave else []
    parts.append(f"情報の分類：{row.asset_class_meaning}。個人情報：{row.get_personal_information_display()}。")
    return "".join(parts)

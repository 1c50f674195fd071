"""Until when outside bodies are to be told of an incident (3.4.2.10.3); the titles are those of incidents and stay in the portal."""

from collections.abc import Iterator

from incidents.models import AuthorityReport

from ..entries import Asked, Entry, Kind, Scope, shows


@shows(Kind.AUTHORITY, only_if=lambda since, until: AuthorityReport.objects.live().filter(due_on__range=(since, until)))
def authority_reports(asked: Asked) -> Iterator[Entry]:
    """One's own are those that one sends."""
    rows = AuthorityReport.objects.visible_to(asked.user, at=asked.at).live().filter(due_on__range=(asked.since, asked.until))
    if asked.scope == Scope.MINE:
        rows = rows.filter(pk__in=AuthorityReport.objects.waiting_for(asked.user, at=asked.at).values("pk"))
    elif asked.scope == Scope.SECTION:
        rows = rows.filter(incident__department__in=asked.homes | asked.answered)
    for row in rows.with_facts():
        incident = row.incident
        title = f"{incident.number} {row.stage}"
        yield Entry(row.due_on, title, row.get_absolute_url(), Kind.AUTHORITY, place=incident.department.name)

"""What hangs on one incident as tables: its measures, its evidence, whom was rung."""

from django.db.models import QuerySet

from incidents.models import Call, Evidence, Incident, ResponseTask
from incidents.response.page import ResponsePage
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

from .incidents import MARK

TASKS = (
    Column("番号", "incident.number", 12),
    *columns_of(ResponseTask, "words", "kind", "status", "owner", "department", words=48, owner=24, department=28),
    *columns_of(ResponseTask, "handed_to", "due_on", "check_on", "ordered_by", "ordered_at", due_on=12, check_on=12, ordered_at=18),
    *columns_of(ResponseTask, "done_by", "done_at", "done_note", "checked_by", "checked_at", "ending", done_at=18, done_note=36),
)
EVIDENCE = columns_of(
    Evidence,
    *("name", "form", "source", "taken_by", "taken_at", "sha256", "holder", "note", "by", "at"),
    name=30,
    source=28,
    taken_at=18,
    sha256=40,
    note=36,
    at=18,
)
CALLS = (
    *columns_of(Call, "called_at", "called_name", "called_as", called_at=18, called_name=24, called_as=24),
    *columns_of(Call, "means", "result", "said", "by", said=48),
)


def _incident(asked: Asked) -> Incident:
    """The incident that the list hangs on, as its pages look it up."""
    rows: QuerySet[Incident] = Incident.objects.submitted().visible_to(asked.user, at=asked.at)
    return asked.subject(rows.with_people())


@table("incidents.tasks", "インシデントの措置", is_sensitive=True)
def tasks(asked: Asked) -> Sheet:
    """The tracked measures of a report and of those merged into it."""
    incident = _incident(asked)
    rows = ResponsePage(incident, asked.user, at=asked.at).task_rows
    return Sheet(rows, TASKS, about=f"{incident.mark}{incident.number}", mark=MARK, subject=incident)


@table("incidents.evidence", "証拠の一覧", is_sensitive=True)
def evidence(asked: Asked) -> Sheet:
    """The pieces that the person may know of."""
    incident = _incident(asked)
    rows = ResponsePage(incident, asked.user, at=asked.at).evidence_rows
    return Sheet(rows, EVIDENCE, about=f"{incident.mark}{incident.number}", mark=MARK, subject=incident)


@table("incidents.calls", "電話の記録", is_sensitive=True)
def calls(asked: Asked) -> Sheet:
    """Who was rung about an incident, the latest first."""
    incident = _incident(asked)
    rows = Call.objects.filter(incident=incident).select_related("by").order_by("-called_at", "-pk")
    return Sheet(rows, CALLS, about=f"{incident.mark}{incident.number}", mark=MARK, subject=incident)

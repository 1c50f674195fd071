"""The history of a request in plain words: the trail, with what was decided and which step began."""

from dataclasses import dataclass
from datetime import datetime

from musashimurayama_isms.trail.models import Entry

from .models import Decision, Request


@dataclass(frozen=True)
class Line:
    """One act, as components/timeline.html draws it."""

    at: datetime
    actor_name: str
    role: str
    in_place_of: str
    word: str
    note: str = ""


def history_of(request: Request) -> list[Line]:
    """Every act on a request, oldest first."""
    return [_line(entry) for entry in Entry.objects.about(request)]


def _line(entry: Entry) -> Line:
    deputised = "" if entry.in_place_of and entry.in_place_of in entry.role else entry.in_place_of
    return Line(entry.at, entry.actor_name, entry.role, deputised, entry.word, _note(entry.changes))


def _note(changes: dict) -> str:
    """What the decision was, or which roles a step asks."""
    outcome = changes.get("outcome")
    if outcome in Decision.Outcome.values:
        return f"{Decision.Outcome(outcome).label}{'（条件付き）' if changes.get('has_conditions') else ''}"
    return str(changes.get("step", ""))

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


@dataclass(frozen=True)
class Return:
    """Why a request lies with its drafter again: whose words, when, and which."""

    at: datetime
    actor_name: str
    role: str
    words: str


def why_returned(request: Request) -> Return | None:
    """The words of the decider who returned it, or of the applicant who handed it back; None while it was not."""
    if request.status != Request.Status.RETURNED:
        return None
    entry = Entry.objects.about(request).filter(verb="approvals.request.returned").last()
    decision = request.decisions.filter(at=entry.at, outcome=Decision.Outcome.RETURN).last()
    comment = request.comments.filter(at=entry.at).last()
    words = decision.comment if decision else comment.text if comment else ""
    return Return(entry.at, entry.actor_name, decision.decided_as if decision else "申請者", words)


def _line(entry: Entry) -> Line:
    deputised = "" if entry.in_place_of and entry.in_place_of in entry.role else entry.in_place_of
    return Line(entry.at, entry.actor_name, entry.role, deputised, entry.word, _note(entry.changes))


def _note(changes: dict) -> str:
    """What the decision was, or which roles a step asks."""
    outcome = changes.get("outcome")
    if outcome in Decision.Outcome.values:
        return f"{Decision.Outcome(outcome).label}{'（条件付き）' if changes.get('has_conditions') else ''}"
    return str(changes.get("step", ""))

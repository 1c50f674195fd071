"""The duty that a session fulfils (3.9.2.1-3, 3.4.2.7.2): which round of it waits, and its record once the session is over."""

from datetime import datetime
from typing import TYPE_CHECKING

from audits.training.kinds import DUTIES, Kind
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.fiscal import fiscal_year_bounds

if TYPE_CHECKING:
    from audits.models import TrainingSession


def waiting_round(session: "TrainingSession") -> Occurrence | None:
    """The earliest open round of the duty in the session's 年度; None for a follow-up, or where the kind has no duty."""
    code = DUTIES.get(Kind(session.course.kind))
    if code is None or session.follow_up_of_id:
        return None
    first, last = fiscal_year_bounds(session.fiscal_year)
    rounds = Occurrence.objects.open().filter(duty__code=code, due_on__range=(first, last))
    if session.department_id:
        rounds = rounds.filter(department=session.department_id)
    return rounds.select_related("duty", "department__parent").order_by("due_on", "pk").first()


def fulfil(session: "TrainingSession", *, by: User, at: datetime) -> None:
    """Record the round as done, where the person is one who may; otherwise it waits for its holder, who is told.

    Where the duty asks for evidence that is not there yet, the round waits as well; that of a drill is done when it has been evaluated.
    """
    row = session.occurrence if session.occurrence and session.occurrence.is_open else waiting_round(session)
    if row is None:
        return
    if session.occurrence_id != row.pk:
        session.occurrence = row
        session.save(update_fields=["occurrence"])
    waits = session.course.kind == Kind.DRILL or (row.duty.needs_evidence and not row.has_files)
    if row.can_complete(by, at=at) and not waits:
        asked = session.attendances.asked().count()
        missing = session.attendances.missing().count()
        row.complete(by=by, at=at, note=f"「{session}」を行いました。対象{asked}人、修了{asked - missing}人。")

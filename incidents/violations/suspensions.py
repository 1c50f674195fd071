"""The act of office that stops a right of use stands on the floor below; what it means for a violation follows here (3.11.6.2.3).

A request locks its subjects before anything is recorded, so the violation is held when these receivers run.
"""

from typing import Any

from incidents.models import Violation
from incidents.models.violation_oversight import SUSPENSION
from musashimurayama_isms.approvals.models import Request

DONE, ENDED = "assets.office.right_suspended", ("approvals.request.completed", "approvals.request.recalled")


def follow(sender: Any = None, *, entry: Any, subject: Any, by: Any = None, **kwargs: Any) -> None:
    """Receiver of `trail.signals.recorded`: the violation that a suspension is about goes its way with it."""
    if entry.verb == DONE:
        for violation in _about(subject):
            if violation.status == Violation.Status.NOT_IMPROVED:
                violation.suspend(subject, by=by, at=entry.at)
    elif entry.verb in ENDED and isinstance(subject, Request) and subject.type.code == SUSPENSION:
        for violation in _about(subject):
            if violation.status == Violation.Status.SUSPENDED:
                violation.lift(subject, by=by, at=entry.at)


def _about(request: Request) -> list[Violation]:
    return [row.object for row in request.subjects.all() if isinstance(row.object, Violation)]

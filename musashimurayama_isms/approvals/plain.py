"""Decisions that are a plain yes: nothing to tick, to settle or to deliberate, and of a class that may be permitted from a list."""

from musashimurayama_isms.accounts.models import User

from .models import Request, Step
from .models.request_type import Chair

RANKS = "ⅠⅡⅢⅣ"  # 3.5.1: Ⅰ is the highest
NEVER = "none"  # the options of approvals.list_permit_class: a rank, or never


def is_plain(step: Step, user: User, *, from_rank: str) -> bool:
    """Whether a permit of this person in the step asks for nothing but a yes.

    `from_rank` is the city's choice: classes from that rank down, or `NEVER`. A request about nothing classified counts as the
    lowest. An override of the separation of duties (3.4.3.1) is never plain.
    """
    request = step.request
    if from_rank == NEVER or user.pk in request.barred.parties:
        return False
    if any(seat.chair == Chair.COMMITTEE for seat in step.seats.all()):
        return False
    matter = request.matter
    if matter.checks_for(request) or matter.ruling(request) is not None:
        return False
    return _rank(request) >= int(from_rank)


def _rank(request: Request) -> int:
    """The highest class that its words name; one below the lowest where they name none."""
    words = request.matter.classification(request)
    return next((place for place, sign in enumerate(RANKS, 1) if sign in words), len(RANKS) + 1)

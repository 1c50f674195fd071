"""Where a request about things begins: on their pages and lists, by the code of what is to happen."""

from collections.abc import Sequence
from datetime import datetime

from assets.things import Thing
from assets.ways import Way
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.models import Request

from . import disposal, moves


def begin_about(things: Sequence[Thing], code: str, *, by: User, at: datetime) -> Request:
    """A draft about these things: the errand for every way of leaving, a disposal, else a request of the type `code`."""
    if code in (*Way.values, moves.ERRAND):
        return moves.begin(things, [code] if code in Way.values else [], by=by, at=at)
    if code == disposal.DISPOSAL:
        return disposal.begin(things, by=by, at=at)
    return Request.draft(code, by=by, at=at, subjects=[thing.row for thing in things])

"""A permit that runs as long as what it permits: ended together with it, or followed by a new one."""

from datetime import datetime

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.trail.record import record

RUNNING = (Request.Status.RUNNING, Request.Status.EXPIRED)


def lock_running(permit: Request | None) -> Request | None:
    """The permit, locked, where it still runs. Ask before the row of the register is locked: deciding takes the same order."""
    if permit is None:
        return None
    found = permit.lock()
    return found if found.status in RUNNING else None


def finish(permit: Request | None, *, reason: str, by: User, at: datetime) -> None:
    """The permit is completed: what it allowed is over, or stands under a new permit now. `permit` comes from `lock_running`."""
    if permit is not None:
        permit.end(Request.Status.COMPLETED, by=by, at=at, reason=reason)
        record(by, "approvals.request.completed", permit, at=at)

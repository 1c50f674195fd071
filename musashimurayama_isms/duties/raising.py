"""An event has happened: every duty that hangs on it falls due."""

from datetime import datetime

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.models.personnel import PersonnelEffect
from musashimurayama_isms.accounts.standing import day_of

from . import events
from .models import Duty

YEARLY_INTAKE = (4, 1)  # month and day: the yearly round of new staff covers it


def raise_event(code: str, *, at: datetime, by: User | None = None) -> int:
    """Make an occurrence of every active duty that hangs on the event; gives their number. LookupError for an unknown code.

    An occurrence of the same event and day that is still open is not made twice. Runs in the caller's transaction.
    """
    if not events.is_known(code):
        raise LookupError(f"No app has registered the event {code!r}")
    called = [
        duty.call(due_on=duty.due_after_event(day_of(at)), event=code, department=department, by=by, at=at)
        for duty in Duty.objects.active().filter(event=code)
        for department in duty.departments(on=day_of(at))
    ]
    return len(called)


def follow(sender=None, *, entry, by=None, **kwargs) -> None:
    """Receiver of `trail.signals.recorded`: an act that means an event raises it, in the transaction of the act."""
    if code := events.meant_by(entry.verb):
        raise_event(code, at=entry.at, by=by)


def follow_arrivals(sender=None, *, entry, subject=None, by=None, **kwargs) -> None:
    """Receiver of `trail.signals.recorded`: a personnel list of another day than 1 April that hires somebody raises `new-staff`."""
    if entry.verb != "accounts.personnel_change.applied":
        return
    day = subject.effective_on
    if (day.month, day.day) != YEARLY_INTAKE and subject.effects.filter(act=PersonnelEffect.Act.HIRED).exists():
        raise_event("new-staff", at=entry.at, by=by)

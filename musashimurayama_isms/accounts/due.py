"""What falls due with a day: personnel lists to apply, sessions of leavers to end. A missed day is made up for by the next run."""

import logging
from datetime import datetime

from django.db import transaction

from musashimurayama_isms.trail.models import Entry, Head
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .models import Account, PersonnelChange, User
from .standing import day_of

FAILED = "accounts.personnel_change.failed"
UNUSED = "accounts.unused_ids.found"
logger = logging.getLogger(__name__)


def apply_due_changes(*, at: datetime) -> int:
    """Apply every list that waits and whose day has come, each whole or not at all; gives how many were applied.

    A list that no longer fits the organisation stays waiting; the trail says so once a day, and the button on its page tells why.
    """
    applied = 0
    for change in PersonnelChange.objects.due(day_of(at)):
        try:
            change.apply(by=None, at=at)
            applied += 1
        except InvalidTransition as error:
            logger.warning("%s: %s", change, error)
            _note_failure(change, at=at)
    return applied


@transaction.atomic
def _note_failure(change: PersonnelChange, *, at: datetime) -> None:
    last = Entry.objects.about(change).filter(verb=FAILED).last()
    if last is None or day_of(last.at) < day_of(at):
        record(None, FAILED, change, at=at)


def end_sessions_of_leavers(*, at: datetime) -> int:
    """End the sessions of everyone whose last day is over (3.10.2.2); harmless when done again."""
    return User.objects.filter(left_on__lt=day_of(at)).end_sessions()


@transaction.atomic
def note_unused_ids(*, at: datetime) -> int:
    """Say once a month how many user IDs nobody has come in with for long (3.10.2.2.3); gives how many, 0 where it was said.

    The head of the trail is locked first, so that of two runs at once only one says it.
    """
    Head.objects.locked()
    first = day_of(at).replace(day=1)
    last = Entry.objects.filter(verb=UNUSED).order_by("number").last()
    if last is not None and day_of(last.at) >= first:
        return 0
    count = Account.objects.unused(on=day_of(at)).count()
    if count:
        record(None, UNUSED, None, at=at, count=count)
    return count

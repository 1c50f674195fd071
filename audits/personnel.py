"""What a personnel change means to the audits: an auditor who has moved into an audited line reads nothing more (3.13.1.1)."""

from collections.abc import Iterator
from datetime import date, datetime

from audits.models import Assignment
from audits.models.assignment import RUNNING
from audits.models.grants import withdraw_samples
from musashimurayama_isms.accounts.handover import Holding
from musashimurayama_isms.accounts.models import User

CHANGES = ("accounts.personnel_change.applied", "accounts.personnel_change.undone")


def after_change(sender, *, entry, **kwargs) -> None:
    """Within the change itself: what was opened for samples is closed to whoever is not independent any more."""
    if entry.verb in CHANGES:
        close_samples(at=entry.at)


def close_samples(*, at: datetime) -> int:
    """Close them to auditors who are not independent now; gives how many these are. Harmless when done again."""
    rows = Assignment.objects.with_conflicts(at=at)
    for row in rows:
        withdraw_samples(row.engagement, row.person)
    return len(rows)


def audits_of(user: User, on: date) -> Iterator[Holding]:
    """The audits that a person who moves has accepted: papers to be handed over, evidence to be given back."""
    rows = Assignment.objects.accepted().filter(person=user, engagement__phase__in=RUNNING).select_related("engagement")
    for row in rows:
        yield Holding(f"監査の調書と証拠の引継ぎ: {row.engagement.number}", "3.13.1.9.2")

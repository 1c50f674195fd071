"""Which IDs look unused: not used for months, or their person has left or moved to another section (3.10.2.2.3)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max

from musashimurayama_isms.accounts.models import Appointment, User
from musashimurayama_isms.accounts.standing import day_of

if TYPE_CHECKING:
    from assets.models import LedgerEntry

CODES = ("user-id", "privileged-id", "shared-id")
DAYS_A_MONTH = 30


@dataclass(frozen=True)
class Candidate:
    entry: "LedgerEntry"
    reason: str


def candidates(*, months: int, at: datetime) -> list[Candidate]:
    """The open IDs to be looked at, the weightiest reason first: left, moved, unused. A few queries, whatever their number."""
    from assets.models import LedgerEntry

    on = day_of(at)
    entries = LedgerEntry.objects.of(*CODES).open().filter(status="active").select_related("department").prefetch_related("subjects")
    people = {person for entry in entries for person in _people(entry)}
    gone = set(User.objects.filter(pk__in=people).exclude(pk__in=User.objects.serving(on)).values_list("pk", flat=True))
    moves = _moves(people, on=on)
    last = on - timedelta(days=months * DAYS_A_MONTH)
    found = [(entry, _reason(entry, gone, moves, last)) for entry in entries]
    return [Candidate(entry, reason) for entry, reason in found if reason]


def _people(entry: "LedgerEntry") -> set[int]:
    kind = ContentType.objects.get_for_model(User).pk
    return {int(link.object_id) for link in entry.subjects.all() if link.content_type_id == kind}


def _moves(people: set[int], *, on: date) -> dict[int, date]:
    """Person → the last day of the latest main post that is over."""
    over = Appointment.objects.filter(person__in=people, kind=Appointment.Kind.MAIN, until__lt=on)
    return dict(over.order_by().values_list("person").annotate(Max("until")))


def _reason(entry: "LedgerEntry", gone: set[int], moves: dict[int, date], last: date) -> str:
    """An ID that was put right after its person moved is no longer one of a person who has moved."""
    people = _people(entry)
    if people & gone:
        return "left"
    if any(moves.get(person, date.min) >= day_of(entry.changed_at) for person in people):
        return "moved"
    used = entry.data.get("last_used_on") or entry.data.get("registered_on")
    return "unused" if used and date.fromisoformat(used) < last else ""

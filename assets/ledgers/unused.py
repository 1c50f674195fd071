"""Which IDs look unused: not used for months, or their person has left or moved to another section (3.10.2.2.3)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType

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
    """The open IDs to be looked at, worst reason first found: left, moved, unused. Four queries, whatever their number."""
    from assets.models import LedgerEntry

    on = day_of(at)
    entries = LedgerEntry.objects.of(*CODES).open().filter(status="active").select_related("department").prefetch_related("subjects")
    people = _people(entries)
    gone = set(User.objects.filter(pk__in=people).exclude(pk__in=User.objects.serving(on)).values_list("pk", flat=True))
    places = _places(people, on=on)
    last = on - timedelta(days=months * DAYS_A_MONTH)
    found = [(entry, _reason(entry, gone, places, last)) for entry in entries]
    return [Candidate(entry, reason) for entry, reason in found if reason]


def _people(entries) -> set[int]:
    kind = ContentType.objects.get_for_model(User).pk
    return {int(link.object_id) for entry in entries for link in entry.subjects.all() if link.content_type_id == kind}


def _places(people: set[int], *, on: date) -> dict[int, set[int]]:
    """Person → the sections of the posts held on the day."""
    found: dict[int, set[int]] = {}
    for person, section in Appointment.objects.in_force(on).filter(person__in=people).values_list("person", "post__department"):
        found.setdefault(person, set()).add(section)
    return found


def _reason(entry: "LedgerEntry", gone: set[int], places: dict[int, set[int]], last: date) -> str:
    people = _people([entry])
    if people & gone:
        return "left"
    if any(entry.department_id not in places.get(person, set()) for person in people):
        return "moved"
    used = entry.data.get("last_used_on") or entry.data.get("registered_on")
    return "unused" if used and date.fromisoformat(used) < last else ""

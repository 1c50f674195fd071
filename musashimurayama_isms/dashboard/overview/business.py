"""How much of the committees' business waits for one person; which it is, approvals.committee_desk says."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from musashimurayama_isms.approvals.committee_people import run_by
from musashimurayama_isms.approvals.models import Item, Meeting, Reply
from musashimurayama_isms.approvals.models.request_set import Reach
from musashimurayama_isms.prepared import Prepared, Presence, in_one_row

from .look import Look


@dataclass(frozen=True)
class Asked:
    """The person, and the committees whose business that person runs."""

    reach: Reach
    run: frozenset[int]
    on: date
    at: datetime


KINDS = {
    "items": lambda asked: Item.objects.waiting().filter(committee__in=asked.run),
    "records": lambda asked: Meeting.objects.unfinished(at=asked.at).filter(committee__in=asked.run),
    "meetings": lambda asked: Meeting.objects.to_come_to(asked.reach.user, on=asked.on, at=asked.at),
    "replies": lambda asked: Reply.objects.waiting_within(asked.reach),
}
_THERE = Presence(KINDS)
_COUNTS = {kind: Prepared(lambda asked, rows=rows: in_one_row(rows(asked), Count("pk"))) for kind, rows in KINDS.items()}


def count(look: Look) -> int:
    """One question where there is nothing, and one more for each kind of which there is something."""
    run = run_by(look.user, at=look.at) if look.requests.is_of_committee else ()
    asked = Asked(look.requests, frozenset(run), look.on, look.at)
    return sum(figure for kind in _THERE(asked=asked) for (figure,) in _COUNTS[kind](asked=asked))

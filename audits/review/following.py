"""What the committee resolves becomes of the review: decided, or back to be prepared; the yearly duty is done with it (3.13.3).

The trail tells of a 議決 inside its transaction, which holds the committee and the head of the trail; the review is moved after
it, in a transaction of its own. A process that dies in between is made up for by the hourly task.
"""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.dispatch import receiver

from audits.models import PolicyReview
from audits.review.evidence import counts_as_workbook
from audits.review.figures import MECHANISM
from musashimurayama_isms.approvals.models import Item, Resolution
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.fiscal import fiscal_year_bounds
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.trail.signals import recorded
from musashimurayama_isms.transitions import InvalidTransition

TELLING = ("approvals.resolution.recorded", "approvals.item.withdrawn")


@receiver(recorded, dispatch_uid="audits.review.following")
def told(sender, entry, subject, by, **kwargs) -> None:
    """After the commit, so that nothing is locked behind the head of the trail."""
    if entry.verb in TELLING and isinstance(subject, Item):
        pk = subject.pk
        transaction.on_commit(lambda: follow_item(pk, at=entry.at), robust=True)


def follow_item(pk: int, *, at: datetime) -> None:
    for review in PolicyReview.objects.before_committee().filter(item=pk):
        follow(review, at=at)


def follow_all(*, at: datetime) -> int:
    """Every review whose item has come to an end; gives how many were moved."""
    ended = (Item.Status.RESOLVED, Item.Status.WITHDRAWN)
    return sum(follow(review, at=at) for review in PolicyReview.objects.before_committee().filter(item__status__in=ended))


@transaction.atomic
def follow(review: PolicyReview, *, at: datetime) -> bool:
    """Move one review as its item says; False where there is nothing to follow yet. As often as one likes."""
    found = review.lock()
    if found.status != PolicyReview.Status.DELIBERATING or found.item is None or found.item.is_live:
        return False
    resolution = _resolution_of(found.item)
    if resolution is None or resolution.outcome != Resolution.Outcome.PASSED:
        found.move_to(PolicyReview.Status.PREPARING)
        found.save(update_fields=["status"])
        outcome = resolution.get_outcome_display() if resolution else found.item.get_status_display()
        record(None, "audits.policy_review.returned", found, at=at, number=found.item.code, outcome=outcome)
        return True
    found.move_to(PolicyReview.Status.DECIDED)
    found.decided_at = resolution.recorded_at
    found.occurrence = _complete_round(found, resolution, at=at)
    found.save(update_fields=["status", "decided_at", "occurrence"])
    record(None, "audits.policy_review.decided", found, at=at, number=found.item.code, undecided=found.undecided.count())
    return True


def _resolution_of(item: Item) -> Resolution | None:
    rows = Resolution.objects.filter(agenda_item__item=item).exclude(outcome=Resolution.Outcome.CONTINUED)
    return rows.order_by("-recorded_at").first()


def _complete_round(review: PolicyReview, resolution: Resolution, *, at: datetime) -> Occurrence | None:
    """The yearly duty is done by the 議決; where that fails, it waits for its holder.

    All the staff see the round: its evidence is how many inputs were decided how, none of their words.
    """
    if review.kind != PolicyReview.Kind.YEARLY:
        return None
    span = fiscal_year_bounds(review.fiscal_year)
    row = Occurrence.objects.open().filter(duty__mechanism=MECHANISM, due_on__range=span).select_related("duty").order_by("due_on").first()
    if row is None:
        return None
    evidence = ContentFile(counts_as_workbook(review), name=f"ポリシーの見直し-{review.fiscal_year}.xlsx")
    note = f"{review.year_label}のポリシーの見直しを委員会が議決しました（案件 {review.item.code}）。"
    try:
        with transaction.atomic():
            row.complete(by=resolution.recorded_by, at=at, note=note, uploads=[evidence])
    except (ValidationError, PermissionDenied, InvalidTransition):
        return None
    return row

"""What the pages of the review show: how far it is, one line with both wordings, and the decisions that fit it."""

from collections import Counter
from functools import cached_property
from typing import Any

from django.urls import reverse

from policy.contrast import Line, line_of
from policy.models import Decision, ObligationReview
from policy.models.review import ReviewQuerySet
from policy.review_forms import DecisionForm, form_for
from policy.visits import Visit


class Reviews:
    """The review of one text: for who prepares it or decides on it."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.revision = visit.revision

    @cached_property
    def rows(self) -> ReviewQuerySet:
        """The lines that the person may see (the same as `visible_to`, with the person's standing asked once)."""
        rows = ObligationReview.objects.filter(revision=self.revision)
        hands = self.visit.hands
        is_hidden = not (hands.prepares or hands.decides)
        return rows.none() if is_hidden else rows

    def narrowed(self, state: str) -> ReviewQuerySet:
        """The lines in a state, in the order of the table; "" for all."""
        rows = {"open": self.rows.open(), "decided": self.rows.decided(), "carried": self.rows.filter(decision=Decision.CARRIED)}
        return rows.get(state, self.rows).with_all().order_by("change__position", "obligation__position", "pk")

    @cached_property
    def counts(self) -> Counter[str]:
        return Counter(self.rows.order_by().values_list("decision", flat=True))

    @property
    def open(self) -> int:
        return self.counts[""]

    @property
    def carried(self) -> int:
        return self.counts[Decision.CARRIED]

    @property
    def decided(self) -> int:
        return self.counts.total() - self.open - self.carried

    @property
    def to_decide(self) -> int:
        """How many a person decides on, those that are decided included."""
        return self.open + self.decided

    @cached_property
    def first_open(self) -> ObligationReview | None:
        return self.rows.open().order_by("change__position", "pk").first() if self.open else None

    @property
    def by_decision(self) -> list[tuple[Decision, int]]:
        """What was decided, with how often."""
        return [(decision, self.counts[decision]) for decision in Decision if self.counts[decision]]


class ReviewPage:
    """One line of the review; `refused` is the form that was sent and has errors."""

    def __init__(self, review: ObligationReview, *, may_decide: bool, refused: DecisionForm | None = None, decision: str = "") -> None:
        self.review = review
        self.revision = review.revision
        self.may_decide = may_decide
        self._refused = {decision: refused} if refused else {}

    @staticmethod
    def form_of(review: ObligationReview, decision: Decision, data: Any = None) -> DecisionForm:
        return form_for(review, decision, data)

    @property
    def lines(self) -> list[Line]:
        """The two wordings, as a table of one line."""
        new, old = (reverse("policy:revision_clause", args=[pk, "NUMBER"]) for pk in (self.revision.pk, self.revision.base_id))
        return [line_of(self.review.change, {"new": new, "old": old})]

    @cached_property
    def choices(self) -> list[tuple[Decision, DecisionForm, bool]]:
        """The decisions that fit, each with its form and whether it is open on the page."""
        if not self.may_decide:
            return []
        opened = next(iter(self._refused), self.review.decision)
        return [(choice, self._refused.get(choice) or form_for(self.review, choice), choice == opened) for choice in self.review.choices]

    @cached_property
    def siblings(self) -> int:
        """How many open obligations of this clause could be kept at once."""
        return self.review.open_beside.count() if Decision.KEEP in self.review.choices else 0

    @cached_property
    def progress(self) -> tuple[int, int]:
        """How many of those that a person decides on are decided, and how many there are."""
        rows = self.revision.reviews.exclude(decision=Decision.CARRIED)
        total = rows.count()
        return total - rows.open().count(), total

"""One review as one person sees it: its inputs by source, what it wants next, and what may be pressed."""

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from itertools import groupby

from django.core.paginator import Page, Paginator

from audits.models import PolicyReview, ReviewInput, Source
from audits.models.review_input import in_order
from audits.review.forms import UNDECIDED, NarrowForm
from audits.review.hands import Hands
from audits.review.sources import gather
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.japanese import fold
from musashimurayama_isms.trail.models import Entry

PAGE_SIZE = 50
Status = PolicyReview.Status


class ReviewPage:
    """While it is prepared the inputs are read afresh from their sources, beside what was added by hand or carried on."""

    def __init__(self, review: PolicyReview, user: User, *, at: datetime, query: Mapping[str, str] | None = None) -> None:
        self.review, self.user, self.at, self.query = review, user, at, query or {}
        self.hands = Hands(user, at=at)
        self.form = NarrowForm(query or None)

    @cached_property
    def inputs(self) -> list[ReviewInput]:
        """All of them in order; those that are not stored yet have no key of their own and no page."""
        stored = list(self.review.inputs.select_related("carried_from__review", "added_by", "decided_by"))
        if not self.review.is_preparing:
            return in_order(stored)
        by_key = {row.key: row for row in stored if row.key}
        live = []
        for found in gather(self.review, at=self.at):
            row = by_key.pop(found.key, None)
            if row is None:
                live.append(ReviewInput(review=self.review, key=found.key, **found.columns))
            elif not row.decision:
                for name, value in found.columns.items():
                    setattr(row, name, value)
        gone = {row.pk for row in by_key.values() if row.is_untouched}
        return in_order([*(row for row in stored if row.pk not in gone), *live])

    @cached_property
    def narrowed(self) -> list[ReviewInput]:
        wanted = self.form.cleaned_data if self.form.is_valid() else {}
        rows = self.inputs
        if source := wanted.get("source"):
            rows = [row for row in rows if row.source == source]
        if decision := wanted.get("decision"):
            rows = [row for row in rows if row.decision == ("" if decision == UNDECIDED else decision)]
        if words := fold(wanted.get("q", "")).split():
            rows = [row for row in rows if all(word in fold(f"{row.title} {row.words}") for word in words)]
        return rows

    @cached_property
    def page_obj(self) -> Page:
        return Paginator(self.narrowed, PAGE_SIZE).get_page(self.query.get("page"))

    @property
    def groups(self) -> list[tuple[Source, list[ReviewInput]]]:
        """The inputs of this page under their sources."""
        return [(Source(code), list(rows)) for code, rows in groupby(self.page_obj, key=lambda row: row.source)]

    @cached_property
    def tally(self) -> list[tuple[str, int]]:
        """How many there are of each decision, the open ones first."""
        labels = {"": "未決定", **dict(ReviewInput.Decision.choices)}
        return [(label, sum(row.decision == code for row in self.inputs)) for code, label in labels.items()]

    @property
    def undecided(self) -> int:
        return self.tally[0][1]

    @cached_property
    def to_revise(self) -> list[ReviewInput]:
        return [row for row in self.inputs if row.decision == ReviewInput.Decision.REVISE]

    @property
    def first_open(self) -> ReviewInput | None:
        return next((row for row in self.inputs if row.pk and not row.decision), None)

    @property
    def can_discuss(self) -> bool:
        """Whether there is something left that the person may write down now."""
        if not self.hands.prepares or self.first_open is None:
            return False
        return self.review.status in (Status.DELIBERATING, Status.DECIDED)

    @property
    def can_add(self) -> bool:
        return self.hands.adds and self.review.status in (Status.PREPARING, Status.DELIBERATING)

    @cached_property
    def entries(self) -> list[Entry]:
        return list(Entry.objects.about(self.review))


class InputPage:
    """One input with its neighbours, as the committee goes from one to the next."""

    def __init__(self, row: ReviewInput, user: User, *, at: datetime) -> None:
        self.row = row
        self.hands = Hands(user, at=at)
        self.rows = in_order(row.review.inputs.only("pk", "source", "decision", "review"))

    @cached_property
    def place(self) -> int:
        return next(place for place, row in enumerate(self.rows) if row.pk == self.row.pk)

    @property
    def number(self) -> int:
        return self.place + 1

    @property
    def count(self) -> int:
        return len(self.rows)

    @property
    def before(self) -> ReviewInput | None:
        return self.rows[self.place - 1] if self.place else None

    @property
    def after(self) -> ReviewInput | None:
        return self.rows[self.place + 1] if self.number < self.count else None

    @property
    def next_open(self) -> ReviewInput | None:
        """The next one without a decision, from here on round to the first."""
        ring = self.rows[self.number :] + self.rows[: self.place]
        return next((row for row in ring if not row.decision), None)

    @property
    def can_decide(self) -> bool:
        return self.row.can_decide(self.hands)

    @property
    def can_remove(self) -> bool:
        """Added by hand, and nothing said about it yet."""
        row, hands = self.row, self.hands
        is_bare = row.is_by_hand and not row.discussion and not row.decision
        return row.review.is_preparing and is_bare and (hands.prepares or row.added_by_id == hands.user.pk)

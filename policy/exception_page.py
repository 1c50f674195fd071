"""Everything the page of one exception shows, asked with a bounded number of queries."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import QuerySet

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.trail.models import Entry
from policy.clause_choices import ClauseLine, clause_lines
from policy.exception_days import answer_days, review_months
from policy.exception_forms import ReviewForm
from policy.models import PolicyException


@dataclass
class ExceptionPage:
    """One person's view of one exception at a moment; `review_form` comes back filled where it was refused."""

    exception: PolicyException
    user: User
    at: datetime
    review_form: ReviewForm | None = None

    def __post_init__(self) -> None:
        self.review_form = self.review_form or ReviewForm(prefix="review")

    @property
    def on(self) -> date:
        return day_of(self.at)

    @cached_property
    def state(self) -> str:
        return self.exception.state(self.on)

    @property
    def tone(self) -> str:
        return self.exception.tone(self.on)

    @cached_property
    def clauses(self) -> list[ClauseLine]:
        return clause_lines([row.number for row in self.exception.clauses.all()], on=self.on)

    @cached_property
    def measures(self) -> list:
        return list(self.exception.measures.select_related("done_by"))

    @cached_property
    def reviews(self) -> list:
        return list(self.exception.reviews.select_related("by"))

    @cached_property
    def next_review(self) -> date | None:
        return self.exception.next_review(review_months())

    @property
    def answer_due(self) -> datetime:
        return self.exception.acknowledge_by(answer_days())

    @cached_property
    def conditions(self) -> list[str]:
        """What the permit was bound to."""
        return [row.conditions for row in self.exception.request.decisions.standing() if row.conditions]

    @cached_property
    def may_read_request(self) -> bool:
        return Request.objects.visible_to(self.user, at=self.at).filter(pk=self.exception.request_id).exists()

    @cached_property
    def extensions(self) -> list[PolicyException]:
        return list(self.exception.extensions.select_related("request__type"))

    @cached_property
    def asked_extension(self) -> Request | None:
        """An extension that is asked for and not decided yet."""
        return self.exception.extension_requests().undecided().select_related("type").first()

    @property
    def entries(self) -> QuerySet[Entry]:
        return Entry.objects.about(self.exception)

    # -- what the person may do ------------------------------------------------------------------------------------
    @cached_property
    def is_ciso(self) -> bool:
        return self.exception.deciding(self.user, at=self.at) is not None

    @property
    def can_acknowledge(self) -> bool:
        return self.exception.awaits_acknowledgement and self.is_ciso

    @property
    def can_review(self) -> bool:
        return self.exception.is_open and self.is_ciso and not self.can_acknowledge

    @property
    def is_review_due(self) -> bool:
        return self.exception.is_running(self.on) and self.next_review is not None and self.next_review <= self.on

    @property
    def asks_review(self) -> bool:
        """Whether the form of a review stands open: it is due, or what was typed was refused."""
        return self.is_review_due or self.review_form.is_bound

    @cached_property
    def is_of_section(self) -> bool:
        return self.exception.is_of_section(self.user, at=self.at)

    @cached_property
    def can_close(self) -> bool:
        return self.exception.can_close(self.user, at=self.at)

    @property
    def can_extend(self) -> bool:
        return self.exception.is_open and self.is_of_section and self.asked_extension is None

    @cached_property
    def can_order_end(self) -> bool:
        return self.exception.can_order_end(self.user, at=self.at)

"""Where inputs come from: a source is one function, registered by its decorator, and is asked for one period.

    @gathers
    def laws(window):
        yield Found(Source.LAW, f"law:{law.pk}", title, words, clauses, link)

It says nothing that the committee may not read: no names of persons, no sections by which an answer could be traced.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from audits.models import Found, PolicyReview
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import TOKYO, fiscal_year


@dataclass(frozen=True)
class Window:
    """The days a review looks back on, both included."""

    since: date
    until: date
    at: datetime

    @property
    def begins_at(self) -> datetime:
        return datetime.combine(self.since, time.min, tzinfo=TOKYO)

    @property
    def fiscal_years(self) -> range:
        """The 年度 that the days touch."""
        return range(fiscal_year(self.since), fiscal_year(self.until) + 1)


Gatherer = Callable[[Window], Iterable[Found]]
_gatherers: list[Gatherer] = []


def gathers(gatherer: Gatherer) -> Gatherer:
    """Register a source of inputs."""
    if gatherer not in _gatherers:
        _gatherers.append(gatherer)
    return gatherer


def gather(review: PolicyReview, *, at: datetime) -> list[Found]:
    """Everything the sources know of the review's days; a fixed number of queries but for the inspections, which are few."""
    window = Window(review.since, day_of(at), at)
    return [found for gatherer in _gatherers for found in gatherer(window)]

"""What a change of a route would do, before anybody proposes or confirms it (screens.md, journey 12)."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.accounts.standing import Standing, day_of

from .models import Chair, Request, RequestType
from .models.request_type import join_chairs
from .roster import Barred, Roster, names

Steps = list[tuple[str, list[str]]]


@dataclass(frozen=True)
class Place:
    """One section under the new route: who would decide, step by step."""

    section: Department
    steps: list[list[Standing]]
    is_left_alone: bool  # a step in which nobody could decide
    is_one_up: bool  # a step whose own chairs are empty, so that the next one up decides

    @property
    def who(self) -> list[str]:
        return ["、".join(person.name for person in names(step)) or "いません" for step in self.steps]


@dataclass
class Preview:
    """The effect of `steps` on a type at a moment; the number of queries does not grow with the sections."""

    type: RequestType
    steps: Steps
    at: datetime

    @property
    def before(self) -> str:
        return self.type.route.words if self.type.route else "経路なし"

    @property
    def after(self) -> str:
        return " → ".join(join_chairs(chairs, mode) for mode, chairs in self.steps) or "決定者なし（届出）"

    @cached_property
    def step_words(self) -> list[str]:
        return [join_chairs(chairs, mode) for mode, chairs in self.steps]

    @cached_property
    def in_review(self) -> int:
        """Requests that go on along their own copy of the present route."""
        return self.type.in_review().count()

    @cached_property
    def before_submission(self) -> int:
        """Drafts and returned ones, which will take the new route when they are submitted."""
        return self.type.of_this_type().filter(status__in=Request.EDITABLE).count()

    @cached_property
    def places(self) -> list[Place]:
        """Every section of the city."""
        on = day_of(self.at)
        sections = Department.objects.in_force(on).sections().select_related("parent__successor", "successor")
        roster = Roster(self.at)
        return [self._place(section, roster) for section in sections]

    def _place(self, section: Department, roster: Roster) -> Place:
        able = [self._able(chairs, section, roster) for _, chairs in self.steps]
        asked = [(chair, roster.holders(chair, section)) for _, chairs in self.steps for chair in chairs if chair != Chair.COMMITTEE]
        alone = [not people and Chair.COMMITTEE not in chairs for people, (_, chairs) in zip(able, self.steps, strict=True)]
        return Place(section, able, any(alone), any(not people for _, people in asked))

    def _able(self, chairs: list[str], section: Department, roster: Roster) -> list[Standing]:
        return [row for chair in chairs for row in roster.able(chair, section, Barred())]

    @property
    def left_alone(self) -> list[Department]:
        """The sections where somebody would wait for nobody."""
        return [place.section for place in self.places if place.is_left_alone]

    @property
    def one_up(self) -> list[Department]:
        """The sections where a post is empty and the next one up decides."""
        return [place.section for place in self.places if place.is_one_up and not place.is_left_alone]

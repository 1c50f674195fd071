"""How every gap stands: open, chosen by the city, confirmed as it is, or only recorded. Computed, never stored."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.urls import reverse

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.japanese import fold, words

from . import routes
from .catalogue import Parameter, catalogue
from .choosers import Chooser, chooser
from .citing import cite
from .models import ParameterChoice
from .routes import RouteInForce
from .values import in_force

HISTORY = 50


class State(models.TextChoices):
    """What still needs the city comes first."""

    UNCONFIRMED = "unconfirmed", "未確認"
    CHOSEN = "chosen", "市が決めた"
    CONFIRMED = "confirmed", "標準のまま確認済み"
    NOTED = "noted", "記録のみ"


TONES = {State.UNCONFIRMED: "warning", State.CHOSEN: "done", State.CONFIRMED: "done", State.NOTED: "quiet"}


@dataclass(frozen=True)
class Settled:
    """Who settled a gap, as what, when, on which basis."""

    by: str
    role: str
    at: datetime
    basis: str


@dataclass(frozen=True)
class Line:
    """A gap with how it stands; `now` is what is in force, in words."""

    parameter: Parameter
    state: State
    now: str
    settled: Settled | None = None
    number: int = 0  # of the latest choice: what a person has seen when choosing
    route_url: str = ""

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def is_settled(self) -> bool:
        """Whether the city has said something: its choice stands in the table."""
        return self.state in (State.CHOSEN, State.CONFIRMED)

    @property
    def citations(self) -> str:
        return "、".join(cite(number) for number in self.parameter.clauses)

    @property
    def url(self) -> str:
        return reverse("parameters:detail", args=[self.parameter.code])

    @cached_property
    def searched(self) -> str:
        parts = (self.parameter.name, self.parameter.gap, self.parameter.code, self.citations, *self.parameter.clauses, self.now)
        return fold(" ".join(parts))


def line_of(parameter: Parameter, choice: ParameterChoice | None = None, route: RouteInForce | None = None) -> Line:
    """The gap as it stands with its latest choice, or with its route."""
    if parameter.request_type:
        return _line_of_route(parameter, route)
    if not parameter.rules.is_confirmable:
        return Line(parameter, State.NOTED, parameter.default)
    now = in_force(parameter, choice)
    if choice is None:
        return Line(parameter, State.UNCONFIRMED, parameter.say(now))
    settled = Settled(choice.chosen_by.name, choice.chosen_as, choice.chosen_at, choice.basis)
    return Line(parameter, _state(parameter, choice, now), parameter.say(now), settled, choice.number)


def _state(parameter: Parameter, choice: ParameterChoice, now: Any) -> State:
    """A value that was chosen and is not in force any more (the environment has changed) is open again."""
    if not choice.decides or choice.value != now:
        return State.UNCONFIRMED
    return State.CONFIRMED if now == parameter.default else State.CHOSEN


def _line_of_route(parameter: Parameter, route: RouteInForce | None) -> Line:
    if route is None:
        return Line(parameter, State.UNCONFIRMED, parameter.default)
    if route.chosen_at is None:
        return Line(parameter, State.UNCONFIRMED, route.words, route_url=route.url)
    settled = Settled(route.chosen_by, route.chosen_as, route.chosen_at, route.basis)
    state = State.CONFIRMED if route.is_default else State.CHOSEN
    return Line(parameter, state, route.words, settled, route_url=route.url)


def lines(*, at: datetime) -> list[Line]:
    """All gaps in the order of the catalogue; one query for the choices, one question for the routes."""
    parameters = catalogue().values()
    choices = {choice.code: choice for choice in ParameterChoice.objects.in_force().select_related("chosen_by")}
    present = routes.in_force([each.request_type for each in parameters if each.request_type], at=at)
    return [line_of(each, choices.get(each.code), present.get(each.request_type)) for each in parameters]


@dataclass(frozen=True)
class Group:
    """A heading of the page with its gaps."""

    name: str
    lines: list[Line]

    @property
    def open(self) -> int:
        return sum(line.state == State.UNCONFIRMED for line in self.lines)


class Overview:
    """The page 未定事項, narrowed by `wanted`: state, group and q, each "" or missing for all."""

    def __init__(self, wanted: Mapping[str, str], *, at: datetime) -> None:
        self.wanted, self.at = dict(wanted), at

    @property
    def query(self) -> str:
        return urlencode(self.wanted)

    @cached_property
    def lines(self) -> list[Line]:
        state = self.wanted.get("state")
        return [line for line in self._of_every_state if not state or line.state == state]

    @cached_property
    def _of_every_state(self) -> list[Line]:
        needles = words(self.wanted.get("q", ""))
        group = self.wanted.get("group")
        return [
            line
            for line in lines(at=self.at)
            if (not group or line.parameter.group == group) and all(needle in line.searched for needle in needles)
        ]

    @cached_property
    def states(self) -> list[tuple[State, str, int]]:
        """Each state with its tone and its count, whichever state is asked for."""
        counts = Counter(line.state for line in self._of_every_state)
        return [(state, TONES[state], counts[state]) for state in State]

    @cached_property
    def groups(self) -> list[Group]:
        found: dict[str, list[Line]] = {}
        for line in self.lines:
            found.setdefault(line.parameter.group, []).append(line)
        return [Group(name, rows) for name, rows in found.items()]


def group_names() -> list[str]:
    """The headings of the page in their order."""
    return list(dict.fromkeys(each.group for each in catalogue().values()))


@dataclass(frozen=True)
class Event:
    """A choice as the timeline draws it."""

    at: datetime
    actor_name: str
    role: str
    word: str
    note: str
    in_place_of: str = ""


class Sheet:
    """The page of one gap, as this person meets it."""

    def __init__(self, parameter: Parameter, user: User, *, at: datetime) -> None:
        self.parameter, self._user, self._at = parameter, user, at

    @cached_property
    def line(self) -> Line:
        asked = [self.parameter.request_type] if self.parameter.request_type else []
        route = routes.in_force(asked, at=self._at).get(self.parameter.request_type)
        return line_of(self.parameter, self._choices[0] if self._choices else None, route)

    @property
    def current(self) -> Any:
        """The value in force."""
        return in_force(self.parameter, self._choices[0] if self._choices else None)

    @cached_property
    def _choices(self) -> list[ParameterChoice]:
        """The newest first."""
        rows = ParameterChoice.objects.of(self.parameter.code).reverse().select_related("chosen_by")
        return list(rows[:HISTORY])

    @cached_property
    def chooser(self) -> Chooser | None:
        return chooser(self._user, at=self._at) if self.parameter.rules.is_confirmable else None

    @cached_property
    def events(self) -> list[Event]:
        """Oldest first, as every history."""
        return list(_events(self.parameter, reversed(self._choices)))


def _events(parameter: Parameter, choices: Iterable[ParameterChoice]) -> Iterable[Event]:
    for choice in choices:
        if choice.act == ParameterChoice.Act.RETURNED:
            word = "標準に戻した（未確認）"
        elif choice.value == parameter.default:
            word = f"標準（{choice.words}）のまま確認した"
        else:
            word = f"「{choice.words}」に決めた"
        yield Event(choice.chosen_at, choice.chosen_by.name, choice.chosen_as, word, choice.basis)

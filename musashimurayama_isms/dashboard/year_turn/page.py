"""The list as a whole."""

from collections import Counter
from functools import cached_property

from .step import Group, State, Step
from .steps import STEPS
from .turn import Turn


class TurnPage:
    """All steps of one turn, in groups."""

    def __init__(self, turn: Turn) -> None:
        self.turn = turn

    @cached_property
    def steps(self) -> list[Step]:
        return [provider(self.turn) for provider in STEPS]

    @property
    def groups(self) -> list[tuple[Group, list[Step]]]:
        return [(group, [step for step in self.steps if step.group == group]) for group in Group]

    @property
    def states(self) -> list[tuple[State, int]]:
        """How many steps are how far."""
        counts = Counter(step.state for step in self.steps)
        return [(state, counts[state]) for state in State]

    @property
    def next(self) -> Step | None:
        """The first step that is not done: what the page wants now."""
        return next((step for step in self.steps if step.state in (State.OPEN, State.PARTLY)), None)

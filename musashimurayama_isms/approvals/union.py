"""One errand, one application: the routes of several types united into one that satisfies each of them (approvals.md)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from .models.request_type import Mode


@dataclass(frozen=True)
class Requirement:
    """What one step of a route asks: one of these chairs, or all of them."""

    mode: str
    chairs: tuple[str, ...]

    @property
    def needs_all(self) -> bool:
        """A single chair is needed whatever the mode says."""
        return self.mode == Mode.ALL or len(self.chairs) == 1

    def satisfies(self, other: "Requirement") -> bool:
        """Whether what agrees to this one always agrees to the other as well."""
        mine, theirs = set(self.chairs), set(other.chairs)
        if other.needs_all:
            return self.needs_all and theirs <= mine
        return bool(mine & theirs) if self.needs_all else mine <= theirs


def unite(routes: Sequence[Sequence[Requirement]]) -> list[Requirement]:
    """The strictest union: step by step, whatever another requirement of the same step satisfies is left out.

    Requirements that cannot be one step stand one after the other.
    """
    united: list[Requirement] = []
    for step in zip_longest(*routes):
        united += _strictest(list(dict.fromkeys(each for each in step if each is not None)))
    return united


def _strictest(requirements: list[Requirement]) -> list[Requirement]:
    """Those that no other one satisfies; of two that satisfy each other, the first."""
    kept: list[Requirement] = []
    for place, each in enumerate(requirements):
        others = [other for at, other in enumerate(requirements) if at != place]
        if not any(other.satisfies(each) and not (each.satisfies(other) and other not in kept) for other in others):
            kept.append(each)
    return kept

"""A step of the list: how far it is, in a sentence, with its figures and its doors."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .turn import Turn


class State(StrEnum):
    """How far a step is."""

    OPEN = "open"
    PARTLY = "partly"
    DONE = "done"
    NONE = "none"

    @property
    def label(self) -> str:
        return {"open": "まだ", "partly": "一部", "done": "済", "none": "対象なし"}[self]

    @property
    def tone(self) -> str:
        return {"open": "warning", "partly": "waiting", "done": "done", "none": "quiet"}[self]


class Group(StrEnum):
    """When a step has its turn."""

    ENDING = "今年度のまとめ"
    COMING = "新しい年度の準備"
    CARRIED = "引き継ぐもの"
    APRIL = "4月1日の前後"


@dataclass(frozen=True)
class Figure:
    """A number; with an address it leads to a list of as many. Without one the list is not this person's to see."""

    count: int
    words: str
    url: str = ""
    unit: str = "件"


@dataclass(frozen=True)
class Door:
    """A button: the page where the work is done. `who` is said instead of it to whom the door is closed."""

    label: str
    url: str = ""
    who: str = ""


@dataclass(frozen=True)
class Step:
    """One line of the list."""

    slug: str
    group: Group
    title: str
    state: State
    sentence: str
    figures: tuple[Figure, ...] = ()
    doors: tuple[Door, ...] = ()
    clause: str = ""


Provider = Callable[["Turn"], Step]


def far(done: int, total: int) -> State:
    """まだ, 一部 or 済 of so many; 対象なし of none."""
    if not total:
        return State.NONE
    return State.DONE if done >= total else State.PARTLY if done else State.OPEN

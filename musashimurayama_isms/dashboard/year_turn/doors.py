"""The buttons of a step."""

from .acts import ACTS
from .step import Door
from .turn import Turn


def door(label: str, url: str, who: str = "") -> Door:
    """A link to a page, or the words who opens it."""
    return Door(label, url) if url else Door(label, who=who)


def act_door(turn: Turn, slug: str, who: str) -> Door:
    """An act of the list: its preview where it is this person's and there is something to do; nothing where there is not."""
    act = ACTS[slug]
    if not act.preview(turn):
        return Door("")
    return Door(act.title, turn.address("do", slug)) if act.may(turn) else Door(act.title, who=who)

"""What higher floors add to the page of a clause: "how is this clause kept?" They register, this floor only asks.

A panel is a function in the higher app, registered in its AppConfig.ready:

    def reports(clause: Clause, user: User) -> Panel | None:
        return Panel("インシデントの連絡の流れ", "incidents/clause_panel.html", {"reports": ...})
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from musashimurayama_isms.accounts.models import User
from policy.models import Clause


@dataclass(frozen=True)
class Panel:
    """A titled part of the clause page, drawn by a template of the app that registered it."""

    title: str
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


Maker = Callable[[Clause, User], Panel | None]
_makers: list[Maker] = []


def register(maker: Maker) -> Maker:
    """Adds a maker of panels; the same one twice counts once. Usable as a decorator."""
    if maker not in _makers:
        _makers.append(maker)
    return maker


def panels(clause: Clause, user: User) -> list[Panel]:
    """The panels that have something to say on a clause to a person, in the order of registration."""
    return [panel for maker in _makers if (panel := maker(clause, user)) is not None]

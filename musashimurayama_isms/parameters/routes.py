"""Who decides a kind of request is no number: the approvals floor tells the page which route is in force.

routes.register(present)      # in AppConfig.ready; present(request_types, at=) -> {request_type: RouteInForce}
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class RouteInForce:
    """A route as the page shows it: in words, where it is changed, and who has settled it (nobody: the one it came with)."""

    words: str
    url: str
    is_default: bool = True
    chosen_by: str = ""
    chosen_as: str = ""
    chosen_at: datetime | None = None
    basis: str = ""


Present = Callable[..., Mapping[str, RouteInForce]]
_present: list[Present] = []


def register(present: Present) -> None:
    """Say how the routes in force are found; asked once a page for all request types together."""
    _present[:] = [present]


def in_force(request_types: Collection[str], *, at: datetime) -> Mapping[str, RouteInForce]:
    """Request type → its route; empty while nobody has registered, or where a type is unknown."""
    return _present[0](request_types, at=at) if _present and request_types else {}

"""What still has to be done before an incident may be closed (3.9.3.3): each room of the response says its own.

@leaves_open
def measures(incident, at):
    yield OpenPoint("再発防止策「…」が完了していません", url)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incidents.models import Incident


@dataclass(frozen=True)
class OpenPoint:
    """One thing that is not done: its words, and the page where it is done."""

    title: str
    url: str = ""


Source = Callable[["Incident", datetime], Iterable[OpenPoint]]
SOURCES: list[Source] = []


def leaves_open(source: Source) -> Source:
    """Register a source of open points; it is asked with the incident and the moment."""
    SOURCES.append(source)
    return source


def open_points(incident: "Incident", *, at: datetime) -> list[OpenPoint]:
    """All that keeps this incident from being closed without a written reason, in the order of the steps."""
    return [point for source in SOURCES for point in source(incident, at)]


@leaves_open
def steps(incident: "Incident", at: datetime) -> Iterable[OpenPoint]:
    """Steps of the chain not done, begun or not."""
    for step in incident.steps.filter(done_at__isnull=True):
        yield OpenPoint(f"{step.spec.number} {step.get_code_display()}が済んでいません", incident.get_absolute_url())

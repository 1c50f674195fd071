"""A tile of the page: a few figures, a sentence, a chart, and the list behind it. A provider stands in tiles/, a file a tile."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from .charts import Bars, Lines
from .look import Look


@dataclass(frozen=True)
class Figure:
    """A number with its words; its link opens the list that shows as many. `tone` is late, soon or ""."""

    count: int
    words: str
    url: str
    tone: str = ""
    unit: str = "件"

    @property
    def shown_tone(self) -> str:
        """Nothing is late where there is nothing."""
        return self.tone if self.count else ""


@dataclass(frozen=True)
class Tile:
    """What one matter says at a glance."""

    slug: str
    title: str
    sentence: str
    url: str
    figures: tuple[Figure, ...] = ()
    chart: Bars | Lines | None = None
    clause: str = ""
    later: str = ""  # the address of a part that is fetched after the page, because it asks every floor


Provider = Callable[[Look], Tile | None]


def address(name: str, *args: object, **query: object) -> str:
    """The address of a list with its filter."""
    return reverse(name, args=args) + (f"?{urlencode(query, doseq=True)}" if query else "")

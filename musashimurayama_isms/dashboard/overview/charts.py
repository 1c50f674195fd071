"""The charts of the page, reckoned to the last coordinate here, so that the templates only draw."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

WIDTH, HEIGHT = 320, 120
LEFT, RIGHT, TOP, BOTTOM = 26, 312, 12, 98
FULL = 100.0


@dataclass(frozen=True)
class Bar:
    """One line of a bar chart: its words, how many, its list; `before` is last year's figure, `tone` late, soon or ""."""

    label: str
    count: int
    url: str = ""
    tone: str = ""
    before: int | None = None
    unit: str = "件"


@dataclass(frozen=True)
class Bars:
    """Bars below each other, drawn as a table: the words and figures are the table that a screen reader needs."""

    caption: str
    bars: Sequence[Bar]
    full: int | None = None  # what a whole bar stands for; else the largest

    template = "dashboard/overview/_bars.html"

    @cached_property
    def drawn(self) -> list[tuple[Bar, float, float | None]]:
        """Each with its length in per cent, and where last year's mark stands."""
        most = self.full or max((max(bar.count, bar.before or 0) for bar in self.bars), default=0) or 1
        return [
            (bar, round(FULL * bar.count / most, 1), None if bar.before is None else round(FULL * bar.before / most, 1))
            for bar in self.bars
        ]

    @property
    def has_before(self) -> bool:
        return any(bar.before is not None for bar in self.bars)


@dataclass(frozen=True)
class Series:
    """One line of a line chart; `kind` says how it is drawn: now, before, second, third. None is no figure yet."""

    label: str
    values: Sequence[int | None]
    kind: str = "now"
    urls: Sequence[str] = field(default=())

    def cells(self) -> list[tuple[int | None, str]]:
        urls = self.urls or [""] * len(self.values)
        return list(zip(self.values, urls, strict=True))


@dataclass(frozen=True)
class Drawn:
    """A line with its points in the frame."""

    series: Series
    points: list[tuple[float, float]]

    @property
    def path(self) -> str:
        return " ".join(f"{x},{y}" for x, y in self.points)

    @property
    def dots(self) -> list[tuple[str, str]]:
        """The points as text, untouched by the way numbers are written on the page."""
        return [(str(x), str(y)) for x, y in self.points]


@dataclass(frozen=True)
class Lines:
    """Lines over months or years; the picture is hidden from screen readers, the table below it says the same."""

    caption: str
    labels: Sequence[str]
    series: Sequence[Series]
    marks: Sequence[str] = ()  # the labels written below the axis; all where none are named

    template = "dashboard/overview/_lines.html"

    @cached_property
    def top(self) -> int:
        """The figure at the upper line: the largest, at least 4, even so that the middle line is a whole figure."""
        most = max((value for row in self.series for value in row.values if value is not None), default=0)
        return max(4, most + most % 2)

    @property
    def middle(self) -> int:
        return self.top // 2

    @cached_property
    def ticks(self) -> list[tuple[str, str]]:
        return [(str(self._x(place)), label) for place, label in enumerate(self.labels) if not self.marks or label in self.marks]

    def _x(self, place: int) -> float:
        steps = max(1, len(self.labels) - 1)
        return round(LEFT + (RIGHT - LEFT) * place / steps, 1)

    def _y(self, value: int) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * value / self.top, 1)

    @cached_property
    def drawn(self) -> list[Drawn]:
        """The lines behind first, so that this year's lies on top."""
        rows = sorted(self.series, key=lambda row: row.kind != "before")
        return [Drawn(row, [(self._x(i), self._y(v)) for i, v in enumerate(row.values) if v is not None]) for row in rows]

    @property
    def rows(self) -> list[tuple[str, list[tuple[int | None, str]]]]:
        """The table: a row a label, a cell a line."""
        columns = [row.cells() for row in self.series]
        return [(label, [column[place] for column in columns]) for place, label in enumerate(self.labels)]

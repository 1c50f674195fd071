"""The arithmetic of the bench and its table; nothing here measures."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

PAGE, GROWTH, DASHBOARD = 2.5, 1.2, 3.0  # goals: a page against the bare one, much data against little, the desk and the 状況
ACTS, MEGABYTES = 200, 200  # goals: acts a second by 16 writers, memory of a web process
ALIKE = 1.3  # so many times the rows are still the same page
HEAD = ("画面", "問合せ", "空の画面との比", "素のDjangoとの比", "少→多", "目標")


@dataclass(frozen=True)
class Shape:
    """Rows and cells of what a page shows."""

    rows: int
    cells: int


def shape_of(html: str) -> Shape:
    """Rows of tables and items of lists in the page's own part, and how many cells a row has on average, at least one each."""
    main = html.partition("<main")[2].partition("</main>")[0]
    rows = len(re.findall(r"<(?:tr|li)\b", main)) or 1
    return Shape(rows, max(1, round(len(re.findall(r"<(?:td|th|li)\b", main)) / rows)))


@dataclass(frozen=True)
class Cost:
    """One page with one amount of data: processor seconds, queries, rows that it shows.

    `bare` are the seconds of the bare page of its shape, `usual` those of what `startproject` gives with a person logged in.
    """

    seconds: float
    bare: float
    usual: float
    queries: int
    rows: int

    @property
    def ratio(self) -> float:
        return self.seconds / self.bare

    @property
    def usual_ratio(self) -> float:
        return self.seconds / self.usual


@dataclass(frozen=True)
class Line:
    """A page in the table: its cost with little and with much data; `goal` is how often the bare page it may cost."""

    name: str
    small: Cost
    large: Cost
    goal: float = PAGE

    @property
    def growth(self) -> float | None:
        """How much more it costs with much data; None where little data do not fill the page, for then it shows more as well."""
        alike = self.large.rows <= self.small.rows * ALIKE
        return self.large.seconds / self.small.seconds if alike else None

    @property
    def growth_words(self) -> str:
        return f"－（行 {self.small.rows}→{self.large.rows}）" if self.growth is None else f"{self.growth:.2f}"

    @property
    def missed(self) -> list[str]:
        """The goals that it does not meet, in words."""
        over = [f"比 {self.goal:g}"] if self.large.ratio > self.goal else []
        return over + ([f"増え {GROWTH:g}"] if (self.growth or 0) > GROWTH else [])

    @property
    def cells(self) -> tuple[str, ...]:
        verdict = f"未達（{'、'.join(self.missed)}）" if self.missed else "達成"
        return self.name, str(self.large.queries), f"{self.large.ratio:.1f}", f"{self.large.usual_ratio:.1f}", self.growth_words, verdict


@dataclass(frozen=True)
class Whole:
    """What is measured of the server itself."""

    megabytes: float
    acts: float

    def lines(self) -> list[str]:
        """A sentence each, with the goal."""
        memory = "達成" if self.megabytes < MEGABYTES else "未達"
        speed = "達成" if self.acts >= ACTS else "未達"
        return [
            f"Webプロセス1つのメモリ: {self.megabytes:.0f} MB（目標 {MEGABYTES} MB 未満、{memory}）",
            f"16の書き手による記録: 毎秒 {self.acts:.0f} 件（目標 {ACTS} 件以上、{speed}）",
        ]


def markdown(lines: Iterable[Line], whole: Whole) -> str:
    """The table and the sentences, as they stand in the README."""
    rows = [HEAD, ("---", "---:", "---:", "---:", "---:", "---"), *(line.cells for line in lines)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return "\n\n".join([table, "\n".join(f"- {line}" for line in whole.lines())]) + "\n"

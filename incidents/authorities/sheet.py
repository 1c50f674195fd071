"""The copy sheet of a report: what goes into the authority's form, item by item in its order, from what the portal knows.

The portal cannot send from a closed network: the text is copied into the form of the authority. An item that a person has
written over keeps that person's words; all others follow the facts until the sheet is sent and frozen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from incidents.models import AuthorityReport

Source = Callable[["AuthorityReport"], str]
SOURCES: dict[str, Source] = {}
NOTHING = "（未記入）"


def source(name: str) -> Callable[[Source], Source]:
    """Register what fills the items with this source (fixtures/authority_reports.json); the last one registered is asked.

    A room that knows more, of the cause say, takes the place of the plain answer that stands here.
    """

    def register(fill: Source) -> Source:
        SOURCES[name] = fill
        return fill

    return register


@dataclass(frozen=True)
class Line:
    """One item of the form: what the portal fills in, and what is written there in the end."""

    key: str
    label: str
    hint: str
    filled: str
    text: str

    @property
    def is_written_over(self) -> bool:
        return self.text != self.filled


class Sheet:
    """The sheet of one report as it stands now."""

    def __init__(self, report: "AuthorityReport") -> None:
        self.report = report

    @cached_property
    def lines(self) -> list[Line]:
        return [self._line(item) for item in self.report.stage.form]

    def _line(self, item: dict[str, str]) -> Line:
        fill = SOURCES.get(item.get("source", ""))
        filled = fill(self.report).strip() if fill else ""
        return Line(item["key"], item["label"], item.get("hint", ""), filled, self.report.draft.get(item["key"], filled))

    @property
    def title(self) -> str:
        """What it is; a drill says so first."""
        return f"{self.report.incident.mark}{self.report.stage}"

    @cached_property
    def text(self) -> str:
        """The whole sheet as plain text, to be copied or kept."""
        parts = [f"{self.title}　{self.report.incident.number}"]
        parts += [f"■ {line.label}\n{line.text or NOTHING}" for line in self.lines]
        return "\n\n".join(parts) + "\n"

    @property
    def digest(self) -> str:
        return sha256(self.text.encode()).hexdigest()

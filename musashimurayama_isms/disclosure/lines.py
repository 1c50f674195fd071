"""The text of a paper as lines of cells: what is read, marked and masked, and frozen when a copy is begun.

Every sheet of the portal is a template; its HTML is read here, so whatever the sheet tells is there to be masked.
"""

import re
from html.parser import HTMLParser
from typing import Any

HEADINGS = ("h1", "h2", "h3")
TEXTS = ("p", "li", "caption", "dt", "dd")
CELLS = ("td", "th")
SKIPPED = ("style", "script", "title")
SPACES = re.compile(r"[ \t\r\n]+")

Line = dict[str, Any]  # {"kind": heading, text or row, "cells": [text, …], "heads": how many cells in front are headings}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self._row: Line | None = None
        self._text: list[str] | None = None
        self._kind = ""
        self._skips = 0

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag in SKIPPED:
            self._skips += 1
        elif tag == "tr":
            self._row = {"kind": "row", "cells": [], "heads": 0}
        elif tag in CELLS:
            self._text = []
            if tag == "th" and self._row is not None and self._row["heads"] == len(self._row["cells"]):
                self._row["heads"] += 1
        elif tag == "br" and self._text is not None:
            self._text.append("\n")
        elif tag in HEADINGS or tag in TEXTS:
            if self._row is None:
                self._close()
                self._text, self._kind = [], "heading" if tag in HEADINGS else "text"
            elif self._text:
                self._text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED:
            self._skips -= 1
        elif tag in CELLS and self._row is not None:
            self._row["cells"].append(_tidy(self._text or []))
            self._text = None
        elif tag == "tr" and self._row is not None:
            if any(self._row["cells"]):
                self.lines.append(self._row)
            self._row = None
        elif self._row is None and (tag in HEADINGS or tag in TEXTS):
            self._close()

    def handle_data(self, data: str) -> None:
        if not self._skips and self._text is not None:
            self._text.append(SPACES.sub(" ", data))

    def _close(self) -> None:
        """The text that stands open becomes a line."""
        if self._text is not None and (text := _tidy(self._text)):
            self.lines.append({"kind": self._kind, "cells": [text], "heads": 0})
        self._text = None


def _tidy(parts: list[str]) -> str:
    return "\n".join(line for part in "".join(parts).split("\n") if (line := part.strip(" ")))


def lines_of(html: str) -> list[Line]:
    """The headings, texts and rows of a sheet in their order; marks of form and empty ones are left out."""
    reader = _Reader()
    reader.feed(html[html.find("<body") :] if "<body" in html else html)
    reader.close()
    return reader.lines

"""Places in lines: where a phrase stands, how a line looks with its places, and what is left when they are gone."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .lines import Line

if TYPE_CHECKING:
    from .models import Span

BAR = 5  # a bar is as long as the next multiple: the length of a name is not told


def occurrences(lines: list[Line], phrase: str, line: int | None = None) -> list[tuple[int, int, int, int]]:
    """(line, cell, start, end) of every place where the phrase stands; `line` counts from 1."""
    found = []
    for number, row in enumerate(lines):
        if line and number != line - 1:
            continue
        for cell, text in enumerate(row["cells"]):
            start = text.find(phrase)
            while phrase and start >= 0:
                found.append((number, cell, start, start + len(phrase)))
                start = text.find(phrase, start + len(phrase))
    return found


def pieces_of(text: str, spans: Iterable["Span"]) -> list[tuple[str, "Span | None"]]:
    """The text in pieces, each with the place it lies in."""
    pieces: list[tuple[str, Span | None]] = []
    at = 0
    for span in sorted(spans, key=lambda one: one.start):
        pieces += [(text[at : span.start], None), (text[span.start : span.end], span)]
        at = span.end
    return [piece for piece in (*pieces, (text[at:], None)) if piece[0]]


def by_cell(spans: Iterable["Span"]) -> dict[tuple[int, int], list["Span"]]:
    """The places of each cell."""
    found: dict[tuple[int, int], list[Span]] = {}
    for span in spans:
        found.setdefault((span.line, span.cell), []).append(span)
    return found


def masked_lines(lines: list[Line], spans: Iterable["Span"], numbers: dict[int, int]) -> list[dict[str, Any]]:
    """The lines with a bar in each place: its length and the number of its ground, and nothing of the text.

    `numbers` has the number of each ground by its key.
    """
    places = by_cell(spans)
    return [
        {**line, "cells": [_bars(text, places.get((number, cell), ()), numbers) for cell, text in enumerate(line["cells"])]}
        for number, line in enumerate(lines)
    ]


def _bars(text: str, spans: Iterable["Span"], numbers: dict[int, int]) -> list[dict[str, Any]]:
    return [
        {"bar": -(-len(words) // BAR) * BAR, "ground": numbers[span.ground_id]} if span else {"text": words}
        for words, span in pieces_of(text, spans)
    ]

"""A list taken out as its page takes it out: by the one address of all tables."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse

from musashimurayama_isms.spreadsheet import csv_lines


def take(client, code: str, suffix: str = "csv", **query: Any):
    """The answer to who presses the button of a list; `query` is how the list is narrowed."""
    return client.post(reverse("exports:take", args=[code, suffix], query=query or None))


def text_of(answer) -> str:
    """A CSV as text, its mark of order left out."""
    return answer.getvalue().decode("utf-8-sig")


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A small CSV as a whole."""
    return b"".join(csv_lines(headings, rows))

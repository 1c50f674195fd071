"""The page of one copy: its lines with the marks, what one person may do, the grounds with their counts."""

from collections import Counter
from datetime import datetime
from functools import cached_property

from django.core.paginator import Page, Paginator

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail.models import Entry

from .hands import Hands
from .masking import by_cell, pieces_of
from .models import Disclosure, Ground, Span
from .models.disclosure import GROWN

LINES = 200


class DisclosurePage:
    """What one person is shown of one copy at a moment."""

    def __init__(self, copy: Disclosure, user: User, *, at: datetime, number: str | None = None) -> None:
        self.copy, self.user, self.at, self.number = copy, user, at, number
        self.hands = Hands(user, at=at)

    @cached_property
    def spans(self) -> list[Span]:
        return list(self.copy.spans.select_related("ground", "by", "lifted_by"))

    @property
    def masked(self) -> list[Span]:
        return [span for span in self.spans if span.is_masked]

    @cached_property
    def lifted(self) -> list[tuple[str, Span]]:
        """What is shown after all, with its words; what a wider bar took in is no news."""
        return [(self.copy.words_of(span), span) for span in self.spans if not span.is_masked and span.lifted_reason != GROWN]

    @cached_property
    def page_obj(self) -> Page:
        """The lines, each with its number and its cells in pieces."""
        return Paginator(self.copy.lines, LINES).get_page(self.number)

    @cached_property
    def lines(self) -> list[dict]:
        places, first = by_cell(self.masked), max(self.page_obj.start_index() - 1, 0)
        return [
            {
                "number": number + 1,
                "kind": line["kind"],
                "cells": [
                    {"is_head": cell < line["heads"], "pieces": pieces_of(text, places.get((number, cell), ()))}
                    for cell, text in enumerate(line["cells"])
                ],
            }
            for number, line in enumerate(self.page_obj, start=first)
        ]

    @cached_property
    def grounds(self) -> list[tuple[Ground, int]]:
        """How many places each ground has."""
        counts = Counter(span.ground for span in self.masked)
        return sorted(counts.items(), key=lambda pair: (pair[0].position, pair[0].pk))

    @property
    def may_mark(self) -> bool:
        return self.copy.is_draft and self.hands.prepares

    @cached_property
    def may_confirm(self) -> bool:
        return self.copy.status == Disclosure.Status.SUBMITTED and self.copy.may_confirm(self.user, at=self.at, hands=self.hands)

    @cached_property
    def digest(self) -> str:
        """Of what would be confirmed now."""
        return Disclosure.digest_of(self.copy.content())

    @cached_property
    def papers(self) -> list[StoredFile]:
        return list(StoredFile.objects.about(self.copy))

    @cached_property
    def entries(self) -> list[Entry]:
        return list(Entry.objects.about(self.copy))

"""What the pages of search show: the groups with their first hits, the rest of one group, the things of one number."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from musashimurayama_isms.paging import LongList

from .asking import Asker, Query
from .numbers import REPORT_FORM
from .source import Hit, Source, having_any
from .sources import SOURCES

FIRST = 5
PER_PAGE = 30


@dataclass(frozen=True)
class Group:
    """The first hits of a kind and how many there are."""

    source: Source
    hits: list[Hit]
    count: int
    total: str  # the count in words: 12件, or 1000件以上
    more: str  # the address of all of them; empty where all are shown


def find(slug: str) -> Source | None:
    """The source of that name, or None."""
    return next((source for source in SOURCES if source.slug == slug), None)


class Results:
    """One search: a number that names one thing leads to it, else everything by kind."""

    def __init__(self, asker: Asker, query: Query) -> None:
        self.asker, self.query = asker, query

    @cached_property
    def numbered(self) -> list[tuple[Source, Hit]]:
        """What has this very number: several registers count from 1, so several things may share it."""
        if not self.query.number:
            return []
        found = ((source, row) for source in SOURCES for row in source.numbered(self.asker, self.query)[:FIRST])
        return [(source, source.hit(row, self.query)) for source, row in found]

    @property
    def straight(self) -> str:
        """The address of the one thing that the query names; empty where it names none, or several."""
        if REPORT_FORM.match(self.query.number):
            return reverse("incidents:start")
        return self.numbered[0][1].url if len(self.numbered) == 1 else ""

    @cached_property
    def groups(self) -> list[Group]:
        return list(self._groups())

    def _groups(self) -> Iterator[Group]:
        for source in having_any(SOURCES, self.query) if self.query.words else ():
            rows = source.found(self.asker, self.query)
            first = list(rows[: FIRST + 1])
            if first:
                count, total = _counted(rows, first)
                more = _address(source, self.query) if count > FIRST else ""
                yield Group(source, [source.hit(row, self.query) for row in first[:FIRST]], count, total, more)

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)

    @property
    def total(self) -> str:
        """The same in words."""
        is_more = any(group.total.endswith("以上") for group in self.groups)
        return f"{self.count}件{'以上' if is_more else ''}"

    @property
    def single_words(self) -> list[str]:
        """Where all words together found nothing: each alone is the way on."""
        typed = self.query.text.split()
        return typed if len(typed) > 1 else []


def _pages(rows: QuerySet | Sequence[Any], per_page: int) -> Paginator:
    """Rows of the database are counted as far as a long list is."""
    return LongList(rows, per_page) if isinstance(rows, QuerySet) else Paginator(rows, per_page)


def _counted(rows: QuerySet | Sequence[Any], first: list[Any]) -> tuple[int, str]:
    """How many rows there are, and in words; `first` are the first of them, one more than are shown."""
    known = len(first) if len(first) <= FIRST else getattr(first[0], "in_all", None)
    if known is not None:
        return known, f"{known}件"
    pages = _pages(rows, FIRST)
    found = pages.count
    return (min(found, pages.CAP), pages.total) if isinstance(pages, LongList) else (found, f"{found}件")


def _address(source: Source, query: Query) -> str:
    return f"{reverse('search_kind', args=[source.slug])}?{urlencode({'q': query.text})}"


class Listing:
    """All hits of one kind, a page at a time."""

    def __init__(self, asker: Asker, query: Query, source: Source, *, page: str | None) -> None:
        self.query, self.source = query, source
        self.page_obj: Page = _pages(source.found(asker, query), PER_PAGE).get_page(page)

    @property
    def hits(self) -> list[Hit]:
        return [self.source.hit(row, self.query) for row in self.page_obj.object_list]

"""A source of search: one kind of thing, declared once.

The roof knows the floors, they do not know the roof. A kind is a `Rows` (a model) or a `Leaves` (texts in memory) in
search/sources/, in the order of the results. Nobody is shown, and nothing is counted, but what `seen` gives: it starts
from the model's `visible_to`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Count, Exists, Q, QuerySet, Window
from django.utils.safestring import SafeString

from musashimurayama_isms.japanese import fold
from musashimurayama_isms.search.models import SearchText
from policy.drawing import draw, snippet

from .asking import Asker, Query


@dataclass(frozen=True)
class Hit:
    """One thing found: its title with the hits marked, where it leads, a line of facts, the words around the first hit."""

    title: SafeString
    url: str
    line: str = ""
    snippet: SafeString | str = ""


class Source(Protocol):
    """What the pages of search ask of every kind."""

    slug: str
    label: str
    icon: str

    def found(self, asker: Asker, query: Query) -> QuerySet | Sequence[Any]:
        """What has all the words and may be seen, in its order; counted and cut by the caller."""

    def numbered(self, asker: Asker, query: Query) -> QuerySet | Sequence[Any]:
        """What has this very number and may be seen."""

    def hit(self, row: Any, query: Query) -> Hit: ...


def no_number(number: str) -> Q | None:
    """For kinds that have no number to be called by."""
    return None


def counted(rows: QuerySet) -> QuerySet:
    """Each with `in_all`, their number: so that rows that are few anyway are counted with the first of them."""
    return rows.annotate(in_all=Window(Count("*")))


@dataclass(frozen=True)
class Rows:
    """The rows of a model.

    `words(row)` is what is searched and shown; where the model keeps its folded words itself, `column` names them, else they
    are kept in `SearchText` by its `save()`. `number(folded)` says which rows have this number, None for no number of theirs.
    """

    slug: str
    label: str
    icon: str
    model: type[models.Model]
    seen: Callable[[Asker], QuerySet]
    words: Callable[[Any], Iterable[str]]
    title: Callable[[Any], str] = str
    line: Callable[[Any], str] = field(default=lambda row: "")
    number: Callable[[str], Q | None] = no_number
    column: str = ""

    def found(self, asker: Asker, query: Query) -> QuerySet | Sequence[Any]:
        if self.column:
            return query.narrow(self.seen(asker), self.column)
        kind = ContentType.objects.get_for_model(self.model).pk
        if not query.words or kind not in query.kinds:
            return ()
        if kind in query.keys:
            return counted(self.seen(asker).filter(pk__in=SearchText.own_keys(self.model, query.keys[kind])))
        return query.narrow(self.seen(asker).alias(folded=SearchText.objects.of_row(self.model)), "folded")

    def numbered(self, asker: Asker, query: Query) -> QuerySet | Sequence[Any]:
        wanted = self.number(query.number) if query.number else None
        return () if wanted is None else self.seen(asker).filter(wanted)

    def hit(self, row: Any, query: Query) -> Hit:
        title = self.title(row)
        beside = "\n".join(part for part in self.words(row) if part and part not in title)
        return Hit(draw(title, needles=query.needles), row.get_absolute_url(), self.line(row), snippet(beside, query.needles))


def having_any(sources: Sequence[Source], query: Query) -> list[Source]:
    """Without those that keep their words themselves and have no row with these, whoever may see it: one short question for all."""
    asked = [source for source in sources if isinstance(source, Rows) and source.column]
    flags = [Exists(query.narrow(source.model._default_manager.order_by(), source.column)) for source in asked]
    there = ContentType.objects.order_by("pk").values_list(*flags)[0]  # a table that is never empty
    without = {source.slug for source, has_rows in zip(asked, there, strict=True) if not has_rows}
    return [source for source in sources if source.slug not in without]


@dataclass(frozen=True)
class Leaf:
    """A text in memory that has a page of its own."""

    title: str
    text: str
    url: str
    line: str = ""

    @property
    def folded(self) -> str:
        return fold(f"{self.title}\n{self.text}")


@dataclass(frozen=True)
class Leaves:
    """Texts that are no rows and that everybody may read; `leaves` is cached by who gives them."""

    slug: str
    label: str
    icon: str
    leaves: Callable[[], tuple[tuple[str, Leaf], ...]]  # each with its folded words

    def found(self, asker: Asker, query: Query) -> list[Leaf]:
        return [leaf for folded, leaf in self.leaves() if query.is_in(folded)]

    def numbered(self, asker: Asker, query: Query) -> list[Leaf]:
        return []

    def hit(self, row: Leaf, query: Query) -> Hit:
        return Hit(draw(row.title, needles=query.needles), row.url, row.line, snippet(row.text, query.needles))

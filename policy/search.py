"""Search over the revision in force: every word of the query must occur, however it is typed; aliases count as the word.

Plain `icontains` on the folded column, alike on SQLite and PostgreSQL; words of one character are found too.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from django.db.models import Q, QuerySet

from musashimurayama_isms.japanese import pattern, words
from policy.aliases import alternatives
from policy.models import Clause, GlossaryTerm
from policy.visits import Visit

MOST_LETTERS = 100
MOST_WORDS = 8

IN_THE_INDEX = 3  # letters; shorter words are read for in the rows, and what is folded already need not be made upper case for it
Rows = TypeVar("Rows", bound=QuerySet)


def containing(rows: Rows, word: str, column: str = "search_text") -> Rows:
    """The rows whose folded text, kept in `column`, has the folded word or one of its aliases."""
    wanted = Q()
    for spelling in alternatives(word):
        expression = pattern(spelling)
        if expression != re.escape(spelling):
            wanted |= Q(**{f"{column}__regex": expression})
        else:
            lookup = "contains" if len(spelling) < IN_THE_INDEX else "icontains"
            wanted |= Q(**{f"{column}__{lookup}": spelling})
    return rows.filter(wanted)


@dataclass(frozen=True)
class Search:
    """A query on what a visit may see; too long a query is cut."""

    visit: Visit
    query: str

    @cached_property
    def words(self) -> list[str]:
        return words(self.query[:MOST_LETTERS])[:MOST_WORDS]

    @cached_property
    def needles(self) -> list[str]:
        """All spellings to be marked in the results."""
        return [spelling for word in self.words for spelling in alternatives(word)]

    @property
    def clauses(self) -> QuerySet[Clause]:
        """The clauses with all words, in the order of the document."""
        return self._with_all(self.visit.clauses)

    @property
    def terms(self) -> QuerySet[GlossaryTerm]:
        """The glossary terms with all words, in the order of the glossary."""
        return self._with_all(GlossaryTerm.objects.filter(revision=self.visit.revision).order_by("position"))

    def _with_all(self, rows: Rows) -> Rows:
        if not self.words:
            return rows.none()
        for word in self.words:
            rows = containing(rows, word)
        return rows

    def each_alone(self) -> list[tuple[str, int]]:
        """Each word as typed with the number of clauses that have it alone: the way on when all together find nothing."""
        typed = {word: part for part in self.query.split() for word in words(part)}
        return [(typed.get(word, word), containing(self.visit.clauses, word).count()) for word in self.words]

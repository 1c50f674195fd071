"""Who asks, and what: asked once a search and handed to every source."""

import re
from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.japanese import fold, pattern, words
from musashimurayama_isms.search.models import SearchText
from policy.aliases import alternatives
from policy.search import MOST_LETTERS, MOST_WORDS, containing

RARE = 500  # of so many rows at most their keys are named; where more have the words, the first that may be seen are soon found
LIKE_A_NUMBER = re.compile(r"\d|^[a-z]{4}-[a-z]{4}-[a-z]{4}$")  # a digit, or a permit's code without one


class Asker:
    """A person at a moment. What a floor computes of them (its Reach, its Hands) is computed once for all its kinds."""

    def __init__(self, user: User, *, at: datetime) -> None:
        self.user, self.at = user, at
        self._known: dict[Callable[..., Any], Any] = {}

    @property
    def on(self) -> date:
        return day_of(self.at)

    def as_(self, make: Callable[..., Any]) -> Any:
        """`make(user, at=at)`, remembered."""
        if make not in self._known:
            self._known[make] = make(self.user, at=self.at)
        return self._known[make]


class Query:
    """What was typed: all of its words must occur, however they are spelled; a word that means the same counts as the word."""

    def __init__(self, typed: str) -> None:
        self.typed = typed.replace("\x00", "").strip()
        self.text = self.typed[:MOST_LETTERS]

    @cached_property
    def words(self) -> list[str]:
        return words(self.text)[:MOST_WORDS]

    @property
    def cut(self) -> str:
        """What was left out of too long a query, in words."""
        if len(self.typed) > MOST_LETTERS:
            return f"長すぎるため、はじめの{MOST_LETTERS}文字で探しました。"
        return f"はじめの{MOST_WORDS}語で探しました。" if len(words(self.text)) > MOST_WORDS else ""

    @property
    def number(self) -> str:
        """The query as one number or code, folded; empty where it cannot be one."""
        folded = fold(self.text)
        return folded if len(self.text.split()) == 1 and LIKE_A_NUMBER.search(folded) else ""

    @cached_property
    def needles(self) -> list[str]:
        """All spellings, to be marked in the results."""
        return [spelling for word in self.words for spelling in alternatives(word)]

    @cached_property
    def _patterns(self) -> list[list[str]]:
        return [[pattern(spelling) for spelling in alternatives(word)] for word in self.words]

    def narrow(self, rows: QuerySet, column: str) -> QuerySet:
        """The rows with all words in a folded column; none where there is no word."""
        if not self.words:
            return rows.none()
        for word in self.words:
            rows = containing(rows, word, column)
        return rows

    @property
    def _kept(self) -> QuerySet[SearchText]:
        return self.narrow(SearchText.objects.order_by(), "text")

    @cached_property
    def kinds(self) -> dict[int, int]:
        """The content types of which anything at all has the words, whoever may see it, and how many: the others need not be asked."""
        return dict(self._kept.values_list("content_type").annotate(Count("pk")))

    @cached_property
    def keys(self) -> dict[int, list[str]]:
        """The kept keys of each kind of which few rows have the words."""
        found: dict[int, list[str]] = {kind: [] for kind, count in self.kinds.items() if count <= RARE}
        for kind, key in self._kept.filter(content_type__in=found).values_list("content_type", "key") if found else ():
            found[kind].append(key)
        return found

    def is_in(self, folded: str) -> bool:
        """The same for a text in memory."""
        return bool(self.words) and all(any(re.search(one, folded) for one in spellings) for spellings in self._patterns)

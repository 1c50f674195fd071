"""Which clause of a new text is which clause of the old one: the pairs of a 新旧対照表.

Plain data in, plain data out. What is only layout (spaces, widths, line ends, the mark of the glossary) is no change.
Equal words are paired first, wherever they stand; then the most alike of what is left; then what stands in the same place
and is still somewhat alike. The rest is new or gone. Every clause of both sides is in exactly one pair.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from django.db import models

from musashimurayama_isms.japanese import fold

ALIKE = 0.6  # so much alike that it is the same clause wherever it stands
SOMEWHAT = 0.4  # enough for the same clause where it also stands in the same place
PLACE_BONUS = 0.05  # of two equally alike clauses the one in the same place is meant
COMMON = 80  # a pair of letters that so many clauses share says nothing about one of them
CANDIDATES = 6


class ChangeKind(models.TextChoices):
    """What became of a clause; the words of the 新旧対照表."""

    UNCHANGED = "unchanged", "変更なし"
    REWORDED = "reworded", "文言の変更"
    MOVED = "moved", "移動（番号の変更）"
    MOVED_AND_REWORDED = "both", "移動と文言の変更"
    NEW = "new", "新設"
    GONE = "gone", "削除"


class Passage(Protocol):
    """What is compared: a clause, or anything of its shape."""

    number: str
    heading: str
    text: str
    tables: list[Any]


def contents_of(passage: Passage) -> tuple[str, str, str]:
    """Heading, text and tables of a passage without their layout; equal for passages that say the same."""
    cells = "\t".join(str(cell) for table in passage.tables for row in table for cell in row)
    return tuple(fold(part.replace("\n", "")) for part in (passage.heading, passage.text, cells))


def parent_of(number: str) -> str:
    return number.rpartition(".")[0]


class Side:
    """A passage with what matching asks of it again and again."""

    def __init__(self, passage: Passage, place: int) -> None:
        self.passage = passage
        self.place = place
        self.number = passage.number
        self.parent = parent_of(passage.number)
        self.contents = contents_of(passage)
        self.partner: Side | None = None

    @property
    def heading(self) -> str:
        return self.contents[0]

    @property
    def is_empty(self) -> bool:
        return not any(self.contents)

    @cached_property
    def letters(self) -> Counter[str]:
        """The pairs of neighbouring letters, each with how often it occurs."""
        words = "".join(self.contents)
        return Counter(words[at : at + 2] for at in range(max(len(words) - 1, 1)))


@dataclass(frozen=True)
class Pair:
    """One line of the table: the clause as it was, as it will be, and how alike they are (1 for the same words)."""

    old: Passage | None
    new: Passage | None
    ratio: float = 0.0

    @property
    def kind(self) -> ChangeKind:
        if self.old is None or self.new is None:
            return ChangeKind.NEW if self.old is None else ChangeKind.GONE
        if self.ratio == 1:
            return ChangeKind.UNCHANGED if self.old.number == self.new.number else ChangeKind.MOVED
        return ChangeKind.REWORDED if self.old.number == self.new.number else ChangeKind.MOVED_AND_REWORDED


def likeness(one: Side, other: Side) -> float:
    """How alike two passages are, from 0 to 1: the share of neighbouring letters that both have."""
    if one.contents == other.contents:
        return 1.0
    common = sum((one.letters & other.letters).values())
    return min(2 * common / (one.letters.total() + other.letters.total()), 0.99)


def compare(old: Iterable[Passage], new: Iterable[Passage]) -> list[Pair]:
    """The pairs in the order of the new text; what is gone stands behind what it stood behind. Numbers are unique on each side."""
    return Matching(old, new).pairs()


class Matching:
    """Finds for each new passage its old one; parents stand before their children on both sides."""

    def __init__(self, old: Iterable[Passage], new: Iterable[Passage]) -> None:
        self.old = [Side(passage, place) for place, passage in enumerate(old)]
        self.new = [Side(passage, place) for place, passage in enumerate(new)]
        self._old = {side.number: side for side in self.old}
        self._new = {side.number: side for side in self.new}

    def pairs(self) -> list[Pair]:
        """Match and put in order."""
        self._match_equal()
        self._match_best(self._alike(), ALIKE)
        self._match_best(self._in_the_same_place(), SOMEWHAT)
        return list(self._in_order())

    # -- equal words -----------------------------------------------------------------------------------------------
    def _match_equal(self) -> None:
        """Those with the same words: the only ones, then those in the same place, then in the order of the text."""
        groups: dict[tuple, tuple[list[Side], list[Side]]] = defaultdict(lambda: ([], []))
        for which, sides in enumerate((self.old, self.new)):
            for side in sides:
                if not side.is_empty:
                    groups[side.contents][which].append(side)
        several = []
        for olds, news in groups.values():
            if len(olds) == len(news) == 1:
                _join(olds[0], news[0])
            else:
                several.append((olds, news))
        for fits in (self._is_same_place, lambda old, new: old.number == new.number, self._is_in_same_family, lambda old, new: True):
            for olds, news in several:
                for new in news:
                    found = next((old for old in olds if not old.partner and not new.partner and fits(old, new)), None)
                    if found:
                        _join(found, new)

    # -- alike -----------------------------------------------------------------------------------------------------
    def _alike(self) -> Iterator[tuple[Side, Side]]:
        """Pairs worth a closer look: those that share the most of the telling letters."""
        olds = [side for side in _left(self.old) if not side.is_empty]
        index: dict[str, list[Side]] = defaultdict(list)
        for side in olds:
            for letters in side.letters:
                index[letters].append(side)
        for new in _left(self.new):
            shared: Counter[int] = Counter()
            for letters in new.letters:
                if len(index.get(letters, ())) <= COMMON:
                    shared.update(side.place for side in index.get(letters, ()))
            yield from ((self.old[place], new) for place, _ in shared.most_common(CANDIDATES))

    def _in_the_same_place(self) -> Iterator[tuple[Side, Side]]:
        """Pairs of the same number, and of the same parent."""
        for new in _left(self.new):
            for old in _left(self.old):
                if old.number == new.number or self._is_in_same_family(old, new):
                    yield old, new

    def _match_best(self, candidates: Iterable[tuple[Side, Side]], least: float) -> None:
        """Join the candidates that are alike enough, the most alike first."""
        rated = []
        for old, new in candidates:
            score = self._score(old, new)
            if score >= least:
                bonus = PLACE_BONUS * (self._is_in_same_family(old, new) + (old.number == new.number))
                rated.append((-(score + bonus), abs(old.place - new.place), old.place, new.place))
        for *_, old_place, new_place in sorted(rated):
            old, new = self.old[old_place], self.new[new_place]
            if not old.partner and not new.partner:
                _join(old, new)

    def _score(self, old: Side, new: Side) -> float:
        """How alike; the same heading in the same family makes it the same clause whatever it says below."""
        is_titled = bool(old.heading) and old.heading == new.heading and self._is_in_same_family(old, new)
        return max(likeness(old, new), ALIKE if is_titled else 0.0)

    # -- places ----------------------------------------------------------------------------------------------------
    def _is_in_same_family(self, old: Side, new: Side) -> bool:
        """Whether the parents are a pair, or the same number where there are none; the chapters are of one family."""
        mother = self._new.get(new.parent)
        if mother is None:
            return old.parent == new.parent
        return mother.partner is not None and mother.partner.number == old.parent

    def _is_same_place(self, old: Side, new: Side) -> bool:
        """The same place among the children of a pair of parents."""
        return old.number.rpartition(".")[2] == new.number.rpartition(".")[2] and self._is_in_same_family(old, new)

    # -- order -----------------------------------------------------------------------------------------------------
    def _in_order(self) -> Iterator[Pair]:
        gone_after: dict[int, list[Side]] = defaultdict(list)
        anchor = -1
        for old in self.old:
            if old.partner is None:
                gone_after[anchor].append(old)
            elif self._is_in_same_family(old, old.partner):
                anchor = old.partner.place
        yield from (Pair(side.passage, None) for side in gone_after[-1])
        for new in self.new:
            yield _pair(new)
            yield from (Pair(side.passage, None) for side in gone_after[new.place])


def _left(sides: Sequence[Side]) -> list[Side]:
    return [side for side in sides if side.partner is None]


def _join(old: Side, new: Side) -> None:
    old.partner, new.partner = new, old


def _pair(new: Side) -> Pair:
    old = new.partner
    return Pair(old.passage, new.passage, likeness(old, new)) if old else Pair(None, new.passage)

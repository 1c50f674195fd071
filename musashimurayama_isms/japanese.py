"""Folding of Japanese text for search: the same word is found however it was typed or printed.

`fold` is what is stored beside a text and done to a query; `Folded` also remembers where each folded character came
from, so that a hit can be marked in the printed form. Katakana and hiragana stay apart: 「いき」 is not 「イキ」.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

# One sign for every dash and for the long vowel: OCR, IME and people mix ー － ― – freely.
SAME = dict.fromkeys(map(ord, "‐‑‒–—―−─━ー"), "-") | dict.fromkeys(map(ord, "〜∼〰"), "~")
# The middle dot joins or lists without changing the word; * is the glossary mark of the policy (外部サービス*の利用).
LEFT_OUT = frozenset("・·•‧∙⋅*")
VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
LETTERS_AT_START = re.compile(r"^[a-z]+")
LETTERS_AT_END = re.compile(r"[a-z]+$")
ROMAN = re.compile(r"^[ivx]+$")
KATAKANA_THEN_LONG = re.compile(r"^[ァ-ヺ-]{3,}-$")


@dataclass(frozen=True)
class Folded:
    """A folded text and, for each of its characters, the span of the original that it came from."""

    text: str
    spans: tuple[tuple[int, int], ...]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that the folded characters start..end came from; `end` > `start`."""
        return self.spans[start][0], self.spans[end - 1][1]


def fold(text: str) -> str:
    """The text as search compares it: width, case, dashes, spaces and marks made equal; line ends stay as boundaries.

    Folding twice changes nothing. Ⅱ, II and ＩＩ become "ii"; ﾊﾟｽﾜｰﾄﾞ becomes パスワ-ド; no control character is left.
    """
    return "".join(_fold_cluster(text[start:end]) for start, end in _clusters(text))


def folded(text: str) -> Folded:
    """The folded text together with the way back to the original."""
    clusters = list(_clusters(text))
    plain = [_fold_cluster(text[start:end]) for start, end in clusters]
    return Folded("".join(plain), tuple(span for span, letters in zip(clusters, plain, strict=True) for _ in letters))


def words(query: str) -> list[str]:
    """The folded words of a query, each once, in order; words that fold to nothing (「・」) are left out."""
    return list(dict.fromkeys(word for part in query.split() if (word := fold(part))))


def spellings(word: str) -> list[str]:
    """A folded word and its other usual spelling: サーバー is also looked for as サーバ (which finds both)."""
    return [word, word[:-1]] if KATAKANA_THEN_LONG.match(word) else [word]


def pattern(word: str) -> str:
    """A regular expression that finds a folded word, alike in Python and PostgreSQL.

    A Roman numeral at an end of the word must not run on: 「分類Ⅱ」 does not find 「分類Ⅲ」, 「Ⅰ」 does not find 「ID」.
    """
    expression = re.escape(word)
    if is_numeral(LETTERS_AT_START.search(word)):
        expression = f"(?<![a-z]){expression}"
    if is_numeral(LETTERS_AT_END.search(word)):
        expression = f"{expression}(?![a-z])"
    return expression


def is_numeral(run: re.Match[str] | None) -> bool:
    return run is not None and ROMAN.match(run[0]) is not None


def hits(text: str, wanted: Iterable[str]) -> list[tuple[int, int]]:
    """Where the folded words stand in the original text: spans in order, those that touch or overlap joined."""
    source = folded(text)
    found = sorted(
        source.original(match.start(), match.end()) for word in wanted if word for match in re.finditer(pattern(word), source.text)
    )
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _clusters(text: str) -> Iterable[tuple[int, int]]:
    """Spans that can be normalised one by one: a character with the marks (and half-width ﾞ ﾟ) that belong to it."""
    starts = [index for index, letter in enumerate(text) if index == 0 or not _joins(letter)]
    return pairwise([*starts, len(text)])


@lru_cache(maxsize=8192)
def _joins(letter: str) -> bool:
    """Whether the character merges with the one before it: combining marks, and the later letters of Hangul."""
    first = unicodedata.normalize("NFKD", letter)[0]
    return unicodedata.category(first).startswith("M") or "\u1160" <= first <= "\u11ff"


@lru_cache(maxsize=8192)
def _fold_cluster(cluster: str) -> str:
    plain = unicodedata.normalize("NFKC", VARIATION.sub("", cluster)).lower().translate(SAME)
    plain = unicodedata.normalize("NFKC", "".join(letter for letter in plain if _counts(letter)))
    while plain and _joins(plain[0]):  # a mark whose letter was left out would cling to the letter before
        plain = plain[1:]
    return plain


def _counts(letter: str) -> bool:
    if letter == "\n":
        return True
    return letter not in LEFT_OUT and not letter.isspace() and unicodedata.category(letter) not in ("Cc", "Cf", "Cs")

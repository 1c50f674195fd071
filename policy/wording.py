"""Which words of a clause were changed: both wordings in pieces, the changed ones marked, as the lines under a 新旧対照表."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from os.path import commonprefix

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from musashimurayama_isms.japanese import fold

# A word, near enough: a run of one script, or a single sign.
WORD = re.compile(r"[一-鿿々〆〇]+|[ぁ-ゟ]+|[ァ-ヿｦ-ﾟ]+|[0-9０-９]+|[A-Za-zＡ-Ｚａ-ｚ]+|\s+|.", re.DOTALL)


@dataclass(frozen=True)
class Piece:
    """A part of a wording; `is_changed` where the other side has something else."""

    text: str
    is_changed: bool


@dataclass(frozen=True)
class Wording:
    """The two sides of one text, each in pieces that make up the whole of it."""

    old: list[Piece]
    new: list[Piece]


def words_of(text: str) -> list[tuple[str, str]]:
    """The words of a text with the form in which they are compared; what is only layout hangs on the word before it."""
    found: list[tuple[str, str]] = []
    for word in WORD.findall(text):
        plain = fold(word).replace("\n", "")
        if plain or not found:
            found.append((word, plain))
        else:
            found[-1] = (found[-1][0] + word, found[-1][1])
    return found


def wording(old: str, new: str) -> Wording:
    """Both texts in pieces; joined, the pieces of a side are its text."""
    one, other = words_of(old), words_of(new)
    matcher = SequenceMatcher(None, [plain for _, plain in one], [plain for _, plain in other], autojunk=False)
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    for tag, *ends in matcher.get_opcodes():
        parts = ["".join(word for word, _ in words[start:end]) for words, start, end in ((one, *ends[:2]), (other, *ends[2:]))]
        head, tail = _shared(*parts) if tag == "replace" else (0, 0)
        for side, part in zip(sides, parts, strict=True):
            side += _pieces(part, head, len(part) - tail) if tag != "equal" else [Piece(part, False)]
    return Wording(*sides)


def _shared(one: str, other: str) -> tuple[int, int]:
    """How many letters two parts have in common at their beginning, and then at their end."""
    head = len(commonprefix([one, other]))
    return head, len(commonprefix([one[head:][::-1], other[head:][::-1]]))


def _pieces(part: str, start: int, end: int) -> list[Piece]:
    """A changed part, without what it shares with the other side."""
    pieces = [Piece(part[:start], False), Piece(part[start:end], bool(fold(part[start:end]).strip())), Piece(part[end:], False)]
    return [piece for piece in pieces if piece.text]


def drawn(pieces: Sequence[Piece], tag: str) -> SafeString:
    """Pieces as HTML: the changed ones underlined (`ins` or `del`) and named to whoever cannot see the line."""
    word = "改正後" if tag == "ins" else "改正前"
    opening = format_html('<{} class="changed"><span class="visually-hidden">［{}：</span>', tag, word)
    closing = format_html('<span class="visually-hidden">］</span></{}>', tag)
    return format_html_join("", "{}{}{}", _framed(pieces, opening, closing))


def _framed(pieces: Iterable[Piece], opening: SafeString, closing: SafeString) -> Iterable[tuple]:
    return ((opening, piece.text, closing) if piece.is_changed else ("", piece.text, "") for piece in pieces)

"""A line of the source and what its beginning looks like; whether it is what it looks like, its place decides."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from policy.numbers import KATAKANA

BULLET = re.compile(r"^\s*[-‐–—•●○◦]\s+(?=\S)")
BLANK_START = re.compile(r"^\s*")
CHAPTER = re.compile(r"^第\s*([0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})\s*章\s*(.*)$")
SECTION = re.compile(r"^([0-9０-９]{1,2})(?:([.． ])([0-9０-９]))?(?:[.．、]\s*|\s+)(\S.*)$")
SHORT_SECTION = re.compile(r"^([0-9０-９]{1,2})[.．、 　]\s*(\S.*)$")
PAREN_NUMBER = re.compile(r"^[(（]\s*([0-9０-９]{1,2})\s*[)）]\s*(?=\S)")
PAREN_KANA = re.compile(r"^[(（]\s*([ア-ンｱ-ﾝ力工口二夕卜八へ])\s*[)）]\s*(?=\S)")
KANA = re.compile(r"^([ア-ンｱ-ﾝ力工口二夕卜八へ])\s+(?=\S)")
LETTER = re.compile(r"^([a-zａ-ｚ])\s+(?=\S)")
UNKNOWN = re.compile(
    r"^(?:[①-⑳⑴-⒇⒈-⒛ⓐ-ⓩⅰ-ⅻ]|[(（][a-zａ-ｚA-ZＡ-Ｚⅰ-ⅻ][)）]|[a-zA-Zａ-ｚＡ-Ｚ][.．)）]\s|\d{1,2}[)）]"
    r"|第\s*[0-9０-９]+\s*[条節]\s)"
)
NOTE = re.compile(r"^[*＊※]\s*(?=\S)")
LOOK_ALIKE = str.maketrans("力工口二夕卜八へ", "カエロニタトハヘ")
KANJI_DIGITS = "一二三四五六七八九"


class Kind(Enum):
    """What a line begins with."""

    PAREN_NUMBER = "(1)"
    KANA = "ア"
    PAREN_KANA = "(ア)"
    LETTER = "a"
    UNKNOWN = "?"


@dataclass(frozen=True)
class Enumerator:
    """The beginning of an enumerated line: `index` counts from 1, `lead` is all that stands before the text."""

    kind: Kind
    printed: str
    index: int
    lead: str
    is_look_alike: bool = False


@dataclass(frozen=True)
class Line:
    """A line as it came, numbered from 1."""

    number: int
    raw: str

    @cached_property
    def bullet(self) -> str:
        """The residue of a list mark with the blanks around it, or the blanks alone."""
        match = BULLET.match(self.raw) or BLANK_START.match(self.raw)
        return match[0]

    @cached_property
    def is_bulleted(self) -> bool:
        return bool(self.bullet.strip())

    @cached_property
    def content(self) -> str:
        """The line without bullet and outer blanks."""
        return self.raw[len(self.bullet) :].rstrip()

    @property
    def is_blank(self) -> bool:
        return not self.content

    @property
    def is_table_row(self) -> bool:
        """Whether tabs divide the line into cells; a tab after an enumerator does not."""
        lead = self.enumerator.lead if self.enumerator else ""
        return "\t" in self.raw.lstrip()[len(lead.lstrip()) :]

    @property
    def is_note(self) -> bool:
        return bool(NOTE.match(self.content))

    @property
    def tail(self) -> str:
        return self.raw[len(self.bullet) + len(self.content) :]

    @cached_property
    def enumerator(self) -> Enumerator | None:
        """The enumerator the line begins with, whatever it may turn out to be."""
        for kind, pattern in PATTERNS.items():
            if match := pattern.match(self.content):
                return Enumerator(kind, match[0].strip(), _index(kind, match), self.bullet + match[0], _is_look_alike(match))
        return None

    @cached_property
    def chapter(self) -> tuple[int, str] | None:
        """Number and title where the line looks like the heading of a chapter."""
        match = None if self.is_table_row else CHAPTER.match(self.content)
        return (whole_number(match[1]), match[2].strip()) if match else None

    @cached_property
    def sections(self) -> list[tuple[int, str, str]]:
        """The ways to read the line as the heading of a 節: number, number as printed, title ("1 1 運用" is 11 or 1)."""
        return [] if self.is_table_row or self.is_bulleted else section_readings(self.content)


PATTERNS = {
    Kind.PAREN_NUMBER: PAREN_NUMBER,
    Kind.PAREN_KANA: PAREN_KANA,
    Kind.KANA: KANA,
    Kind.LETTER: LETTER,
    Kind.UNKNOWN: UNKNOWN,
}


def section_readings(content: str) -> list[tuple[int, str, str]]:
    """Number, number as printed and title, the longest number first."""
    readings = []
    if (match := SECTION.match(content)) and match[3]:
        readings.append((whole_number(match[1] + match[3]), content[: match.end(3)], match[4].strip()))
    if short := SHORT_SECTION.match(content):
        readings.append((whole_number(short[1]), short[1], short[2].strip()))
    return readings


def _index(kind: Kind, match: re.Match[str]) -> int:
    if kind is Kind.UNKNOWN:
        return 0
    sign = unicodedata.normalize("NFKC", match[1]).translate(LOOK_ALIKE)
    if kind is Kind.PAREN_NUMBER:
        return int(sign)
    if kind is Kind.LETTER:
        return ord(sign) - ord("a") + 1
    return KATAKANA.find(sign) + 1


def _is_look_alike(match: re.Match[str]) -> bool:
    return bool(match.re.groups) and match[1] in "力工口二夕卜八へ"


def whole_number(text: str) -> int:
    """12 for "12", "１２" and "十二"."""
    if text[0] not in "十" + KANJI_DIGITS:
        return int(text)
    tens, found, ones = text.rpartition("十")
    ten = (KANJI_DIGITS.find(tens) + 1 if tens else 1) if found else 0
    return ten * 10 + (KANJI_DIGITS.find(ones) + 1 if ones else 0)


def lines_of(text: str) -> list[Line]:
    """The lines of a text, numbered; a form feed is a blank."""
    return [Line(number, raw) for number, raw in enumerate(text.split("\n"), start=1)]


def squeezed(text: str) -> str:
    """A title for comparing: widths, blanks and the mark of the glossary made equal."""
    return re.sub(r"\s|\*|\^\{|\}", "", unicodedata.normalize("NFKC", text))


def is_same_label(printed: str, right: str) -> bool:
    """Whether an enumerator is printed as it should be, but for widths and for the blanks in 第 1 章."""
    printed = unicodedata.normalize("NFKC", printed)
    return printed == right or (right.startswith("第") and squeezed(printed) == right)

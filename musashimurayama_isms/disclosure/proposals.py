"""What the portal proposes to mask in a text: persons, contacts, accounts, networks, weaknesses. A person decides."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from musashimurayama_isms.accounts.models import User

from .lines import Line

PERSON, SECURITY, WEAKNESS = "personal", "security", "weakness"  # codes of fixtures/disclosure_grounds.json

# One sign for one sign, so that a place in the half-width text is the same place in the text itself.
HALF = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(map(ord, "‐‑‒–—―−─"), "-") | {0x3000: " "}
DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")  # says nothing of what it was made of, and proves it: stays
KANA_KANJI = r"[^\W\d_a-zA-Z]"

PATTERNS = (  # of two that begin alike and end alike the first counts
    (WEAKNESS, re.compile(r"CVE-\d{4}-\d{4,}|JVN(?:DB)?[-#]?[\d-]{6,}", re.IGNORECASE | re.ASCII)),
    (PERSON, re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)),  # mail
    (PERSON, re.compile(r"(?<![\d-])0\d{1,4}[-(]\d{1,4}[-)]\d{3,4}(?![\d-])")),  # phone
    (PERSON, re.compile(r"(?<!\d)0[5789]0\d{8}(?!\d)")),
    (PERSON, re.compile(r"内線\s*[::]?\s*\d{2,6}")),
    (PERSON, re.compile(r"(?<!\d)\d{12}(?!\d)")),  # a My Number has twelve digits
    (PERSON, re.compile(rf"{KANA_KANJI}{{1,6}}(?: ?{KANA_KANJI}{{1,6}})?(?=さん|様|氏(?!名))")),  # somebody named with courtesy
    (PERSON, re.compile(r"〒?\d{3}-\d{4}(?!\d)")),
    (
        PERSON,
        re.compile(
            rf"(?:{KANA_KANJI}{{1,8}}[都道府県市区町村郡])*{KANA_KANJI}{{1,8}}\d+(?:丁目|番地?)(?:\d+(?:番地?|号)?|-\d+)*号?(?:の\d+)?"
        ),
    ),
    (PERSON, re.compile(rf"{KANA_KANJI}{{1,8}}[市区町村]{KANA_KANJI}{{1,8}}\d+(?:-\d+){{1,3}}")),
    (SECURITY, re.compile(r"(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?![\d.])")),  # IPv4
    (SECURITY, re.compile(r"(?<![0-9a-f:])(?:[0-9a-f]{1,4}:){2,7}[0-9a-f:]{1,20}", re.IGNORECASE | re.ASCII)),  # IPv6 and MAC
    (SECURITY, re.compile(r"(?<![0-9a-f-])[0-9a-f]{2}(?:-[0-9a-f]{2}){5}(?![0-9a-f-])", re.IGNORECASE | re.ASCII)),
    (SECURITY, re.compile(r"https?://[^\s　、。）」]+", re.ASCII)),
    (SECURITY, re.compile(r"(?<![\w.-])[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\w-])", re.IGNORECASE | re.ASCII)),  # host.domain
    (SECURITY, re.compile(r"(?<![\w-])[a-z]{2,}[a-z0-9]*(?:-[a-z0-9]+)*-?\d{2,}(?![\w-])", re.IGNORECASE | re.ASCII)),  # srv01, pc-0123
    (SECURITY, re.compile(r"(?<![\w.])@[a-z0-9_]{3,}", re.IGNORECASE | re.ASCII)),  # an account of a service
)
PORTAL_NUMBER = re.compile(r"[A-Z]?R\d+-\d+(?:-v\d+)?|SHA-?256", re.IGNORECASE)  # R8-001: the record's own number is no secret
WEAK_WORDS = ("リスク", "生じるリスク", "弱点", "脆弱性", "原因")  # what stands in the row, or after 【リスク】, tells how to get in
WEAK_PART = re.compile(r"(?:【リスク】|原因：)([^\n]+)")


@dataclass(frozen=True)
class Proposal:
    """A place in a text and the reason why it might be masked."""

    line: int
    cell: int
    start: int
    end: int
    ground: str


class Proposer:
    """Looks through the lines of one paper; the names and IDs of all persons are asked once."""

    @cached_property
    def persons(self) -> re.Pattern[str]:
        """Every name, reading, staff number and user ID of the portal, the longest first; spaces within names as one likes."""
        words: set[str] = set()
        for name, kana, number, login in User.objects.values_list("name", "kana", "staff_number", "username"):
            words |= {word for word in (name, kana, number, login) if len(word) > 1}
        spelled = [r"\s?".join(re.escape(part) for part in word.translate(HALF).split()) for word in sorted(words, key=len, reverse=True)]
        return re.compile("|".join(f"(?<![0-9A-Za-z]){one}(?![0-9A-Za-z])" for one in spelled) or r"(?!)")

    def look_at(self, lines: Iterable[Line]) -> Iterator[Proposal]:
        """The places of every line in order, none within another."""
        for number, line in enumerate(lines):
            heads = line["cells"][: line["heads"]]
            is_weak = any(word in WEAK_WORDS for word in heads)
            for cell, text in enumerate(line["cells"]):
                whole = [(0, len(text), WEAKNESS)] if is_weak and cell >= line["heads"] and text else []
                yield from (Proposal(number, cell, *place) for place in whole or self.places(text))

    def places(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, ground) within one text; where two overlap the earlier found one, grown to hold both."""
        half = text.translate(HALF)
        kept = [match.span() for match in DIGEST.finditer(half)] + [match.span() for match in PORTAL_NUMBER.finditer(half)]
        found = [(*match.span(1), WEAKNESS) for match in WEAK_PART.finditer(text)]
        found += [(*match.span(), PERSON) for match in self.persons.finditer(half)]
        found += [(*match.span(), ground) for ground, pattern in PATTERNS for match in pattern.finditer(half)]
        free = [place for place in found if place[0] < place[1] and not any(start < place[1] and end > place[0] for start, end in kept)]
        return _joined(free)


def _joined(places: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    joined: list[tuple[int, int, str]] = []
    for start, end, ground in sorted(places, key=lambda place: (place[0], -place[1])):
        if joined and start < joined[-1][1]:
            first, last, kept = joined[-1]
            joined[-1] = (first, max(last, end), kept)
        else:
            joined.append((start, end, ground))
    return joined

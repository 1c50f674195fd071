"""From the printed text to the corrected one: general rules, and short fragments from fixtures/corrections.json.

What is certain (A) is applied; candidates (B, C) are only recorded. Every difference is a Correction with its line.
"""

import json
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

from policy.numbers import label

from .lines import is_same_label, whole_number
from .parsed import CERTAIN, Clause, Correction, Fragment, Paragraph, Policy, Term

FRAGMENTS = Path(__file__).resolve().parents[2] / "fixtures" / "corrections.json"
JAPANESE = "ぁ-んァ-ヶー々一-龠"
AROUND_A_BREAK = 6
LONGEST_DOUBLED = 2

MARK = re.compile(r"\^\{\*\}")
HALF_WIDTH_PAIR = re.compile(rf" ?\(([^()\n]{{2,80}})\)(?: (?=[{JAPANESE}]))?")
SPACED_WORD = re.compile(rf"([{JAPANESE}] )?(?<![A-Za-z])(?<![A-Za-z] )([A-Za-z]{{2,}})(?![A-Za-z])(?! [A-Za-z])( [{JAPANESE}])?")
REFERENCE = re.compile(r"[(（]([0-9０-９]{1,2})[)）]")
SPACED_CELL = re.compile(rf"^[{JAPANESE}](?: [{JAPANESE}]){{2,40}}$")
ROMAN = {"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ"}
KATAKANA_AT_END = re.compile(rf"(?<![ァ-ヶー])[ァ-ヶー]{{1,{LONGEST_DOUBLED}}}$")
KATAKANA_AT_START = re.compile(r"^[ァ-ヶー]+")


@dataclass(frozen=True)
class Known:
    """A known defect: wherever `printed` stands (in `clause` and below it, where one is named) `reading` is meant."""

    printed: str
    reading: str
    kind: str
    certainty: str
    clause: str = ""
    note: str = ""

    def applies_to(self, number: str) -> bool:
        return not self.clause or f"{number}.".startswith(f"{self.clause}.")


@dataclass(frozen=True)
class Edit:
    """A place in a text and what should stand there."""

    start: int
    end: int
    reading: str
    kind: str
    certainty: str = CERTAIN
    note: str = ""


@dataclass
class Tracked:
    """A text that knows from which line of the source each of its characters came."""

    pieces: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    length: int = 0

    @classmethod
    def of(cls, text: str, line: int) -> Self:
        """A text from one line."""
        tracked = cls()
        tracked.add(text, line)
        return tracked

    def add(self, text: str, line: int) -> None:
        self.pieces.append(text)
        self.starts.append(self.length)
        self.lines.append(line)
        self.length += len(text)

    @cached_property
    def text(self) -> str:
        """The whole; ask for it once everything is added."""
        return "".join(self.pieces)

    def line_at(self, place: int) -> int:
        return self.lines[bisect_right(self.starts, place) - 1]


def known_defects(path: Path = FRAGMENTS) -> list[Known]:
    """The fragments of a corrections file."""
    return [Known(**row) for row in json.loads(path.read_text(encoding="utf-8"))]


def correct(policy: Policy, known: Sequence[Known]) -> None:
    """Fill heading, text, tables, definitions and corrections of everything that was read."""
    slips = _slips(policy.clauses)
    numbers = {clause.number for clause in policy.clauses}
    for clause in policy.clauses:
        here = [defect for defect in known if defect.applies_to(clause.number)]
        clause.corrections += list(_of_enumerator(clause))
        clause.heading = _correct_heading(clause, here)
        references = _references(slips.get(clause.parent, {}), clause, numbers)
        clause.text = _correct_text(clause.paragraphs, clause.corrections, here, references)
        _correct_tables(clause, here)
    for term in policy.glossary:
        _correct_term(term, [defect for defect in known if not defect.clause])


# Enumerators


def _of_enumerator(clause: Clause) -> Iterator[Correction]:
    """What was wrong with bullet and number of the clause's first line."""
    first = clause.title or clause.paragraphs[0][0]
    right = label(clause.number)
    bullet = first.lead[: first.lead.find(clause.printed_label)].strip() if clause.printed_label else ""
    if bullet and not clause.implied:
        yield Correction("LIST", CERTAIN, f"{bullet} {clause.printed_label}", clause.printed_label, clause.line, "箇条書きの記号の残り")
    if not is_same_label(clause.printed_label, right):
        yield Correction("NUM", CERTAIN, clause.printed_label, right, clause.line, "前後の順序による")


def _slips(clauses: Iterable[Clause]) -> dict[str, dict[int, str]]:
    """For each list with digits in place of katakana: digit → the enumerator that is meant."""
    slips: dict[str, dict[int, str]] = defaultdict(dict)
    for clause in clauses:
        if clause.depth == 5 and (match := REFERENCE.fullmatch(clause.printed_label)):
            slips[clause.parent].setdefault(whole_number(match[1]), label(clause.number))
    return slips


def _references(slips: dict[int, str], clause: Clause, numbers: set[str]) -> dict[int, str]:
    """The digits that cannot mean an item of the clause's 節."""
    section = ".".join(clause.number.split(".")[:2])
    return {digit: meant for digit, meant in slips.items() if f"{section}.{digit}" not in numbers}


# Texts


def _correct_heading(clause: Clause, known: Sequence[Known]) -> str:
    if clause.title is None:
        return ""
    tracked = Tracked.of(clause.title.body, clause.title.line)
    return _apply(tracked, list(_edits(tracked.text, known, {})), clause.corrections)


def _correct_text(paragraphs: list[Paragraph], found: list[Correction], known: Sequence[Known], references: dict[int, str]) -> str:
    tracked = Tracked()
    for paragraph in paragraphs:
        if tracked.pieces:
            tracked.add("\n", paragraph[0].line)
        for place, fragment in enumerate(paragraph):
            doubled = _join(paragraph[place - 1], fragment, found) if place else 0
            tracked.add(fragment.body[doubled:], fragment.line)
    return _apply(tracked, list(_edits(tracked.text, known, references)), found)


def _join(before: Fragment, after: Fragment, found: list[Correction]) -> int:
    """Record that a page break split a sentence; gives how many characters it printed twice."""
    first, rest = before.body[-AROUND_A_BREAK:], after.body[:AROUND_A_BREAK]
    found.append(Correction("BRK", CERTAIN, f"{first}\n{rest}", first + rest, before.line, "改ページで分かれた文"))
    end, start = KATAKANA_AT_END.search(before.body), KATAKANA_AT_START.match(after.body)
    if not (end and start and start[0].startswith(end[0]) and start[0] != end[0]):
        return 0
    found.append(Correction("DUP", CERTAIN, f"{end[0]}\n{start[0]}", start[0], before.line, "改ページの前後で重複"))
    return len(end[0])


def _edits(text: str, known: Sequence[Known], references: dict[int, str]) -> Iterator[Edit]:
    """Everything to be changed or shown as a candidate, in no order."""
    for match in MARK.finditer(text):
        yield Edit(*match.span(), "*", "SYM", note="記号の残り")
    for match in HALF_WIDTH_PAIR.finditer(text):
        if _belongs_to_japanese(text, match):
            yield Edit(*match.span(), f"（{match[1]}）", "WID", note="半角の括弧")
    for match in SPACED_WORD.finditer(text):
        if match[1] or match[3]:
            yield Edit(*match.span(), match[0].replace(" ", ""), "SPC", note="英字の前後の空白")
    for match in REFERENCE.finditer(text):
        if meant := references.get(whole_number(match[1])):
            yield Edit(*match.span(), meant, "NUM", note="文中の参照")
    for defect in known:
        for match in re.finditer(re.escape(defect.printed), text):
            yield Edit(*match.span(), defect.reading, defect.kind, defect.certainty, defect.note)


def _belongs_to_japanese(text: str, match: re.Match[str]) -> bool:
    """Half-width brackets are wrong around or after Japanese words; (1) and 042 (565) stay."""
    if not re.search(r"[^\d\s.,-]", match[1]):
        return False
    return bool(re.search(f"[{JAPANESE}]", match[1]) or re.match(f"[{JAPANESE}]", text[max(match.start() - 1, 0) : match.start()]))


def _apply(tracked: Tracked, edits: list[Edit], found: list[Correction]) -> str:
    """The text with its certain edits; of two that overlap the first stays."""
    pieces: list[str] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.certainty)):
        if edit.certainty == CERTAIN:
            if edit.start < done:
                continue
            pieces += [tracked.text[done : edit.start], edit.reading]
            done = edit.end
        printed = tracked.text[edit.start : edit.end]
        found.append(Correction(edit.kind, edit.certainty, printed, edit.reading, tracked.line_at(edit.start), edit.note))
    return "".join([*pieces, tracked.text[done:]])


# Tables and glossary


def _correct_tables(clause: Clause, known: Sequence[Known]) -> None:
    for rows in clause.rows:
        width = max(len(row.cells) for row in rows)
        for row in rows:
            row.cells = [_correct_cell(cell, row.line, clause, known) for cell in row.cells] + [""] * (width - len(row.cells))
        clause.tables.append([row.cells for row in rows])


def _correct_cell(cell: str, line: int, clause: Clause, known: Sequence[Known]) -> str:
    if SPACED_CELL.match(cell):
        clause.corrections.append(Correction("SPC", CERTAIN, cell, cell.replace(" ", ""), line, "字間の空白"))
        cell = cell.replace(" ", "")
    if cell in ROMAN:
        clause.corrections.append(Correction("WID", CERTAIN, cell, ROMAN[cell], line, "ローマ数字"))
        return ROMAN[cell]
    return _apply(Tracked.of(cell, line), list(_edits(cell, known, {})), clause.corrections)


def _correct_term(term: Term, known: Sequence[Known]) -> None:
    tracked = Tracked.of(term.printed_term, term.line)
    term.term = _apply(tracked, list(_edits(tracked.text, known, {})), term.corrections)
    for first in (paragraph[0] for paragraph in term.paragraphs):
        if bullet := first.lead.strip():
            mark = first.body[:1]
            term.corrections.append(Correction("LIST", CERTAIN, f"{bullet} {mark}", mark, first.line, "箇条書きの記号の残り"))
    term.definition = _correct_text(term.paragraphs, term.corrections, known, {})

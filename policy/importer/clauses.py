"""The clauses below a heading: ア, (ア) and a, their texts, tables and the lettering of lost figures.

An enumerator is judged by its place in the sequence, not by its sign: OCR has read (ア) as (7) and (イ) as (4).
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from policy.numbers import KATAKANA, label

from .headings import ITEM, Heading
from .lines import Enumerator, Kind, Line, is_same_label
from .parsed import CERTAIN, Clause, Correction, Fragment, Policy, Row
from .sentences import LONGEST_LABEL, is_cut, is_finished, is_label, is_left_open, is_split, is_title

DEPTH = {Kind.KANA: 4, Kind.PAREN_KANA: 5, Kind.PAREN_NUMBER: 5, Kind.LETTER: 6}
LAST = {4: len(KATAKANA), 5: len(KATAKANA), 6: 26}
FIGURE = "figure"
BLANKS_OF_A_FIGURE = 3


@dataclass
class Part:
    """The lines of one heading while they are read; `open` are the clauses from the heading down to the current one."""

    lines: list[Line]
    policy: Policy
    open: list[Clause]
    usual_blanks: int = 1
    found: list[Clause] = field(default_factory=list)
    last: dict[str, int] = field(default_factory=dict)  # the highest index below a clause
    finished: set[str] = field(default_factory=set)  # clauses with a text that has come to its end
    in_figure: bool = False
    lost_at: int = 0  # the depth of an enumerator that came twice: what is deeper has no known place

    @property
    def current(self) -> Clause:
        return self.open[-1]

    def read(self) -> list[Clause]:
        """The clauses below the heading, in order."""
        blanks = 0
        for place, line in enumerate(self.lines):
            if line.is_blank:
                blanks += 1
                continue
            self._note_lost_figure(line, blanks)
            blanks = 0
            self._line(place, line)
        self._note_lost_figure(None, blanks)
        return self.found

    def _note_lost_figure(self, line: Line | None, blanks: int) -> None:
        if blanks >= BLANKS_OF_A_FIGURE * self.usual_blanks and not self.in_figure:
            before = line.number - blanks if line else self.lines[-1].number - blanks + 1
            self.policy.note(before, "FIG", f"空行が{blanks}行続いています。ここにあった図が失われている可能性があります。")

    def _line(self, place: int, line: Line) -> None:
        if line.is_table_row:
            self._table_row(line)
        elif line.chapter and is_label(line.content):
            self._figure(line)
        elif not (line.enumerator and self._clause(place, line, line.enumerator)):
            self._plain(place, line)

    # Tables

    def _table_row(self, line: Line) -> None:
        row = Row(line.number, line.raw, [cell.strip() for cell in line.raw.strip("\n").split("\t")])
        rows = self.current.rows
        if rows and self._follows_directly(rows[-1][-1].line, line.number):
            rows[-1].append(row)
        else:
            rows.append([row])
        self.policy.ledger[line.number] = self.current.number

    def _follows_directly(self, before: int, number: int) -> bool:
        first = self.lines[0].number
        return all(self.lines[between - first].is_blank for between in range(before + 1, number))

    # Enumerated lines

    def _clause(self, place: int, line: Line, enumerator: Enumerator) -> bool:
        """Open the clause that the enumerator begins; False where the line turns out to be plain text."""
        depth = DEPTH.get(enumerator.kind)
        parent = next((clause for clause in self.open if clause.depth + 1 == depth), None)
        if parent is None or depth is None or not (enumerator.index and self._fits_shape(enumerator, parent)):
            return self._stray(line, enumerator)
        if self.lost_at and depth > self.lost_at:
            return self._stray(line, enumerator)
        index = self._index(place, line, enumerator, parent, depth)
        self.lost_at = depth if index is None else 0
        if index is None:
            return False
        self._close_to(parent)
        self.last[parent.number] = index
        clause = Clause(f"{parent.number}.{index}", line.number, enumerator.printed)
        self.open.append(clause)
        self.found.append(clause)
        self.in_figure = False
        self._begin(place, line, enumerator, clause)
        return True

    def _fits_shape(self, enumerator: Enumerator, parent: Clause) -> bool:
        """A kanji that looks like a katakana is one only in its turn."""
        return not enumerator.is_look_alike or enumerator.index == self.last.get(parent.number, 0) + 1

    def _stray(self, line: Line, enumerator: Enumerator) -> bool:
        if (enumerator.index or enumerator.kind is Kind.UNKNOWN) and not enumerator.is_look_alike:
            self.policy.note(line.number, "ENUM", f"「{enumerator.printed}」の位置付けが分かりません。前の条項の本文に残しました。")
        return False

    def _index(self, place: int, line: Line, enumerator: Enumerator, parent: Clause, depth: int) -> int | None:
        """The place in the sequence, or None for a line that repeats a number that has been."""
        expected = self.last.get(parent.number, 0) + 1
        if expected > LAST[depth]:
            self.policy.note(line.number, "NUM", "項目の数が番号の範囲を超えています。前の条項の本文に残しました。")
            return None
        if enumerator.kind is Kind.PAREN_NUMBER:
            self._note_repeated_digit(line, enumerator, parent)
            return expected
        if enumerator.index == expected:
            return expected
        if self._next_index(place, depth) == expected + 1:
            return expected
        if enumerator.index < expected:
            self.policy.note(line.number, "NUM", f"「{enumerator.printed}」の番号が重複しています。前の条項の本文に残しました。")
            return None
        missing = label(f"{parent.number}.{expected}")
        self.policy.note(line.number, "NUM", f"「{missing}」がなく「{enumerator.printed}」になっています。番号は原文のままとしました。")
        return enumerator.index

    def _note_repeated_digit(self, line: Line, enumerator: Enumerator, parent: Clause) -> None:
        """The same misread sign twice in a list: a heading between them is lost, or a new list has begun."""
        before = [clause for clause in self.found if clause.parent == parent.number and clause.printed_label == enumerator.printed]
        if before:
            self.policy.note(
                line.number, "NUM", f"「{enumerator.printed}」が{before[0].line}行目にもあります。間の見出しを確認してください。"
            )

    def _next_index(self, place: int, depth: int) -> int | None:
        """The index printed on the next enumerator of this depth, before one of a higher place."""
        for line in self._after(place):
            other = line.enumerator
            if other and other.index and (found := DEPTH.get(other.kind)):
                if found == depth:
                    return None if other.kind is Kind.PAREN_NUMBER else other.index
                if found < depth:
                    return None
        return None

    def _close_to(self, parent: Clause) -> None:
        while self.current is not parent:
            self.open.pop()

    def _begin(self, place: int, line: Line, enumerator: Enumerator, clause: Clause) -> None:
        """What follows the enumerator: a heading where text or a deeper list comes next, else the text itself."""
        body = line.raw[len(enumerator.lead) :].rstrip()
        fragment = Fragment(line.number, enumerator.lead, body, line.raw[len(enumerator.lead) + len(body) :])
        if self._is_heading(place, body, clause.depth):
            clause.title = fragment
        else:
            clause.paragraphs.append([])
            self._add(fragment, clause)
        self.policy.ledger[line.number] = clause.number

    def _is_heading(self, place: int, body: str, depth: int) -> bool:
        following = self._next(place)
        if following is None or not is_title(body):
            return False
        enumerator = following.enumerator
        if enumerator and enumerator.index and not following.is_table_row:
            return DEPTH.get(enumerator.kind, 0) > depth
        if following.is_table_row or following.is_note:
            return True
        return not following.is_bulleted and not following.chapter and not is_split(body, following.content, enumerated=True)

    def _next(self, place: int) -> Line | None:
        return next((line for line in self._after(place) if not line.is_blank), None)

    def _after(self, place: int) -> Iterator[Line]:
        return (self.lines[later] for later in range(place + 1, len(self.lines)))

    # Plain lines

    def _plain(self, place: int, line: Line) -> None:
        if line.is_note:
            self._paragraph(line, self.open[0])
        elif self._continues(line):
            self._fragment(line, self.current)
        elif self._is_lettering(place, line):
            self._figure(line)
        else:
            self._paragraph(line, self.current)
            self._note_open_end(place, line)

    def _continues(self, line: Line) -> bool:
        """Whether the line goes on with the sentence of the current clause that a page break has split."""
        if line.is_bulleted or self.in_figure or not self.current.paragraphs or self.current.rows:
            return False
        last = self.current.paragraphs[-1][-1]
        if line.enumerator and not is_left_open(last.body):
            return False
        return is_split(last.body, line.content, enumerated=bool(last.lead.strip()))

    def _is_lettering(self, place: int, line: Line) -> bool:
        """Lettering stands after a finished text and is no sentence; bulleted words belong to it."""
        if is_finished(line.content):
            return False
        if self.in_figure:
            return len(line.content) <= LONGEST_LABEL
        has_text = self.current.number in self.finished
        return has_text and not line.is_bulleted and not line.enumerator and is_label(line.content) and not self._goes_on(place, line)

    def _goes_on(self, place: int, line: Line) -> bool:
        following = self._next(place)
        if following is None or following.is_bulleted or following.enumerator or following.chapter or following.is_table_row:
            return False
        return is_split(line.content, following.content, enumerated=False)

    def _figure(self, line: Line) -> None:
        self.in_figure = True
        self.policy.ledger[line.number] = FIGURE
        self.policy.note(line.number, "FIG", f"「{line.content}」は図の中の文字と判断し、本文に含めていません。")

    def _paragraph(self, line: Line, clause: Clause) -> None:
        clause.paragraphs.append([])
        self._fragment(line, clause)
        self.in_figure = False

    def _fragment(self, line: Line, clause: Clause) -> None:
        self._add(Fragment(line.number, line.bullet, line.content, line.tail), clause)
        self.policy.ledger[line.number] = clause.number

    def _add(self, fragment: Fragment, clause: Clause) -> None:
        clause.paragraphs[-1].append(fragment)
        if is_finished(fragment.body):
            self.finished.add(clause.number)

    def _note_open_end(self, place: int, line: Line) -> None:
        if line.is_bulleted and not line.enumerator:
            self.policy.note(line.number, "LIST", "番号のない箇条書きです。前の条項の本文に残しました。")
        elif is_cut(line.content) and not self._goes_on(place, line):
            self.policy.note(line.number, "TEXT", "文が途中で終わっています。")


def clauses_of(headings: list[Heading], lines: list[Line], end: int, policy: Policy) -> list[Clause]:
    """The clauses of the body in order; `end` is the place after its last line."""
    clauses: list[Clause] = []
    places = [heading.place for heading in headings if heading.place is not None]
    ends = dict(pairwise([*places, end]))
    usual = usual_blanks(lines)
    for heading in headings:
        clause = _heading_clause(heading)
        clauses.append(clause)
        if heading.place is not None:
            policy.ledger[lines[heading.place].number] = clause.number
            clauses += Part(lines[heading.place + 1 : ends[heading.place]], policy, [clause], usual).read()
    return clauses


def _heading_clause(heading: Heading) -> Clause:
    number = ".".join(map(str, heading.number))
    clause = Clause(number, heading.title.line, heading.printed, implied=heading.place is None)
    entry = heading.entry
    if entry or clause.depth < ITEM or is_title(heading.title.body):
        clause.title = heading.title
    else:
        clause.paragraphs.append([heading.title])
    if entry and not is_same_label(entry.printed, label(number)):
        clause.corrections.append(Correction("NUM", CERTAIN, entry.printed, label(number), entry.line, "目次の番号"))
    return clause


def usual_blanks(lines: list[Line]) -> int:
    """How many blank lines usually stand between two others, at least 1."""
    runs = Counter(len(list(group)) for is_blank, group in groupby(lines, key=lambda line: line.is_blank) if is_blank)
    return runs.most_common(1)[0][0] if runs else 1

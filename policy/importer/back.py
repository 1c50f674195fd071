"""What follows the chapters: 用語集, 改定履歴 and the colophon; and what stands before them on the cover."""

import re
from dataclasses import dataclass

from .lines import Line, squeezed
from .parsed import Fragment, HistoryRow, Policy, Term
from .sentences import is_finished, is_left_open

GLOSSARY = {"用語集", "用語解説", "用語の解説", "用語の説明", "用語の定義", "用語説明"}
HISTORY = {"改定履歴", "改訂履歴", "改正履歴", "制定・改定履歴", "策定・改定履歴"}
COLOPHON = re.compile(r"^(発\s*行\s*年\s*月\s*日?|発\s*行|編\s*集)\s*[／/：:]\s*(\S.*)$")
MONTH = r"(?:令和|平成|昭和)\s*(?:元|[0-9０-９]{1,2})\s*年\s*[0-9０-９]{1,2}\s*月|[0-9０-９]{4}\s*年\s*[0-9０-９]{1,2}\s*月"
HISTORY_ROW = re.compile(rf"^[・･]?\s*({MONTH})(?:\s*[0-9０-９]{{1,2}}\s*日)?\s*(\S.*)$")
REVISION = re.compile(rf"^(?:{MONTH})")
LIST_MARK = "・･"
LONGEST_TERM = 60
LONGEST_EVENT = 100
BLANK_BETWEEN_KANJI = re.compile(r"(?<=[一-龠々])[ 　](?=[一-龠々])")


@dataclass(frozen=True)
class Back:
    """Where the parts behind the body begin, as places in the list of lines; None for one that is missing."""

    glossary: int | None
    history: int | None
    colophon: int | None
    end: int

    @property
    def start(self) -> int:
        """Where the body ends."""
        return min(place for place in (self.glossary, self.history, self.colophon, self.end) if place is not None)

    def after(self, place: int) -> int:
        """Where the part that begins at `place` ends."""
        return min(other for other in (self.glossary, self.history, self.colophon, self.end) if other is not None and other > place)


def find_back(lines: list[Line], start: int, title: str) -> Back:
    """The parts behind the body, looked for from the place `start` on."""
    places = range(start, len(lines))
    glossary = next((place for place in places if squeezed(lines[place].content) in GLOSSARY), None)
    history = next((place for place in places if squeezed(lines[place].content) in HISTORY), None)
    colophon = next((place for place in places if COLOPHON.match(lines[place].content)), None)
    if colophon is not None:
        before = next((place for place in range(colophon - 1, start, -1) if not lines[place].is_blank), colophon)
        colophon = before if title and lines[before].content == title else colophon
    return Back(glossary, history, colophon, len(lines))


# Cover and colophon


def read_cover(lines: list[Line], policy: Policy) -> None:
    """Title and name of the revision, from the lines before the table of contents."""
    for line in lines:
        if line.is_blank:
            continue
        policy.ledger[line.number] = "front"
        if REVISION.match(line.content) and not policy.revision:
            policy.revision = line.content[:100]
        elif not policy.title:
            policy.title = line.content[:200]


def read_colophon(lines: list[Line], policy: Policy) -> None:
    """発行年月, 発行, 編集; the rest (address, telephone) is accounted for and left."""
    for line in lines:
        if line.is_blank:
            continue
        policy.ledger[line.number] = "colophon"
        if match := COLOPHON.match(line.content):
            policy.colophon[squeezed(match[1])] = match[2]


# 改定履歴


def read_history(lines: list[Line], policy: Policy) -> None:
    """The rows of 改定履歴; its first line is the heading. What follows the last row is the colophon."""
    for line in lines:
        if line.is_blank:
            continue
        policy.ledger[line.number] = "history"
        match = HISTORY_ROW.match(line.content)
        if match and len(match[2]) <= LONGEST_EVENT:
            policy.history.append(HistoryRow(squeezed(match[1]), BLANK_BETWEEN_KANJI.sub("", match[2].strip()), line.number))
        elif line is not lines[0]:
            policy.note(line.number, "HISTORY", "改定履歴の行として読み取れません。")


# 用語集


def read_glossary(lines: list[Line], policy: Policy) -> None:
    """The terms; a term is followed by its definition, and a definition goes on until a line that is no sentence and no list."""
    first, *rest = lines
    policy.ledger[first.number] = "glossary"
    current: Term | None = None
    known: dict[str, Term] = {}
    for line in rest:
        if line.is_blank:
            continue
        policy.ledger[line.number] = "glossary"
        if current is None or _begins_term(line, current):
            current = _term(line, known, policy)
        else:
            _add_to_definition(line, current)
    for term in policy.glossary:
        if not term.paragraphs:
            policy.note(term.line, "GLOSSARY", f"用語「{term.printed_term}」に説明がありません。")


def _term(line: Line, known: dict[str, Term], policy: Policy) -> Term:
    """A new term, or the one of the same name that has been before."""
    words = squeezed(line.content)
    if words in known:
        policy.note(line.number, "GLOSSARY", f"用語「{line.content[:LONGEST_TERM]}」が重複しています。説明は先の用語に続けました。")
        return known[words]
    if len(line.content) > LONGEST_TERM:
        policy.note(line.number, "GLOSSARY", "用語として長すぎる行です。用語集の形を確認してください。")
    known[words] = Term("", line.number, line.content[:LONGEST_TERM])
    policy.glossary.append(known[words])
    return known[words]


def _begins_term(line: Line, current: Term) -> bool:
    if not current.paragraphs or line.is_bulleted or line.content[0] in LIST_MARK or len(line.content) > LONGEST_TERM:
        return False
    last = current.paragraphs[-1][-1]
    is_complete = is_finished(last.body) or last.body[0] in LIST_MARK
    return is_complete and not is_finished(line.content) and not is_left_open(line.content)


def _add_to_definition(line: Line, term: Term) -> None:
    """A list has a line an element; all else goes on where the page break split it."""
    fragment = Fragment(line.number, line.bullet, line.content, line.tail)
    is_list = line.content[0] in LIST_MARK
    if term.paragraphs and not is_list and term.paragraphs[-1][-1].body[0] not in LIST_MARK:
        term.paragraphs[-1].append(fragment)
    else:
        term.paragraphs.append([fragment])

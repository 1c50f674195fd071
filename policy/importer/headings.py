"""Finds the headings of chapters, 節 and (n) in the body.

Where the table of contents has an entry, that decides; the lettering of figures repeats titles, so a chapter must also come
in its turn. Elsewhere the sequence and the shape decide, and an anomaly says so.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher

from .contents import Contents, Entry
from .lines import Enumerator, Kind, Line, squeezed
from .parsed import Fragment, Policy
from .sentences import is_title

CHAPTER, SECTION, ITEM = 1, 2, 3
ALIKE = 0.7
LONGEST_SECTION = 40
WIDEST_GAP = 2

Path = tuple[int, ...]


@dataclass(frozen=True)
class Heading:
    """A heading at a place in the list of lines; `place` is None where only the table of contents knows it."""

    number: Path
    place: int | None
    printed: str
    title: Fragment
    entry: Entry | None = None


class Index:
    """What is looked up again and again: entries by number and title, lines by what they look like."""

    def __init__(self, entries: tuple[Entry, ...], lines: list[Line], start: int) -> None:
        self.place_of = {entry: place for place, entry in enumerate(entries)}
        self.by_number = {entry.number: place for entry, place in reversed(self.place_of.items())}
        self.by_title: dict[tuple[int, str], list[int]] = defaultdict(list)
        for place, entry in enumerate(entries):
            self.by_title[len(entry.number), squeezed(entry.title)].append(place)
        self.titles_below: dict[Path, set[str]] = defaultdict(set)
        for entry in entries:
            self.titles_below[entry.number[:-1]].add(squeezed(entry.title))
        self.section_lines: Counter[str] = Counter()
        self.last_chapter_line: dict[str, int] = {}
        self.outline: list[int] = []
        for place, line in enumerate(lines, start=start):
            self._add_line(place, line)

    def _add_line(self, place: int, line: Line) -> None:
        titles = {squeezed(title) for _, _, title in line.sections}
        self.section_lines.update(titles)
        if line.chapter:
            self.last_chapter_line[squeezed(line.content)] = place
        if line.chapter or any((SECTION, title) in self.by_title for title in titles):
            self.outline.append(place)

    def outline_after(self, place: int) -> int | None:
        """The next place that looks like the heading of a chapter, or of a 節 of the table of contents."""
        following = bisect_right(self.outline, place)
        return self.outline[following] if following < len(self.outline) else None


class Headings:
    """Walks once through the body; `found` are the headings in order."""

    def __init__(self, lines: list[Line], body: range, contents: Contents, policy: Policy) -> None:
        self.lines, self.body, self.policy = lines, body, policy
        self.entries = contents.numbered
        self.index = Index(self.entries, [lines[place] for place in body], body.start)
        self.pointer = -1
        self.path: Path = ()
        self.has_kana = False
        self.found: list[Heading] = []

    def walk(self) -> list[Heading]:
        """All headings, with anomalies for what the table of contents promises and the body lacks."""
        for place in self.body:
            self._look(place)
        met = {heading.number for heading in self.found}
        for entry in self.entries:
            if entry.number not in met:
                self.policy.note(entry.line, "TOC", f"目次にある「{entry.printed} {entry.title}」が本文に見つかりません。")
        return self.found

    def _look(self, place: int) -> None:
        line = self.lines[place]
        if line.is_blank or line.is_table_row:
            return
        if line.chapter:
            self._chapter(place, *line.chapter)
            return
        if not self.path or any(self._section(place, *reading) for reading in line.sections):
            return
        enumerator = line.enumerator
        if enumerator and enumerator.kind is Kind.PAREN_NUMBER:
            self._item(place, enumerator)
        elif enumerator and enumerator.kind is Kind.KANA and enumerator.index:
            self.has_kana = True

    # Chapters

    def _chapter(self, place: int, number: int, title: str) -> None:
        entry = self._entry(CHAPTER, title)
        turn = self.path[0] + 1 if self.path else number
        if entry and not self._opens_chapter(place, entry):
            entry = None
        if entry is None and (number != turn or self._is_lettering(place, number)):
            return
        line = self.lines[place]
        printed = line.content[: len(line.content) - len(title)].strip()
        self._take(place, entry.number if entry else (number,), printed, title, entry)

    def _opens_chapter(self, place: int, entry: Entry) -> bool:
        """Whether one of the chapter's 節 is the next heading, or no later line could be the chapter's heading."""
        sections = self.index.titles_below.get(entry.number, set())
        following = self.index.outline_after(place)
        if following is None:
            return True
        line = self.lines[following]
        if line.chapter:
            return not sections and not self._is_lettering(place, entry.number[0])
        return any(squeezed(title) in sections for _, _, title in line.sections) or not self._comes_again(place)

    def _comes_again(self, place: int) -> bool:
        return self.index.last_chapter_line.get(squeezed(self.lines[place].content), -1) > place

    def _is_lettering(self, place: int, number: int) -> bool:
        """Whether the next line that says anything is the label of another chapter: a figure, not a heading."""
        following = self._next_line(place)
        return following is not None and following.chapter is not None and following.chapter[0] != number and self._comes_again(place)

    # 節

    def _section(self, place: int, number: int, printed: str, title: str) -> bool:
        entry = self._entry(SECTION, title)
        expected = self.path[1] + 1 if len(self.path) >= SECTION else 1
        if entry is None and not self._is_unlisted_section(number, title, expected):
            return False
        if entry is None:
            entry = self._similar(SECTION, number, title)
        path = entry.number if entry else (self.path[0], number)
        if entry is None and self.entries:
            self.policy.note(self.lines[place].number, "TOC", f"「{printed} {title}」は目次にありません。順序から節と判断しました。")
        self._take(place, path, printed, title, entry)
        return True

    def _is_unlisted_section(self, number: int, title: str, expected: int) -> bool:
        gap = 0 if self.entries else WIDEST_GAP
        return expected <= number <= expected + gap and is_title(title) and len(title) <= LONGEST_SECTION

    # (n)

    def _item(self, place: int, enumerator: Enumerator) -> None:
        line = self.lines[place]
        title = line.raw[len(enumerator.lead) :].rstrip()
        entry = self._entry(ITEM, title, number=enumerator.index)
        if entry is None and not self._is_unlisted_item(place, enumerator.index, title):
            return
        if entry is None:
            entry = self._similar(ITEM, enumerator.index, title)
        if entry is None and self.path[:SECTION] in self.index.titles_below:
            self.policy.note(line.number, "TOC", f"「{enumerator.printed}」は目次にありません。順序と形から見出しと判断しました。")
        path = entry.number if entry else (*self.path[:SECTION], enumerator.index)
        self._take(place, path, enumerator.printed, title, entry)

    def _is_unlisted_item(self, place: int, number: int, title: str) -> bool:
        """In its turn and, once a list of ア has begun, also a title that a new list or a paragraph follows."""
        if len(self.path) < SECTION:
            return False
        expected = self.path[2] + 1 if len(self.path) == ITEM else 1
        gap = 0 if self.entries else WIDEST_GAP
        if not expected <= number <= expected + gap:
            return False
        if not self.has_kana:
            return True
        return is_title(title) and not self.lines[place].is_bulleted and self._begins_anew(place)

    def _begins_anew(self, place: int) -> bool:
        following = self._next_line(place)
        if following is None:
            return False
        if following.enumerator is None:
            return not following.is_bulleted and not following.sections and not following.chapter
        return following.enumerator.kind is Kind.KANA and following.enumerator.index == 1

    # Both

    def _entry(self, level: int, title: str, *, number: int | None = None) -> Entry | None:
        """The next entry of this level with this title; another `number` than the printed one only for the very next entry."""
        for place in self.index.by_title.get((level, squeezed(title)), ()):
            entry = self.entries[place]
            if place <= self.pointer or entry.number <= self.path:
                continue
            if level != CHAPTER and entry.number[0] != self.path[0] and not self._opens_lost_chapter(entry):
                continue
            if number in (None, entry.number[-1]) or place == self.pointer + 1:
                return entry
        return None

    def _opens_lost_chapter(self, entry: Entry) -> bool:
        """Whether the entry is the first 節 of the next chapter and stands in the body once: the chapter's own heading is lost."""
        return entry.number == (self.path[0] + 1, 1) and self.index.section_lines[squeezed(entry.title)] == 1

    def _similar(self, level: int, number: int, title: str) -> Entry | None:
        """The entry that would stand here by its number, where its title is nearly the same."""
        place = self.index.by_number.get((*self.path[: level - 1], number), -1)
        if place <= self.pointer:
            return None
        entry = self.entries[place]
        if SequenceMatcher(None, squeezed(entry.title), squeezed(title)).ratio() < ALIKE:
            return None
        self.policy.note(entry.line, "TOC", f"目次の「{entry.title}」と本文の「{title}」が一致しません。同じ見出しとみなしました。")
        return entry

    def _take(self, place: int, path: Path, printed: str, title: str, entry: Entry | None) -> None:
        line = self.lines[place]
        self._imply_above(path, line)
        self._note_gap(path, line)
        if entry:
            self.pointer = self.index.place_of[entry]
        body = line.content[len(line.content) - len(title) :]
        lead = line.raw[: len(line.raw) - len(line.tail) - len(body)]
        self.found.append(Heading(path, place, printed, Fragment(line.number, lead, body, line.tail), entry))
        self.path, self.has_kana = path, False

    def _imply_above(self, path: Path, line: Line) -> None:
        """Take over from the table of contents a chapter or 節 whose own heading the body lacks."""
        for depth in range(1, len(path)):
            above = path[:depth]
            if above != self.path[:depth]:
                entry = self.entries[self.index.by_number[above]]
                self.policy.note(line.number, "TOC", f"「{entry.printed} {entry.title}」の見出しが本文になく、目次で補いました。")
                self.found.append(Heading(above, None, entry.printed, Fragment(entry.line, "", entry.title), entry))
                self.path, self.has_kana = above, False

    def _note_gap(self, path: Path, line: Line) -> None:
        depth = len(path)
        last = self.path[depth - 1] if len(self.path) >= depth and self.path[: depth - 1] == path[:-1] else 0
        if path[-1] != last + 1 and not (depth == CHAPTER and not self.path and path[-1] == 1):
            self.policy.note(line.number, "NUM", f"番号が続いていません（{last}の次が{path[-1]}です）。")

    def _next_line(self, place: int) -> Line | None:
        return next((self.lines[later] for later in range(place + 1, self.body.stop) if not self.lines[later].is_blank), None)

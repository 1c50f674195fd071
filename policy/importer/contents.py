"""The table of contents: the arbiter of which chapters, 節 and (n) there are."""

import re
from dataclasses import dataclass

from .lines import PAREN_NUMBER, Line, section_readings, squeezed, whole_number
from .parsed import Policy
from .source import Refused

CONTENTS = {"目次", "もくじ"}
LEADERS = r"[.．…‥・･･_＿]{2,}"
PAGE = re.compile(rf"(?:\s*{LEADERS}\s*|\s+)([0-9０-９]{{1,3}})$|\s*{LEADERS}$")
LONGEST_ROW = 300
MOST_ROWS = 2_000
CHAPTER = re.compile(r"^第\s*([0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})\s*章\s*(.+)$")


@dataclass(frozen=True)
class Entry:
    """A row of the table: `number` is the path of a chapter (3,), 節 (3, 9) or item (3, 9, 4); () for 用語集 and the like."""

    number: tuple[int, ...]
    printed: str
    title: str
    line: int


@dataclass(frozen=True)
class Contents:
    """The table of contents; `start` and `end` are places in the list of lines, equal where a text has none."""

    entries: tuple[Entry, ...] = ()
    start: int = 0
    end: int = 0

    @property
    def numbered(self) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.number)


def read_contents(lines: list[Line], policy: Policy) -> Contents:
    """Find and read the table of contents; an anomaly says so where there is none."""
    start = next((place for place, line in enumerate(lines) if squeezed(line.raw) in CONTENTS), None)
    if start is None:
        policy.note(0, "TOC", "目次が見つかりません。番号の順序と見出しの形から条項を判断しました。")
        return Contents()
    end = _end(lines, start + 1)
    if end - start > MOST_ROWS:
        raise Refused(f"目次が長すぎます（{MOST_ROWS}行まで）。本文だけのファイルを指定してください。")
    table = Contents(tuple(_entries(lines[start + 1 : end], policy)), start, end)
    if not table.numbered:
        policy.note(lines[start].number, "TOC", "目次に章・節がありません。番号の順序と見出しの形から条項を判断しました。")
    return table


def _end(lines: list[Line], start: int) -> int:
    """The place after the last entry: the first heading of a chapter without page number, or the end of the rows with page numbers."""
    last = start
    for place in range(start, len(lines)):
        line = lines[place]
        if line.is_blank:
            continue
        if has_page(line):
            last = place + 1
        elif line.chapter or place - last > 3:
            break
    return last


def has_page(line: Line) -> bool:
    """Whether a row ends in a page number, or in the dots before one."""
    return len(line.content) <= LONGEST_ROW and bool(PAGE.search(line.content))


def _entries(rows: list[Line], policy: Policy) -> list[Entry]:
    entries: list[Entry] = []
    path: tuple[int, ...] = ()
    for line in rows:
        if line.is_blank:
            continue
        if not has_page(line):
            policy.note(line.number, "TOC", "目次の行にページ番号がありません。")
        entry = _entry(line, path)
        path = entry.number or path
        entries.append(entry)
    return entries


def _entry(line: Line, path: tuple[int, ...]) -> Entry:
    """The entry of a row below or after the entry at `path`."""
    content = PAGE.sub("", line.content[:LONGEST_ROW]).strip()
    if match := CHAPTER.match(content):
        return Entry((whole_number(match[1]),), content[: match.start(2)].strip(), match[2], line.number)
    if path and (match := PAREN_NUMBER.match(content)) and len(path) > 1:
        return Entry((*path[:2], whole_number(match[1])), match[0].strip(), content[match.end() :], line.number)
    readings = section_readings(content) if path else []
    if readings:
        expected = path[1] + 1 if len(path) > 1 else 1
        number, printed, title = next((reading for reading in readings if reading[0] == expected), readings[0])
        return Entry((path[0], number), printed, title, line.number)
    return Entry((), "", content, line.number)

"""A list of who was there, CSV or XLSX: each row is looked at, and either all are entered or none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError

from assets.intake.file import Row, read
from audits.models import TrainingSession

NUMBER, DAY, NAME = "職員番号", "出席日", "氏名"
DATE = re.compile(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?")
SHOWN = 20


@dataclass(frozen=True)
class Present:
    """One person on the list, and the day."""

    person: int
    on: date


def read_list(session: TrainingSession, content: bytes, name: str, *, on: date, today: date) -> list[Present]:
    """Who was there according to the list. ValidationError with a sentence for each wrong row, by its number."""
    headings, rows = read(content, name, what="出席者", fewest=1)
    if NUMBER not in headings:
        raise ValidationError(f"見出しに「{NUMBER}」がありません。1行目の見出しを確かめてください。")
    known = {person.staff_number: person for person in _people(session)}
    found, problems, seen = [], [], set()
    for row in rows:
        cells = dict(zip(headings, row.cells, strict=False))
        problem = next(_problems(row, cells, known, seen, today=today), None)
        if problem:
            problems.append(problem)
        else:
            seen.add(cells[NUMBER])
            found.append(Present(known[cells[NUMBER]].pk, _day(cells.get(DAY, "")) or on))
    if problems:
        left = [f"ほか{len(problems) - SHOWN}行に誤りがあります。"] if len(problems) > SHOWN else []
        raise ValidationError([*problems[:SHOWN], *left])
    return found


def _people(session: TrainingSession) -> Iterator:
    return (row.person for row in session.attendances.asked().select_related("person"))


def _problems(row: Row, cells: dict[str, str], known: dict, seen: set[str], *, today: date) -> Iterator[str]:
    number, day, name = cells.get(NUMBER, ""), cells.get(DAY, ""), cells.get(NAME, "")
    where = f"{row.number}行目："
    if not number:
        yield f"{where}職員番号がありません。"
    elif number not in known:
        yield f"{where}職員番号「{number[:20]}」の職員は、この回の対象にいません。"
    elif number in seen:
        yield f"{where}職員番号「{number[:20]}」が2度書かれています。"
    elif name and _plain(name) != _plain(known[number].name):
        yield f"{where}氏名が職員番号「{number[:20]}」の職員と違います。"
    if day and _day(day) is None:
        yield f"{where}出席日「{day[:20]}」を日付として読めません。2026-06-15 のように書いてください。"
    elif day and _day(day) > today:
        yield f"{where}出席日が今日より後です。"


def _plain(name: str) -> str:
    return "".join(name.split())


def _day(text: str) -> date | None:
    match = DATE.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None

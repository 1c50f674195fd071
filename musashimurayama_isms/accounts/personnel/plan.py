"""What each row of a personnel list would do to the organisation as it is now, in words, and what is wrong with it.

Nothing is changed here. The rows are looked at together: a post that one row vacates is free for another.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import TextChoices

from musashimurayama_isms.fiscal import wareki

from ..models.absence import Deputyship
from ..models.appointment import Appointment
from ..models.department import Department
from ..models.post import Post
from ..models.user import User
from .ledger import Ledger

DAY = timedelta(days=1)
DATE = re.compile(r"^(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?$")
COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
USERNAME = re.compile(r"^[A-Za-z0-9._@+-]{1,64}$")
STAFF_NUMBER = re.compile(r"^[A-Za-z0-9-]{1,32}$")
OLDEST = timedelta(days=31)


class Kind(TextChoices):
    """The words of the column 区分."""

    HIRE = "hire", "採用"
    TRANSFER = "transfer", "異動"
    PROMOTION = "promotion", "昇任"
    CONCURRENT = "concurrent", "兼務"
    CONCURRENT_END = "concurrent_end", "兼務解除"
    RETIREMENT = "retirement", "退職"


ONCE = {Kind.HIRE, Kind.TRANSFER, Kind.PROMOTION, Kind.RETIREMENT}
MOVES = {Kind.TRANSFER, Kind.PROMOTION}


@dataclass
class Draft:
    """What one row does: `ends` and `deputies` with their new last days, `post` and `begin` for a new appointment."""

    line: Any
    kind: Kind | None = None
    on: date | None = None
    person: User | None = None
    department: Department | None = None
    post: Post | None = None
    begin: str = ""
    ends: list[tuple[Appointment, date]] = field(default_factory=list)
    deputies: list[tuple[Deputyship, date]] = field(default_factory=list)
    left_on: date | None = None
    left_section: Department | None = None
    words: str = ""
    problems: list[str] = field(default_factory=list)

    def cell(self, column: str) -> str:
        return self.line.cell(column)

    @property
    def name(self) -> str:
        return self.person.name if self.person else self.cell("氏名")


def plan(lines: list, *, effective_on: date) -> list[Draft]:
    """A draft for each line, in the order of the lines; a fixed number of queries however long the list is."""
    drafts = [_shape(line, effective_on) for line in lines]
    ledger = Ledger.read({draft.cell("職員番号") for draft in drafts}, {draft.cell("利用者ID") for draft in drafts})
    for draft in drafts:
        if not draft.problems:
            _look_up(draft, ledger)
    _refuse_repeats(drafts)
    for draft in drafts:
        if not draft.problems:
            STEPS[draft.kind](draft, ledger, effective_on)
    _refuse_occupied(drafts, ledger)
    for draft in drafts:
        draft.words = draft.words or f"{draft.name or '（氏名なし）'}さん: {draft.cell('区分') or '（区分なし）'}"
    return drafts


def _shape(line, effective_on: date) -> Draft:
    """The row by itself: its kind, its day, its number."""
    draft = Draft(line)
    if line.fault:
        draft.problems.append(line.fault)
        return draft
    if not STAFF_NUMBER.match(line.cell("職員番号")):
        draft.problems.append("職員番号がないか、使えない文字があります。" if line.cell("職員番号") else "職員番号がありません。")
    kinds = [kind for kind in Kind if kind.label == line.cell("区分")]
    if not kinds:
        draft.problems.append(f"区分「{line.cell('区分')[:20]}」は使えません。{'・'.join(Kind.labels)}のどれかにしてください。")
    if not 0 < len(line.cell("氏名")) <= 100:
        draft.problems.append("氏名がないか、長すぎます（100文字まで）。")
    draft.kind = kinds[0] if kinds else None
    draft.on = _day(draft, effective_on)
    return draft


def _day(draft: Draft, effective_on: date) -> date:
    text = draft.cell("発令日")
    if not text:
        return effective_on
    match = COMPACT.match(text) or DATE.match(text)
    try:
        day = date(*map(int, match.groups())) if match else None
    except ValueError:
        day = None
    if day is None:
        draft.problems.append(f"発令日「{text[:20]}」を読み取れません。2027-04-01 のように書いてください。")
    elif not effective_on - OLDEST <= day <= effective_on:
        draft.problems.append(f"発令日は、取込みの発令日（{wareki(effective_on)}）かその前{OLDEST.days}日以内にしてください。")
    return day or effective_on


def _look_up(draft: Draft, ledger: Ledger) -> None:
    """The person, the department and the post that the row names."""
    draft.person = ledger.persons.get(draft.cell("職員番号"))
    if draft.kind == Kind.HIRE:
        _check_newcomer(draft, ledger)
    elif draft.person is None:
        draft.problems.append(f"職員番号 {draft.cell('職員番号')} の職員が登録されていません。")
    elif not draft.person.is_active or draft.person.has_left(draft.on):
        draft.problems.append(f"{draft.name}さんは、退職しているか利用を停止しています。")
    elif _folded(draft.person.name) != _folded(draft.cell("氏名")):
        draft.problems.append(f"職員番号 {draft.cell('職員番号')} は{draft.person.name}さんです。氏名が違います。")
    if draft.kind != Kind.RETIREMENT:
        _look_up_post(draft, ledger)


def _folded(name: str) -> str:
    return name.replace(" ", "").replace("\u3000", "")


def _check_newcomer(draft: Draft, ledger: Ledger) -> None:
    username = draft.cell("利用者ID")
    if draft.person is not None:
        draft.problems.append(f"職員番号 {draft.cell('職員番号')} はすでに登録されています（{draft.person.name}さん）。")
    if not USERNAME.match(username):
        draft.problems.append("採用には利用者IDが必要です（半角の英数字と . _ @ + - 、64文字まで）。")
    elif username in ledger.usernames:
        draft.problems.append(f"利用者ID {username} はすでに使われています。")
    if len(draft.cell("カナ")) > 100:
        draft.problems.append("カナが長すぎます（100文字まで）。")


def _look_up_post(draft: Draft, ledger: Ledger) -> None:
    department, title = draft.cell("新所属"), draft.cell("新職")
    found = ledger.departments_called(department, on=draft.on)
    if len(found) != 1:
        word = "見つかりません" if not found else "複数あります。部から書くか、コードで書いてください"
        draft.problems.append(f"新所属「{department[:40]}」が{word}。" if department else "新所属がありません。")
        return
    draft.department = found[0]
    draft.post = ledger.post_called(draft.department, title, on=draft.on)
    if draft.post is None:
        draft.problems.append(f"{draft.department.full_name}に新職「{title[:40]}」がありません。" if title else "新職がありません。")


def _refuse_repeats(drafts: list[Draft]) -> None:
    """No row twice; one main row for a person; beside 採用 and 退職 no other row of that person."""
    rows = Counter(draft.cell("職員番号") for draft in drafts)
    main = Counter(draft.cell("職員番号") for draft in drafts if draft.kind in ONCE)
    same = Counter(_identity(draft) for draft in drafts)
    names = Counter(draft.cell("利用者ID") for draft in drafts if draft.kind == Kind.HIRE)
    for draft in drafts:
        number = draft.cell("職員番号")
        alone = draft.kind in (Kind.HIRE, Kind.RETIREMENT) and rows[number] > 1
        if number and (alone or (draft.kind in ONCE and main[number] > 1) or same[_identity(draft)] > 1):
            draft.problems.append(f"職員番号 {number} の行が2つ以上あります。1つにしてください。")
        elif draft.kind == Kind.HIRE and draft.cell("利用者ID") and names[draft.cell("利用者ID")] > 1:
            draft.problems.append(f"利用者ID {draft.cell('利用者ID')} の行が2つ以上あります。")


def _identity(draft: Draft) -> tuple:
    """Two rows with the same identity say the same: a person takes up, or lays down, one post once."""
    post = draft.post.pk if draft.post else (draft.cell("新所属"), draft.cell("新職"))
    return draft.cell("職員番号"), draft.kind == Kind.CONCURRENT_END, post


def _hire(draft: Draft, ledger: Ledger, effective_on: date) -> None:
    draft.begin = Appointment.Kind.MAIN
    draft.words = f"{draft.name}さん: 採用 → {draft.post}"


def _move(draft: Draft, ledger: Ledger, effective_on: date) -> None:
    """異動 and 昇任: the main post ends the day before, and with a new section what was named in the old one."""
    held = ledger.held_by(draft.person, since=draft.on)
    main = [row for row in held if row.kind == Appointment.Kind.MAIN]
    if any(row.post_id == draft.post.pk for row in held):
        draft.problems.append(f"{draft.name}さんはすでに{draft.post}です。")
        return
    left = {row.post.department_id: row.post.department for row in main if row.post.department_id != draft.department.pk}
    named = [row for row in held if row.kind == Appointment.Kind.NAMED and row.post.department_id in left]
    _end(draft, main + named, draft.on - DAY)
    deputyships = ledger.deputyships_of(draft.person, beyond=draft.on - DAY)
    draft.deputies = [(row, draft.on - DAY) for row in deputyships if row.post.department_id in left]
    draft.begin, draft.left_section = Appointment.Kind.MAIN, next(iter(left.values()), None)
    draft.words = f"{draft.name}さん: {_posts(main)} → {draft.post}{_also(named, draft)}"


def _concurrent(draft: Draft, ledger: Ledger, effective_on: date) -> None:
    if any(row.post_id == draft.post.pk for row in ledger.held_by(draft.person, since=draft.on)):
        draft.problems.append(f"{draft.name}さんはすでに{draft.post}です。")
    draft.begin = Appointment.Kind.CONCURRENT
    draft.words = f"{draft.name}さん: 兼務 {draft.post}"


def _end_concurrent(draft: Draft, ledger: Ledger, effective_on: date) -> None:
    rows = [
        row
        for row in ledger.held_by(draft.person, since=draft.on)
        if draft.post.pk in (row.post_id, row.post.successor_id) and row.kind in (Appointment.Kind.CONCURRENT, Appointment.Kind.ACTING)
    ]
    if not rows:
        draft.problems.append(f"{draft.name}さんは{draft.post}を兼務していません。")
    _end(draft, rows, draft.on - DAY)
    draft.words = f"{draft.name}さん: 兼務解除 {draft.post}"


def _retire(draft: Draft, ledger: Ledger, effective_on: date) -> None:
    """Everything ends with the last day: the row's own 発令日, else the day before the list's day."""
    last = draft.on if draft.cell("発令日") else effective_on - DAY
    held = ledger.held_by(draft.person, since=last)
    _end(draft, held, last)
    draft.deputies = [(row, last) for row in ledger.deputyships_of(draft.person, beyond=last)]
    draft.left_on = last
    draft.left_section = next((row.post.department for row in held if row.kind == Appointment.Kind.MAIN), None)
    draft.words = f"{draft.name}さん: 退職（最終日 {wareki(last)}） {_posts(held)}"


STEPS = {
    Kind.HIRE: _hire,
    Kind.TRANSFER: _move,
    Kind.PROMOTION: _move,
    Kind.CONCURRENT: _concurrent,
    Kind.CONCURRENT_END: _end_concurrent,
    Kind.RETIREMENT: _retire,
}


def _end(draft: Draft, rows: Iterable[Appointment], last: date) -> None:
    for row in rows:
        if row.since > last:
            draft.problems.append(
                f"{draft.name}さんには{wareki(row.since)}からの発令（{row.post}）があり、{wareki(last)}で終えられません。"
            )
        draft.ends.append((row, last))


def _posts(rows: list[Appointment]) -> str:
    return "・".join(str(row.post) for row in rows) or "（職なし）"


def _also(named: list[Appointment], draft: Draft) -> str:
    ending = [row.post.title for row in named] + [f"{row.post}の代理" for row, _ in draft.deputies]
    return f"（{'、'.join(ending)}の指名は終わります）" if ending else ""


def _refuse_occupied(drafts: list[Draft], ledger: Ledger) -> None:
    """A post for one person has one person: rows that stay, and rows of this list that begin."""
    last_days = {row.pk: last for draft in drafts if not draft.problems for row, last in draft.ends}
    begun: dict[int, list[Draft]] = {}
    for draft in drafts:
        if draft.begin and not draft.problems and draft.post.is_single:
            begun.setdefault(draft.post.pk, []).append(draft)
    for post, newcomers in begun.items():
        staying = [row for row in ledger.appointments_to(post) if _last(row, last_days) >= min(draft.on for draft in newcomers)]
        for draft in newcomers:
            taken = [row.person.name for row in staying if _last(row, last_days) >= draft.on]
            taken += [other.name for other in newcomers if other is not draft]
            if taken:
                draft.problems.append(f"{draft.post}には{'・'.join(dict.fromkeys(taken))}さんがいます。一人だけの職です。")


def _last(row: Appointment, last_days: dict[int, date]) -> date:
    return last_days.get(row.pk, row.until or date.max)

"""What each row of a table would enter, and everything that is wrong with it. Nothing is changed here; a fixed number of queries."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from assets.classification import AssetClass
from assets.models.asset import Asset
from assets.reach import Reach, keepers
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.japanese import fold

from .columns import BY_NAME, COLUMNS, REQUIRED
from .links import resolve


@dataclass
class Draft:
    """One row: its cells by field as typed, the values they mean, the section, what it points to, and what is wrong."""

    number: int
    cells: dict[str, str]
    department: Department | None = None
    values: dict[str, Any] = field(default_factory=dict)
    links: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    @cached_property
    def likeness(self) -> tuple:
        """By what a double is known: the section, the name, the kind and the place."""
        values = self.values
        return (self.department and self.department.pk, fold(values.get("name", "")), values.get("kind"), fold(values.get("place", "")))

    @cached_property
    def former(self) -> tuple:
        return (self.department and self.department.pk, self.values.get("former_number", ""))


def plan(rows: Iterable[tuple[int, dict[str, str]]], imported, *, by: User, at: datetime) -> list[Draft]:
    """A draft for each (number, cells by field), in their order; every fault of a row is named, not only the first."""
    drafts = [Draft(number, cells) for number, cells in rows]
    places = _Places(imported.department, by, at)
    for draft in drafts:
        _read(draft)
        places.seat(draft)
        _agree(draft)
    _refuse_doubles(drafts)
    resolve(drafts)
    return drafts


def _read(draft: Draft) -> None:
    """The cells by themselves."""
    for name in REQUIRED:
        if not draft.cells.get(name):
            draft.problems.append(f"{BY_NAME[name].label}がありません。")
    for column in COLUMNS:
        if cell := draft.cells.get(column.name):
            try:
                draft.values[column.name] = column.read(cell)
            except ValueError as error:
                draft.problems.append(f"{column.label}: {error}")


def _agree(draft: Draft) -> None:
    """The cells together."""
    values = draft.values
    if values.get("has_my_number") and values.get("asset_class", 1) != AssetClass.I:
        draft.problems.append("特定個人情報を含むものは、分類Ⅰにしてください。")
    if (values.get("has_my_number") or values.get("has_sensitive")) and values.get("has_personal") is False:
        draft.problems.append("特定個人情報か要配慮個人情報が「有」なのに、個人情報が「無」です。")
    if values.get("people_count") and not any(values.get(name) for name in ("has_personal", "has_my_number", "has_sensitive")):
        draft.problems.append("人数がありますが、個人情報が「有」になっていません。")


class _Places:
    """Sections by what people call them, and those for which this person may enter assets; read once."""

    def __init__(self, usual: Department, by: User, at: datetime) -> None:
        on, reach = day_of(at), Reach.of(by, at=at)
        self.usual, self.reach = usual, reach
        self.called: dict[str, list[Department]] = {}
        for department in keepers(on=on):
            for word in {department.code, department.name, department.full_name}:
                self.called.setdefault(fold(word), []).append(department)

    def seat(self, draft: Draft) -> None:
        written = draft.values.pop("department", "")
        found = self.called.get(fold(written), []) if written else [self.usual]
        if not found:
            draft.problems.append(f"所管課「{written[:20]}」は、今の組織にありません。")
        elif len(found) > 1:
            draft.problems.append(f"所管課「{written[:20]}」は二つ以上あります。部の名称から書いてください。")
        elif not self.reach.is_central and found[0].pk not in self.reach.staff:
            draft.problems.append(f"所管課「{written[:20]}」の情報資産を登録する権限がありません。")
        else:
            draft.department = found[0]


def _refuse_doubles(drafts: list[Draft]) -> None:
    """Twice in the table, or in the register already."""
    sections = {draft.department.pk for draft in drafts if draft.department}
    kept = Asset.objects.kept().filter(department__in=sections).values_list("department", "name", "kind", "place", "former_number")
    likenesses, formers = set(), set()
    for department, name, kind, place, former in kept.order_by().iterator(chunk_size=2000):
        likenesses.add((department, fold(name), kind, fold(place)))
        formers.add((department, former))
    likeness_count, former_count = Counter(draft.likeness for draft in drafts), Counter(draft.former for draft in drafts)
    for draft in drafts:
        if not draft.department:
            continue
        if draft.values.get("former_number"):
            _tell(draft, "旧台帳の番号", draft.former in formers, former_count[draft.former] > 1)
        if draft.values.get("name") and draft.values.get("place"):
            _tell(draft, "名称・種別・保管場所", draft.likeness in likenesses, likeness_count[draft.likeness] > 1)


def _tell(draft: Draft, what: str, is_known: bool, is_repeated: bool) -> None:
    if is_known:
        draft.problems.append(f"{what}が同じ情報資産が、すでに登録されています。")
    elif is_repeated:
        draft.problems.append(f"{what}が同じ行が、この表に二つ以上あります。")

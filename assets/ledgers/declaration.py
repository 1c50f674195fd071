"""How a ledger is declared: its fields, who keeps and reads it, the life of a row, what leaves as a table.

    LEDGER = register(Ledger(code="media", name="媒体の台帳", …, fields=(Field("label", "名称"), …), states=(…), acts=(…)))

A declaration holds no rule of its own beyond `check` and the `guard` of an act: plain functions that raise ValidationError
or InvalidTransition in Japanese.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from assets.classification import AssetClass

Check = Callable[..., None]


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    CHOICE = "choice"
    YES = "yes"
    CLASS = "class"
    PERSON = "person"
    PEOPLE = "people"
    SYSTEM = "system"
    DEVICE = "device"
    DEVELOPMENT = "development"


REFERENCES = (Kind.PERSON, Kind.PEOPLE, Kind.SYSTEM, Kind.DEVICE, Kind.DEVELOPMENT)


HOW = {
    Kind.NUMBER: "数字",
    Kind.DATE: "2026-04-01 か R8.4.1 のように",
    Kind.MOMENT: "2026-04-01 14:30 のように",
    Kind.YES: "はい か いいえ",
    Kind.CLASS: "分類Ⅰ～分類Ⅳのどれか",
    Kind.PERSON: "職員番号、利用者IDか氏名",
    Kind.PEOPLE: "職員番号、利用者IDか氏名。読点で区切ります。",
    Kind.SYSTEM: "システムの番号（S-0001）か名称",
    Kind.DEVICE: "機器の番号（D-0001）か機種名",
    Kind.DEVELOPMENT: "開発のファイルの番号（V-0001）か件名",
}


class Party(StrEnum):
    """Who may do something with a row."""

    SECTION = "その課の職員"
    OFFICER = "その課の情報セキュリティ担当者"
    CENTRAL_SECTION = "中央電子計算組織管理者とその課の職員"


@dataclass(frozen=True)
class Field:
    """One column: `name` in the data, `label` on screens and in tables; `is_personal` marks what tells about a person."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""
    is_personal: bool = False

    @property
    def how(self) -> str:
        """How a list writes it."""
        if self.kind == Kind.CHOICE:
            return "・".join(label for _, label in self.choices) + "のどれか"
        return HOW.get(self.kind, "") or self.help or "文字"

    @property
    def is_reference(self) -> bool:
        return self.kind in REFERENCES


@dataclass(frozen=True)
class State:
    """A state of a row; `is_open` while something may still happen to it."""

    code: str
    label: str
    tone: str = "neutral"
    is_open: bool = True


@dataclass(frozen=True)
class Act:
    """An act on a row: from one of `sources` to `target`, with the fields it asks.

    What is entered stands in the history; it also becomes part of the row, until an act `clears` it. `by` None means whoever
    keeps the ledger. `after(entry, act_data, by=, at=)` runs in the same transaction, `tells_of_incident` reminds the persons
    concerned that the event has to be reported (3.9.3.1).
    """

    code: str
    label: str
    sources: tuple[str, ...]
    target: str
    fields: tuple[Field, ...] = ()
    by: Party | None = None
    clears: tuple[str, ...] = ()
    guard: Check | None = None
    after: Check | None = None
    is_danger: bool = False
    tells_of_incident: bool = False
    clause: str = ""
    help: str = ""


@dataclass(frozen=True)
class Due:
    """A day in a row that has to be looked at: `field` holds it, `words` say what is asked, `days_before` when to remind of it."""

    field: str
    words: str
    days_before: int = 0


@dataclass(frozen=True)
class Ledger:
    """A ledger; the first state is the one a row begins in."""

    code: str
    name: str
    purpose: str
    clauses: tuple[str, ...]
    fields: tuple[Field, ...]
    states: tuple[State, ...]
    title: tuple[str, ...]
    columns: tuple[str, ...]
    keeper: Party = Party.SECTION
    acts: tuple[Act, ...] = ()
    dues: tuple[Due, ...] = ()
    happened: str = ""  # the field that says when it happened, for logs
    is_append_only: bool = False
    is_confined: bool = False  # seen by officers, not by the other staff of the section
    asset_class: AssetClass = AssetClass.II
    check: Check | None = None
    gate: Check | None = None  # asked when a person writes a row by hand, not when former times are brought in as a list
    unit: str = "行"  # what a row is called: 媒体, カード, ID
    entering: str = "登録する"
    _states: dict[str, State] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._states.update({state.code: state for state in self.states})

    def state(self, code: str) -> State:
        return self._states[code]

    @property
    def first_state(self) -> State:
        return self.states[0]

    @property
    def table(self) -> str:
        """The code of its table (`musashimurayama_isms.tables`)."""
        return f"ledger.{self.code}"

    @property
    def mechanism(self) -> str:
        return f"ledger:{self.code}"

    @cached_property
    def all_fields(self) -> dict[str, Field]:
        """Declared fields, then those that acts bring, each once."""
        found = {column.name: column for column in self.fields}
        for act in self.acts:
            for column in act.fields:
                found.setdefault(column.name, column)
        return found

    @cached_property
    def is_personal(self) -> bool:
        """Whether reading a row is reading about a person."""
        return any(column.is_personal for column in self.all_fields.values())

    def act(self, code: str) -> Act:
        """LookupError for an act that the ledger does not know."""
        found = next((act for act in self.acts if act.code == code), None)
        if found is None:
            raise LookupError(f"The ledger {self.code} has no act {code!r}")
        return found

    def run_check(self, data: dict[str, Any], *, at: datetime) -> None:
        """The ledger's own rule over several fields; ValidationError by field."""
        if self.check is not None:
            self.check(data, at=at)

    def run_gate(self, data: dict[str, Any], *, at: datetime) -> None:
        """What has to stand before such a row may be written at all; ValidationError by field."""
        if self.gate is not None:
            self.gate(data, at=at)

"""What can be carried out of the house or done away with: an asset, a device, or a medium of its ledger, in one shape."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from assets.classification import AssetClass
from assets.models.asset import Asset
from assets.models.device import Device
from assets.models.ledger_entry import LedgerEntry
from assets.registers import RegisterReach
from musashimurayama_isms.accounts.models import Department, User

MEDIUM_STATES = ("stored", "lent", "erased")
DEVICE_STATES = (Device.Status.IN_USE, Device.Status.STORED)


@dataclass(frozen=True)
class Thing:
    """A row of one of the three registers; two of the same row are equal."""

    row: Asset | Device | LedgerEntry

    @property
    def key(self) -> str:
        """asset:…, device:…, medium:…: how a form and a request's content name it."""
        return f"{FAMILIES[type(self.row)]}:{self.row.pk}"

    @property
    def number(self) -> str:
        """What a person types to name it."""
        if isinstance(self.row, LedgerEntry):
            return f"媒体{self.row.number}"
        return self.row.number if isinstance(self.row, Asset) else self.row.code

    @property
    def label(self) -> str:
        return f"{self.number} {self.row.title if isinstance(self.row, LedgerEntry) else self.row.name}"

    @cached_property
    def asset_class(self) -> AssetClass | None:
        """The class it must be handled under; of a device that of its system, None where none is known."""
        if isinstance(self.row, Asset):
            return self.row.effective_class
        if isinstance(self.row, LedgerEntry):
            return AssetClass(int(self.row.data["asset_class"]))
        return AssetClass(self.row.system.asset_class) if self.row.system else None

    @property
    def described(self) -> str:
        return f"{self.label}（{self.asset_class.label if self.asset_class else '分類は下で選びます'}）"

    @property
    def has_personal(self) -> bool:
        return isinstance(self.row, Asset) and bool(self.row.kinds_of_person_data)

    @property
    def is_paper(self) -> bool:
        return isinstance(self.row, Asset) and self.row.kind == Asset.Kind.PAPER

    @property
    def is_medium(self) -> bool:
        """Whether it is an object that holds information and can go on without it."""
        return not isinstance(self.row, Asset) or self.row.kind == Asset.Kind.MEDIUM

    @property
    def is_here(self) -> bool:
        """Whether it can leave: neither lost nor gone."""
        if isinstance(self.row, LedgerEntry):
            return self.row.status in MEDIUM_STATES
        return self.row.status in (DEVICE_STATES if isinstance(self.row, Device) else (Asset.Status.IN_USE,))

    def may_be_kept_by(self, user: User, *, at: datetime) -> bool:
        """Whether the person may say in the register that it is lost or found: staff of the section; of a device its officer."""
        if isinstance(self.row, Asset):
            return self.row.can_change(user, at=at)
        if isinstance(self.row, Device):
            return self.row.can_decide(user, at=at)
        return RegisterReach.of(user, at=at).keeps(self.row.department)

    def report_lost(self, *, by: User, at: datetime) -> None:
        """Say in its own register that it is lost, as far as this is the person's to say; its officer is told in any case."""
        if self.is_here and self.may_be_kept_by(by, at=at):
            self.row.act("lose", by=by, at=at) if isinstance(self.row, LedgerEntry) else self.row.report_lost(by=by, at=at)

    def report_found(self, *, by: User, at: datetime) -> None:
        """It is there again. A medium is taken back in its ledger, where it is looked at whether it is empty."""
        if self.row.status != "lost" or isinstance(self.row, LedgerEntry) or not self.may_be_kept_by(by, at=at):
            return
        self.row.find(by=by, at=at) if isinstance(self.row, Asset) else self.row.store(by=by, at=at)


FAMILIES: dict[type, str] = {Asset: "asset", Device: "device", LedgerEntry: "medium"}
MODELS = {name: model for model, name in FAMILIES.items()}


def things_of(user: User, department: Department, *, at: datetime) -> list[QuerySet]:
    """What of a section the person sees and could take: one list of rows for each register."""
    mine = {"department": department}
    devices = Device.objects.visible_to(user, at=at).filter(**mine, status__in=DEVICE_STATES).select_related("system")
    media = LedgerEntry.objects.of("media").visible_to(user, at=at).current().filter(**mine, status__in=MEDIUM_STATES)
    return [Asset.objects.visible_to(user, at=at).in_use().filter(**mine).with_effective_class(), media, devices]


def find(keys: Iterable[str]) -> list[Thing]:
    """The things with these keys in their order; unknown keys are left out. At most one query a register."""
    wanted: dict[str, list[str]] = {}
    for key in keys:
        family, _, pk = key.partition(":")
        if family in MODELS and _fits(family, pk):
            wanted.setdefault(family, []).append(pk)
    found = {Thing(row).key: Thing(row) for family, pks in wanted.items() for row in _rows(family).filter(pk__in=pks)}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def seen(keys: Iterable[str], user: User, *, at: datetime) -> list[Thing]:
    """Those of the keys that the person may see, in their order."""
    found = find(keys)
    mine = {
        model: set(model.objects.visible_to(user, at=at).filter(pk__in=pks).values_list("pk", flat=True))
        for model in FAMILIES
        if (pks := [thing.row.pk for thing in found if type(thing.row) is model])
    }
    return [thing for thing in found if thing.row.pk in mine[type(thing.row)]]


def _fits(family: str, pk: str) -> bool:
    return len(pk) == 36 and pk.count("-") == 4 and pk.replace("-", "").isalnum() if family == "asset" else pk.isascii() and pk.isdecimal()


def _rows(family: str) -> QuerySet:
    rows = MODELS[family].objects.select_related("department__parent")
    if family == "asset":
        return rows.with_effective_class()
    return rows.select_related("system") if family == "device" else rows.of("media")


def numbered(text: str, rows: Sequence[QuerySet]) -> Thing | None:
    """The one thing among `rows` (see `things_of`) that a typed number names; None where none or several do."""
    assets, media, devices = rows
    year, _, sequence = text.removeprefix("媒体").upper().removeprefix("R").partition("-")
    found: list[Any] = [*assets.filter(number=text)[:2], *devices.filter(code=text.upper())[:1]]
    if text.startswith("媒体") and year.isdecimal() and sequence.isdecimal():
        found += media.filter(fiscal_year=int(year) + 2018, sequence=int(sequence))[:1]
    return Thing(found[0]) if len(found) == 1 else None


def highest_class(things: Iterable[Thing], stated: int | None = None) -> AssetClass | None:
    """The class under which all of them go: the highest, what the person has stated included (3.5.2.5.3)."""
    known = [int(thing.asset_class) for thing in things if thing.asset_class]
    known += [int(stated)] if stated else []
    return AssetClass(min(known)) if known else None

"""What the pages of the ledgers show: the cards of all ledgers, one row with its acts and history."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet

from assets.models import LedgerEntry
from assets.registers import RegisterReach
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.files.models import StoredFile

from . import registry
from .declaration import Act, Ledger


@dataclass(frozen=True)
class Card:
    """A ledger with the figures of what a person sees in it."""

    ledger: Ledger
    total: int
    open: int
    due: int


def cards(reach: RegisterReach, *, at: datetime) -> list[Card]:
    """A card for each ledger the person may read, in one query."""
    rows = LedgerEntry.objects.visible_to(reach.user, at=at, reach=reach).current().values("ledger").order_by()
    due = Count("pk", filter=Q(is_open=True, due_on__lte=day_of(at)))
    figures = {row["ledger"]: row for row in rows.annotate(total=Count("pk"), open=Count("pk", filter=Q(is_open=True)), due=due)}
    none = {"total": 0, "open": 0, "due": 0}
    return [_card(ledger, figures.get(ledger.code, none)) for ledger in readable(reach)]


def readable(reach: RegisterReach) -> Iterable[Ledger]:
    """The ledgers of which the person may see rows at all."""
    officer = reach.is_wide or reach.officer_of or reach.division_of
    return [ledger for ledger in registry.ledgers() if officer or not ledger.is_confined]


def _card(ledger: Ledger, figures: dict[str, Any]) -> Card:
    return Card(ledger, figures["total"], figures["open"], figures["due"])


def rows_of(ledger: Ledger, reach: RegisterReach, *, at: datetime) -> QuerySet[LedgerEntry]:
    """The rows of a list: what may be seen, without those that were corrected."""
    rows = LedgerEntry.objects.of(ledger.code).visible_to(reach.user, at=at, reach=reach).current()
    return rows.select_related("department__parent", "corrects")


class EntryPage:
    """One row before one person."""

    def __init__(self, entry: LedgerEntry, reach: RegisterReach, *, at: datetime) -> None:
        self.entry, self.reach, self.at = entry, reach, at

    @cached_property
    def acts(self) -> list[Act]:
        return [act for act in self.entry.declared.acts if self.entry.can_act(act, self.reach.user, at=self.at, reach=self.reach)]

    @property
    def can_correct(self) -> bool:
        return self.entry.can_correct(self.reach.user, at=self.at, reach=self.reach)

    @cached_property
    def history(self) -> list[Any]:
        """What was done with the row, oldest first."""
        found = list(self.entry.acts.select_related("by"))
        for act in found:
            act.entry = self.entry
        return found

    @cached_property
    def files(self) -> QuerySet[StoredFile]:
        return StoredFile.objects.about(self.entry).select_related("uploaded_by")

    @property
    def correction(self) -> LedgerEntry | None:
        """The row that corrects this one."""
        return getattr(self.entry, "correction", None)

    @cached_property
    def is_incident(self) -> bool:
        """Whether the latest act is one that has to be reported as an incident too."""
        acts = {act.code: act for act in self.entry.declared.acts}
        last = next((acts[act.code] for act in reversed(self.history) if act.code in acts), None)
        return last is not None and last.tells_of_incident

    @property
    def is_due(self) -> bool:
        return self.entry.is_open and self.entry.due_on is not None and self.entry.due_on <= day_of(self.at)

"""One taking of a table: its rows in handfuls, its file, its record."""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.tables import Asked, Sheet, Table
from musashimurayama_isms.trail.reading import note_reading
from musashimurayama_isms.trail.record import record

HANDFUL = 1_000
Tell = Callable[[int], None]


def _nobody(done: int) -> None:
    """For who does not ask how far it is."""


class Taking:
    """A table for one person in one format. Raises what the page of the list raises for who may not open it."""

    def __init__(self, table: Table, asked: Asked, suffix: str) -> None:
        """`suffix` is one of `table.suffixes`."""
        self.table, self.asked, self.suffix = table, asked, suffix
        self.sheet: Sheet = table.opened(asked)

    @cached_property
    def _keys(self) -> Sequence:
        """The keys of all rows in their order (or the rows themselves, where the list reckons them): the table as of now.

        No cursor stays open over the long work: SQLite would refuse to note the progress beside it, PostgreSQL would hold a
        snapshot for minutes.
        """
        rows = self.sheet.rows
        return list(dict.fromkeys(rows.values_list("pk", flat=True))) if isinstance(rows, QuerySet) else list(rows)

    @property
    def count(self) -> int:
        return len(self._keys)

    def lines(self, tell: Tell = _nobody) -> Iterator[list[spreadsheet.Cell]]:
        """The rows as cells; `tell` hears how many are done after each handful."""
        for start in range(0, self.count, HANDFUL):
            for row in self.sheet.draw(self._fetched(self._keys[start : start + HANDFUL])):
                yield [column.of(row) for column in self.sheet.columns]
            tell(min(start + HANDFUL, self.count))

    def _fetched(self, keys: Sequence) -> Sequence:
        rows = self.sheet.rows
        if not isinstance(rows, QuerySet):
            return keys
        found = {row.pk: row for row in rows.order_by().filter(pk__in=keys)}
        return [found[key] for key in keys if key in found]

    @property
    def headings(self) -> list[str]:
        return [column.heading for column in self.sheet.columns]

    @property
    def name(self) -> str:
        """【分類Ⅱ】情報システムの台帳-2026-11-26.xlsx"""
        return f"{self._mark}{self.table.title}-{day_of(self.asked.at).isoformat()}.{self.suffix}"

    @property
    def _mark(self) -> str:
        return f"【{self.sheet.mark}】" if self.sheet.mark else ""

    def csv(self) -> Iterator[bytes]:
        """The file piece by piece."""
        return spreadsheet.csv_lines(self.headings, self.lines())

    def write(self, file: BinaryIO, tell: Tell = _nobody) -> None:
        """The whole file."""
        if self.suffix == "csv":
            file.writelines(spreadsheet.csv_lines(self.headings, self.lines(tell)))
            return
        note = " ".join(part for part in (self._mark, self.sheet.about, f"{day_of(self.asked.at).isoformat()}現在 {self.count}件") if part)
        spreadsheet.write_xlsx(
            file,
            self.table.title,
            self.headings,
            self.lines(tell),
            widths=[column.width for column in self.sheet.columns],
            mark="見本" if settings.IS_TRIAL else "",
            note=note,
        )

    @transaction.atomic
    def note(self) -> None:
        """Record who took it out: how it was narrowed and how many rows, none of the words that were looked for."""
        user, at = self.asked.user, self.asked.at
        if self.table.is_sensitive:
            note_reading(user, self.sheet.subject or user, at=at, label="" if self.sheet.subject else f"表（{self.table.title}）")
        told = {"table": self.table.title, "format": self.suffix, "count": self.count, "filter": self.table.told(self.asked.query)}
        record(user, "exports.table.taken", self.sheet.subject, at=at, **told)

"""A ledger as a table: the columns of its declaration, so that an export can be taken in again."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from assets.models import LedgerEntry
from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import TOKYO

from . import values
from .declaration import Ledger


def headings(ledger: Ledger) -> list[str]:
    return ["番号", "所管課", *(field.label for field in ledger.all_fields.values()), "状態", "登録した人", "登録日時", "訂正"]


def row_of(entry: LedgerEntry) -> list[spreadsheet.Cell]:
    fields = entry.declared.all_fields.values()
    cells = [values.cell(field, entry.data.get(field.name)) for field in fields]
    corrects = f"{entry.corrects.number}の訂正" if entry.corrects else ""
    made = f"{entry.made_at.astimezone(TOKYO):%Y-%m-%d %H:%M}"
    return [entry.number, entry.department.full_name, *cells, entry.state.label, entry.made_by.name, made, corrects]


def file_name(ledger: Ledger, suffix: str, *, at: datetime) -> str:
    """The class of what is inside stands in the name (3.5.2.2)."""
    return f"{ledger.name}-{ledger.asset_class.label}-{day_of(at).isoformat()}.{suffix}"


def table(ledger: Ledger, entries: Iterable[LedgerEntry], suffix: str, *, at: datetime) -> bytes:
    """The file; the class stands on every printed page too."""
    rows = [row_of(entry) for entry in entries]
    if suffix == "csv":
        return spreadsheet.as_csv(headings(ledger), rows)
    note = f"{ledger.asset_class.label} {day_of(at).isoformat()}現在 {len(rows)}件"
    return spreadsheet.as_xlsx(ledger.name[:31], headings(ledger), rows, mark="見本" if settings.IS_TRIAL else "", note=note)


def blank(ledger: Ledger) -> bytes:
    """The headings alone, for whoever writes a list to be taken in."""
    needs = [f"{field.label}" for field in ledger.fields]
    return spreadsheet.as_xlsx(ledger.name[:31], needs, [], widths=[18] * len(needs))

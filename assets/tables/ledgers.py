"""Each ledger as a table with the columns of its declaration, so that what left can be taken in again."""

from functools import partial

from django.http import Http404

from assets.forms.ledger import LedgerFilterForm
from assets.ledgers import registry, values
from assets.ledgers.declaration import Field, Ledger
from assets.ledgers.overview import readable, rows_of
from assets.models import LedgerEntry
from assets.registers import RegisterReach
from musashimurayama_isms.tables import Asked, Column, Sheet, Table, register


def _value(field: Field, entry: LedgerEntry):
    return values.cell(field, entry.data.get(field.name))


def _columns(ledger: Ledger) -> list[Column]:
    return [
        Column("番号", "number", 12),
        Column("所管課", "department.full_name", 28),
        *(Column(field.label, partial(_value, field), 18) for field in ledger.all_fields.values()),
        Column("状態", "state.label", 12),
        Column("登録した人", "made_by.name", 16),
        Column("登録日時", "made_at", 18),
        Column("訂正", lambda entry: f"{entry.corrects.number}の訂正" if entry.corrects else "", 16),
    ]


def entries(ledger: Ledger, asked: Asked) -> Sheet:
    """The rows that the person sees, narrowed as the list is; 404 for a confined ledger before those who never see its rows."""
    reach = RegisterReach.of(asked.user, at=asked.at)
    if ledger not in readable(reach):
        raise Http404("この台帳はありません。")
    form = LedgerFilterForm(asked.query, ledger=ledger, reach=reach, at=asked.at)
    rows = form.narrowed(rows_of(ledger, reach, at=asked.at)).select_related("made_by")
    return Sheet(rows.order_by("fiscal_year", "sequence"), _columns(ledger), mark=ledger.asset_class.label)


for each in registry.ledgers():
    register(Table(each.table, each.name, partial(entries, each), filters=LedgerFilterForm, is_personal=each.is_personal))

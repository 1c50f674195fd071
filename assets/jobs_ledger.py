"""Tables that the worker makes."""

from django.db import transaction
from django.utils import timezone

from assets.forms.ledger import LedgerFilterForm
from assets.ledgers import export, registry
from assets.ledgers.overview import rows_of
from assets.registers import RegisterReach
from musashimurayama_isms.jobs.registry import job
from musashimurayama_isms.trail.record import record


@job("assets.ledger_export", title="台帳の書き出し")
def ledger_export(run) -> dict:
    """The rows that the asking person sees now, narrowed as the list was; recorded with filter and number."""
    at, ledger = timezone.now(), registry.get(run.params["ledger"])
    suffix, wanted = run.params["suffix"], run.params["wanted"]
    reach = RegisterReach.of(run.by, at=at)
    rows = LedgerFilterForm(wanted, ledger=ledger, reach=reach, at=at).narrowed(rows_of(ledger, reach, at=at)).select_related("made_by")
    entries = list(rows.order_by("fiscal_year", "sequence"))
    run.progress(1, 2, "表を作っています")
    run.keep(export.file_name(ledger, suffix, at=at), export.table(ledger, entries, suffix, at=at), is_personal=ledger.is_personal)
    with transaction.atomic():
        record(run.by, "assets.ledger.exported", None, at=at, ledger=ledger.name, format=suffix, count=len(entries), filter=sorted(wanted))
    return {"message": f"{len(entries)}件を書き出しました。"}

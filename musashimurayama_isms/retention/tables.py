"""The lists of this room as tables."""

from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

from . import listing
from .due import lines
from .forms import DisposalForm, DueForm, HoldFilterForm
from .models import Disposal, DisposalRow, Hold

BATCHES = (
    Column("記録の種類", "kind.word", 24),
    Column("完結した年度", "label", 14),
    Column("所管課", "department.full_name", 30),
    Column("件数", "count", 8),
)
LINES = (Column("番号", "number", 20), Column("完結した日", "ended_on", 14), Column("残す理由", "kept_by", 40))
DISPOSALS = (
    Column("番号", str, 16),
    *columns_of(Disposal, "kind", "ended_year", kind=24),
    Column("所管", "place", 30),
    *columns_of(
        Disposal, "years", "count", "status", "proposed_by", "proposed_at", "decided_by", "decided_as", "decided_at", decided_as=30
    ),
    *columns_of(Disposal, "witnessed_by", "witnessed_at", "executed_by", "executed_at", "done_at", "digest", digest=66),
)
ROWS = columns_of(
    DisposalRow, "number", "ended_on", "state", "left_because", "destroyed_at", "columns", "files", "digest", left_because=40, digest=66
)
HOLDS = columns_of(Hold, "kind", "number", "reason", "until", "set_by", "set_at", "lifted_by", "lifted_at", "lift_reason", reason=40)


@table("retention.batches", "保存年限の過ぎた記録（まとめ）", filters=DueForm)
def batches(asked: Asked) -> Sheet:
    """What is due by kind, year and section; 404 for a stranger, as on the page."""
    return Sheet(listing.due_batches(DueForm(asked.query), listing.entered(asked.user, at=asked.at)), BATCHES)


@table("retention.due", "保存年限の過ぎた記録", narrows=("kind", "year", "department"))
def due(asked: Asked) -> Sheet:
    """The records of one batch by their numbers."""
    kind, year, department = (asked.query.get(name, "") for name in ("kind", "year", "department"))
    found = listing.DueList.open(kind, year, department, listing.entered(asked.user, at=asked.at))
    return Sheet(found.rows, LINES, draw=lambda rows: lines(found.kind, rows, at=asked.at), about=found.kind.word)


@table("retention.disposals", "記録の廃棄", filters=DisposalForm)
def disposals(asked: Asked) -> Sheet:
    """The disposals that the person sees."""
    return Sheet(listing.disposals(DisposalForm(asked.query), listing.entered(asked.user, at=asked.at)), DISPOSALS)


@table("retention.rows", "廃棄記録")
def rows(asked: Asked) -> Sheet:
    """The records of one disposal: what was destroyed with its digest, what was left and why."""
    disposal = asked.subject(Disposal.objects.visible_to(asked.user, at=asked.at))
    return Sheet(disposal.rows.all(), ROWS, about=str(disposal), subject=disposal)


@table("retention.holds", "保存延長", filters=HoldFilterForm)
def holds(asked: Asked) -> Sheet:
    """The holds that the person sees."""
    return Sheet(listing.holds(HoldFilterForm(asked.query), listing.entered(asked.user, at=asked.at)), HOLDS)

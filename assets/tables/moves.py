"""What leaves the house and what is destroyed as tables; each bears the class of its highest row (3.5.2.2)."""

from django.db.models import Min, QuerySet

from assets.classification import AssetClass
from assets.filters.move import DisposalFilter, MoveFilter
from assets.models import Disposal, Move
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

MOVES = (
    Column("許可番号", "number", 12),
    Column("もの", lambda row: [line.label for line in row.lines.all()], 36),
    Column("分類", lambda row: AssetClass(row.asset_class).label, 8),
    Column("どうするか", lambda row: "・".join(row.way_labels), 18),
    Column("運ぶ人", "carried_by", 18),
    *columns_of(Move, "destination", "department", destination=28, department=28),
    *columns_of(Move, "leaves_on", "departed_at", "due_on", "status", leaves_on=12, departed_at=18, due_on=12, status=12),
    *columns_of(Move, "arrived_at", "returned_at", "closed_at", arrived_at=18, returned_at=18, closed_at=18),
)
DISPOSALS = (
    Column("許可番号", "number", 12),
    Column("もの", lambda row: [line.label for line in row.lines.all()], 36),
    *columns_of(Disposal, "kind", "method", kind=14, method=24),
    Column("分類", lambda row: AssetClass(row.asset_class).label, 8),
    *columns_of(Disposal, "department", "planned_on", "status", "closed_at", department=28, planned_on=12, status=10, closed_at=18),
)


def _highest(rows: QuerySet) -> str:
    """The label of the highest class among the rows; "" where there are none."""
    found = rows.order_by().aggregate(highest=Min("asset_class"))["highest"]
    return AssetClass(found).label if found else ""


@table("assets.outside", "庁外にあるもの")
def outside(asked: Asked) -> Sheet:
    """What is outside now, late ones first."""
    rows = Move.objects.visible_to(asked.user, at=asked.at).outside()
    return Sheet(rows.for_list().late_first(), MOVES, mark=_highest(rows))


@table("assets.moves", "移動の記録", filters=MoveFilter)
def moves(asked: Asked) -> Sheet:
    """All moves, the latest first."""
    rows = MoveFilter(asked.query, queryset=Move.objects.visible_to(asked.user, at=asked.at).for_list()).qs
    return Sheet(rows, MOVES, mark=_highest(rows))


@table("assets.disposals", "廃棄の一覧", filters=DisposalFilter)
def disposals(asked: Asked) -> Sheet:
    """The latest first."""
    rows = DisposalFilter(asked.query, queryset=Disposal.objects.visible_to(asked.user, at=asked.at).for_list()).qs
    return Sheet(rows, DISPOSALS, mark=_highest(rows))

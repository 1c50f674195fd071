"""The 棚卸 as tables: the sheets of the sections, and the lines of one."""

from assets.classification import AssetClass
from assets.models import StockTake, StockTakeLine, StockTakeSection
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table

SECTIONS = (
    Column("棚卸", "stock_take", 30),
    *columns_of(StockTakeSection, "department", department=28),
    Column("期限", "stock_take.due_on", 12),
    Column("全部", "total", 8),
    Column("未確認", "waiting", 8),
    Column("直した", "corrected", 8),
    Column("所在不明", "lost", 8),
    *columns_of(StockTakeSection, "closed_at", "closed_by", closed_at=18),
)
LINES = (
    Column("資産番号", "asset.number", 16),
    Column("名称", "asset.name", 36),
    Column("分類", lambda line: AssetClass(line.asset.asset_class).label, 8),
    Column("保管場所", "asset.place", 24),
    *columns_of(StockTakeLine, "outcome", "done_by", "done_at", outcome=12, done_at=18),
)


@table("assets.stock_takes", "棚卸")
def stock_takes(asked: Asked) -> Sheet:
    """The sheets that the person sees, the newest campaign first."""
    return Sheet(StockTakeSection.objects.visible_to(asked.user, at=asked.at).for_list(), SECTIONS)


@table("assets.stock_take", "課ごとの棚卸")
def stock_take(asked: Asked) -> Sheet:
    """How far each section is with one of them."""
    found = asked.subject(StockTake.objects.all())
    rows = StockTakeSection.objects.visible_to(asked.user, at=asked.at).filter(stock_take=found).for_list()
    return Sheet(rows, SECTIONS, about=str(found))


@table("assets.stock_take_lines", "課の棚卸", narrows=("rows",))
def stock_take_lines(asked: Asked) -> Sheet:
    """The lines of a section's sheet: what waits, or everything with ?rows=all."""
    found = asked.subject(StockTakeSection.objects.visible_to(asked.user, at=asked.at).for_list())
    rows = found.shown_lines(everything=asked.query.get("rows") == "all" or not found.waiting)
    highest = min(rows.order_by().values_list("asset__asset_class", flat=True).distinct(), default=None)
    return Sheet(rows, LINES, about=str(found), mark=AssetClass(highest).label if highest else "", subject=found)

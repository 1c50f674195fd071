"""未定事項 as a table."""

from musashimurayama_isms.tables import Asked, Column, Sheet, table

from .forms import NarrowingForm
from .overview import Line, Overview


def _settled(name: str):
    """A fact of who settled a gap; None while nobody has."""
    return lambda line: getattr(line.settled, name) if line.settled else None


def _used(line: Line) -> str:
    each = line.parameter
    return each.used_by or (f"{each.planned}（予定）" if each.planned else "")


COLUMNS = (
    Column("区分", "parameter.group", 14),
    Column("項目", "parameter.name", 30),
    Column("条項", "citations", 20),
    Column("ポリシーが定めていないこと", "parameter.gap", 48),
    Column("標準", "parameter.default_words", 24),
    Column("市の決定", lambda line: line.now if line.is_settled else "", 24),
    Column("いまの内容", "now", 24),
    Column("状態", "state.label", 14),
    Column("根拠", _settled("basis"), 30),
    Column("決めた人", _settled("by"), 14),
    Column("役割", _settled("role"), 22),
    Column("決めた日時", _settled("at"), 18),
    Column("使うところ", _used, 24),
    Column("コード", "parameter.code", 30),
)


@table("parameters.gaps", "未定事項", filters=NarrowingForm)
def gaps(asked: Asked) -> Sheet:
    """In the order of the catalogue; everyone reads them."""
    return Sheet(Overview(NarrowingForm(asked.query).wanted(), at=asked.at).lines, COLUMNS)

"""The columns of a table of assets: what each is called here and in the registers that sections keep today."""

from collections.abc import Sequence
from dataclasses import dataclass

from assets.models.asset import Asset
from musashimurayama_isms.japanese import fold

from . import cells


@dataclass(frozen=True)
class Column:
    """A field of the register: its heading, other usual headings, how a cell is read, and how to write it."""

    name: str
    label: str
    read: cells.Reader
    also: tuple[str, ...] = ()
    is_required: bool = False
    help: str = ""


LINK_HELP = "資産番号か旧台帳の番号。同じ表の行でも構いません"
CLASS_HELP = "Ⅰ・Ⅱ・Ⅲ・Ⅳ（数字でも構いません）"
COLUMNS = (
    Column("name", "名称", cells.text(200), ("資産名", "情報資産名", "情報資産の名称", "文書名", "件名"), True),
    Column(
        "kind",
        "種別",
        cells.choice(
            Asset.Kind, 電子="data", データ="data", 紙="paper", 文書="paper", 書類="paper", 媒体="medium", システム文書="system_document"
        ),
        ("種類", "資産種別", "区分"),
        True,
        "・".join(Asset.Kind.labels),
    ),
    Column("asset_class", "分類", cells.asset_class, ("重要性の分類", "重要性分類", "重要度", "分類区分"), True, CLASS_HELP),
    Column("place", "保管場所", cells.text(200), ("場所", "保存場所", "所在"), True),
    Column(
        "department",
        "所管課",
        cells.text(100),
        ("課", "所属", "担当課", "主管課", "管理課"),
        help="空欄は取込みのときに選んだ課。コードか名称",
    ),
    Column("former_number", "旧台帳の番号", cells.text(50), ("資産番号", "番号", "管理番号", "No", "No.")),
    Column(
        "origin",
        "作成・入手の別",
        cells.choice(Asset.Origin, 作成="made", 入手="from_outside"),
        ("作成入手",),
        help="・".join(Asset.Origin.labels),
    ),
    Column("handlers", "扱ってよい人", cells.text(200), ("権限", "利用者", "利用範囲", "アクセス権"), help="空欄は「所管課の職員」"),
    Column("has_personal", "個人情報", cells.flag, ("個人情報の有無",), help="有・無"),
    Column("has_my_number", "特定個人情報", cells.flag, ("特定個人情報の有無", "マイナンバー", "個人番号"), help="有・無。有のときは分類Ⅰ"),
    Column("has_sensitive", "要配慮個人情報", cells.flag, ("要配慮", "要配慮個人情報の有無"), help="有・無"),
    Column("people_count", "人数", cells.count, ("件数", "個人情報の件数", "本人数")),
    Column(
        "network",
        "ネットワーク系統",
        cells.choice(Asset.Network, マイナンバー="my_number", 番号系="my_number", LGWAN="lgwan", インターネット="internet", なし="none"),
        ("ネットワーク", "系統"),
        help="・".join(Asset.Network.labels),
    ),
    Column("medium", "媒体", cells.text(100), ("記録媒体", "媒体の種類")),
    Column("retention_years", "保存期間", cells.years, ("保存年限", "保存年数", "保存期間（年）"), help="5年、永年 など"),
    Column("keep_until", "廃棄の予定日", cells.day, ("廃棄予定", "廃棄予定日", "保存満了日"), help="2027-03-31 のように"),
    Column("handling_limits", "取扱制限", cells.text(300), ("取扱いの制限",)),
    Column("copy_of", "複製の元", cells.text(120), ("複製元", "原本の番号"), help=LINK_HELP),
    Column("contained_in", "入っている媒体", cells.text(120), ("格納媒体", "媒体の番号"), help=LINK_HELP),
    Column("backup", "バックアップ", cells.text(200), ("バックアップの有無",)),
)
BY_NAME = {column.name: column for column in COLUMNS}
REQUIRED = tuple(column.name for column in COLUMNS if column.is_required)


def guess(headings: Sequence[str]) -> dict[str, int]:
    """Field → column by its heading: first by the word of this register, then by the other usual ones; a column serves once."""
    folded = [fold(heading) for heading in headings]
    found: dict[str, int] = {}
    for words_of in (lambda column: (column.label,), lambda column: column.also):
        for column in COLUMNS:
            words = {fold(word) for word in words_of(column)}
            free = (place for place, word in enumerate(folded) if word in words and place not in found.values())
            if column.name not in found and (place := next(free, None)) is not None:
                found[column.name] = place
    return found


def by_field(row: Sequence[str], mapping: dict[str, int]) -> dict[str, str]:
    """The cells of a row by field, empty ones left out."""
    return {name: row[place] for name, place in mapping.items() if place < len(row) and row[place]}

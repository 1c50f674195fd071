"""The register of information assets, and what was brought into it, as tables.

The headings and the words of the register are those that its importer reads; it bears the class of its highest row (3.5.2.2).
"""

from assets.classification import AssetClass
from assets.filters.asset import AssetFilter
from assets.intake.columns import BY_NAME
from assets.models import Asset, AssetImport
from musashimurayama_isms.tables import Asked, Column, Sheet, columns_of, table


def _short(name: str):
    """Ⅰ to Ⅳ."""
    return lambda asset: AssetClass(getattr(asset, name)).label.removeprefix("分類")


def _yes_or_no(name: str):
    return lambda asset: "有" if getattr(asset, name) else "無"


ASSETS = (
    Column("資産番号", "number", 16),
    Column("旧台帳の番号", "former_number", 12),
    Column("名称", "name", 32),
    Column("所管課", "department.full_name", 18),
    Column("種別", "get_kind_display", 12),
    Column("分類", _short("asset_class"), 7),
    Column("取り扱う分類", _short("effective_class"), 8),
    Column("状態", "get_status_display", 9),
    Column("作成・入手の別", "get_origin_display", 12),
    Column("扱ってよい人", "handlers", 20),
    Column("個人情報", _yes_or_no("has_personal"), 7),
    Column("特定個人情報", _yes_or_no("has_my_number"), 7),
    Column("要配慮個人情報", _yes_or_no("has_sensitive"), 7),
    Column("人数", "people_count", 8),
    Column("ネットワーク系統", "get_network_display", 16),
    Column("保管場所", "place", 22),
    Column("媒体", "medium", 14),
    Column("保存期間", "retention", 8),
    Column("廃棄の予定日", "keep_until", 12),
    Column("取扱制限", "handling_limits", 24),
    Column("バックアップ", "backup", 18),
    Column("複製の元", "copy_of.number", 16),
    Column("入っている媒体", "contained_in.number", 16),
    Column("作り終える日", lambda asset: asset.unfinished_until if asset.is_unfinished else None, 12),
    Column("最終確認日", "last_checked_on", 12),
)
IMPORTS = columns_of(
    AssetImport,
    *("file_name", "department", "status", "row_count", "wrong_count", "entered_count", "uploaded_by", "uploaded_at"),
    *("applied_by", "applied_at"),
    file_name=30,
    department=28,
    uploaded_at=18,
    applied_at=18,
)


@table("assets.assets", "情報資産台帳", filters=AssetFilter)
def assets(asked: Asked) -> Sheet:
    """The register as the person sees and has narrowed it."""
    rows = AssetFilter(asked.query, queryset=Asset.objects.visible_to(asked.user, at=asked.at)).qs
    highest = rows.highest_class()
    return Sheet(rows.for_list().select_related("copy_of", "contained_in"), ASSETS, mark=highest.label if highest else "")


@table("assets.imports", "情報資産の取込み")
def imports(asked: Asked) -> Sheet:
    """The tables that were brought in, newest first."""
    rows = AssetImport.objects.visible_to(asked.user, at=asked.at)
    return Sheet(rows.select_related("department__parent", "uploaded_by", "applied_by"), IMPORTS)


@table("assets.import_lines", "取り込む行", narrows=("rows",))
def import_lines(asked: Asked) -> Sheet:
    """The rows of one of them: the wrong ones with everything that is wrong, or with ?rows=good those that can be entered.

    A row whose class nobody has read yet is handled as Ⅰ.
    """
    found = asked.subject(AssetImport.objects.visible_to(asked.user, at=asked.at))
    names = [name for name in BY_NAME if name in found.mapping]
    columns = [Column("元の行", "number", 8), Column("誤り", lambda line: "\n".join(line.problems), 60)]
    columns += [Column(BY_NAME[name].label, lambda line, name=name: line.cells.get(name, ""), 18) for name in names]
    rows = found.shown_lines(only_good=asked.query.get("rows") == "good")
    return Sheet(rows, columns, about=found.file_name, mark=AssetClass.I.label, subject=found)

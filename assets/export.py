"""The register as a table that leaves the portal: the class of its highest row in the name and in the header (3.5.2.2)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from assets.classification import AssetClass
from assets.marking import Paper, marked
from assets.models import Asset
from assets.models.asset_set import AssetQuerySet
from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record

TITLE = "情報資産台帳"
HEADINGS = (
    *("資産番号", "旧台帳の番号", "名称", "所管課", "種別", "分類", "取り扱う分類", "状態", "作成・入手の別", "扱ってよい人"),
    *("個人情報", "特定個人情報", "要配慮個人情報", "人数", "ネットワーク系統", "保管場所", "媒体", "保存期間", "廃棄の予定日"),
    *("取扱制限", "バックアップ", "複製の元", "入っている媒体", "作り終える日", "最終確認日"),
)
WIDTHS = (16, 12, 32, 18, 12, 7, 8, 9, 12, 20, 7, 7, 7, 8, 16, 22, 14, 8, 12, 24, 18, 16, 16, 12, 12)
Rows = Sequence[Sequence[spreadsheet.Cell]]


def _csv(rows: Rows, head: str) -> bytes:
    """The head is the first line: the importer passes over it."""
    return spreadsheet.as_csv([head], [HEADINGS, *rows])


def _xlsx(rows: Rows, head: str) -> bytes:
    return spreadsheet.as_xlsx(TITLE, HEADINGS, rows, widths=WIDTHS, mark="見本" if settings.IS_TRIAL else "", note=head)


@dataclass(frozen=True)
class Format:
    """A kind of file: its suffix, and how it is made of rows and a head."""

    suffix: str
    make: Callable[[Rows, str], bytes]


FORMATS = {"xlsx": Format("xlsx", _xlsx), "csv": Format("csv", _csv)}


def row_of(asset: Asset) -> list[spreadsheet.Cell]:
    """An asset in the order of HEADINGS; the words are those that the importer reads."""
    return [
        asset.number,
        asset.former_number,
        asset.name,
        asset.department.full_name,
        asset.get_kind_display(),
        _short(asset.asset_class),
        _short(asset.effective_class),
        asset.get_status_display(),
        asset.get_origin_display(),
        asset.handlers,
        *("有" if flag else "無" for flag in (asset.has_personal, asset.has_my_number, asset.has_sensitive)),
        asset.people_count,
        asset.get_network_display(),
        asset.place,
        asset.medium,
        asset.retention,
        asset.keep_until,
        asset.handling_limits,
        asset.backup,
        asset.copy_of.number if asset.copy_of else "",
        asset.contained_in.number if asset.contained_in else "",
        asset.unfinished_until if asset.is_unfinished else None,
        asset.last_checked_on,
    ]


def _short(asset_class: int) -> str:
    return AssetClass(asset_class).label.removeprefix("分類")


def export(rows: AssetQuerySet, form: Format, *, at: datetime) -> Paper:
    """The file of these assets. Long work: made outside a transaction, recorded by `note_export` inside one."""
    assets = list(rows.for_list().select_related("copy_of", "contained_in"))
    highest = min((asset.effective_class for asset in assets), default=None)
    day = day_of(at)
    head = f"{marked(TITLE, highest)} {day.isoformat()}現在 {len(assets)}件"
    content = form.make([row_of(asset) for asset in assets], head)
    return Paper(marked(f"{TITLE}-{day:%Y%m%d}.{form.suffix}", highest), content, len(assets), highest)


def note_export(paper: Paper, form: Format, *, wanted: dict[str, Any], by: User, at: datetime) -> None:
    """Who took what out, with the filter but not the words that were looked for."""
    told = {name: value for name, value in wanted.items() if name != "q"} | ({"q": "あり"} if wanted.get("q") else {})
    record(by, "assets.asset.exported", None, at=at, format=form.suffix, count=paper.count, asset_class=paper.highest, filter=told)

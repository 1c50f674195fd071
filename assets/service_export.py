"""The lists of chapter 12 as tables for Excel; the class stands in the name of the file and at the head of each page (3.5.2.2)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, Http404

from assets.classification import AssetClass
from assets.marking import marked
from assets.models import Contract, ExternalService, SocialAccount
from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.download import private_download
from musashimurayama_isms.trail.record import record

LIST_CLASS = AssetClass.II  # such a list is not meant to be published; with rows of a higher class it is of theirs
MEDIA_TYPES = {"csv": spreadsheet.CSV_TYPE, "xlsx": spreadsheet.XLSX_TYPE}


@dataclass(frozen=True)
class Table:
    """One list: its title, its columns as (heading, width), and a row of it."""

    title: str
    columns: tuple[tuple[str, int], ...]
    row_of: Callable[..., list[spreadsheet.Cell]]

    @property
    def headings(self) -> list[str]:
        return [heading for heading, _ in self.columns]


def _service(row: ExternalService) -> list[spreadsheet.Cell]:
    manager = row.manager.name if row.manager else ""
    facts = [row.name, row.provider, row.get_status_display(), row.classification, row.department.full_name, manager]
    facts += [row.purpose, row.information, row.users, row.data_location, row.governing_law, "、".join(row.certifications)]
    return [*facts, row.contracted_on, row.used_since, row.ends_on, row.ended_on]


SERVICES = Table(
    "外部サービス一覧",
    (
        *(("サービス名", 24), ("事業者", 24), ("状態", 16), ("分類", 8), ("利用する課", 24), ("外部サービス管理者", 16)),
        *(("目的", 36), ("扱う情報", 36), ("使う人の範囲", 24), ("情報の置き場所", 20), ("準拠法・裁判管轄", 20), ("認証", 20)),
        *(("契約日", 12), ("利用の開始", 12), ("許可の期限", 12), ("利用の終了", 12)),
    ),
    _service,
)


def _contract(row: Contract) -> list[spreadsheet.Cell]:
    kinds = [words for words, has in (("個人情報", row.has_personal), ("特定個人情報", row.has_my_number)) if has]
    facts = [row.title, row.contractor.name, row.get_status_display(), row.classification, row.department.full_name]
    facts += [row.work, row.information, "、".join(kinds), row.place, row.in_charge, row.get_subcontracting_display()]
    return [*facts, row.starts_on, row.ends_on, row.concluded_on, row.ended_on]


CONTRACTS = Table(
    "委託契約一覧",
    (
        *(("件名", 30), ("委託事業者", 24), ("状態", 10), ("分類", 8), ("委託する課", 24), ("委託する内容", 36), ("渡す情報", 36)),
        *(("個人情報", 16), ("作業場所", 20), ("委託先の責任者", 16), ("再委託", 20)),
        *(("契約の始まり", 12), ("契約の終わり", 12), ("契約日", 12), ("終了の確認", 12)),
    ),
    _contract,
)


def _social(row: SocialAccount) -> list[spreadsheet.Cell]:
    facts = [row.service, row.account, row.get_status_display(), row.department.full_name, row.owner.name]
    return [*facts, row.purpose, row.listed_at, row.profile, row.opened_on, row.ended_on]


ACCOUNTS = Table(
    "市公式アカウント一覧",
    (
        *(("サービス", 12), ("アカウント名", 24), ("状態", 14), ("運用する課", 24), ("責任者", 16), ("目的", 36)),
        *(("ホームページの掲載先", 30), ("示す運用組織", 24), ("許可の日", 12), ("終えた日", 12)),
    ),
    _social,
)


@transaction.atomic
def download(table: Table, rows: Iterable, suffix: str, *, by: User, at: datetime) -> FileResponse:
    """The file of a list as its address narrows it; who took it out is recorded. Http404 for an unknown format."""
    if suffix not in MEDIA_TYPES:
        raise Http404("この形式では出力できません。")
    rows, today = list(rows), day_of(at)
    lines, highest = [table.row_of(row) for row in rows], min([LIST_CLASS, *(getattr(row, "asset_class", LIST_CLASS) for row in rows)])
    content = spreadsheet.as_csv(table.headings, lines) if suffix == "csv" else _xlsx(table, lines, today, highest)
    record(by, "assets.list.exported", None, at=at, list=table.title, format=suffix, count=len(lines))
    name = marked(f"{table.title}-{today.isoformat()}.{suffix}", highest)
    return private_download(BytesIO(content), name=name, media_type=MEDIA_TYPES[suffix])


def _xlsx(table: Table, lines: list[list[spreadsheet.Cell]], today: date, highest: int) -> bytes:
    mark = "見本" if settings.IS_TRIAL else ""
    widths = [width for _, width in table.columns]
    note = marked(f" {today.isoformat()}現在 {len(lines)}件", highest)
    return spreadsheet.as_xlsx(table.title, table.headings, lines, widths=widths, mark=mark, note=note)

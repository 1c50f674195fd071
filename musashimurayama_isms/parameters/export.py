"""The list as a file, and the record of who took it out."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record

from .overview import Line, Overview

TITLE = "未定事項"
HEADINGS = (
    *("区分", "項目", "条項", "ポリシーが定めていないこと", "標準", "市の決定", "いまの内容", "状態"),
    *("根拠", "決めた人", "役割", "決めた日", "使うところ", "コード"),
)
WIDTHS = (14, 30, 20, 48, 24, 24, 24, 14, 30, 14, 22, 12, 24, 30)


@dataclass(frozen=True)
class Format:
    """A kind of file: how it is told to the browser, and made."""

    media_type: str
    make: Callable[[Overview], bytes]


def row_of(line: Line) -> list[spreadsheet.Cell]:
    """A gap as a row of the table, in the order of HEADINGS."""
    each, settled = line.parameter, line.settled
    return [
        each.group,
        each.name,
        line.citations,
        each.gap,
        each.default_words,
        line.now if line.is_settled else "",
        line.now,
        line.state.label,
        settled.basis if settled else "",
        settled.by if settled else "",
        settled.role if settled else "",
        timezone.localdate(settled.at) if settled else None,
        each.used_by or (f"{each.planned}（予定）" if each.planned else ""),
        each.code,
    ]


def _csv(overview: Overview) -> bytes:
    return spreadsheet.as_csv(HEADINGS, map(row_of, overview.lines))


def _xlsx(overview: Overview) -> bytes:
    note = f"{timezone.localdate(overview.at).isoformat()}現在 {len(overview.lines)}件"
    mark = "見本" if settings.IS_TRIAL else ""
    return spreadsheet.as_xlsx(TITLE, HEADINGS, map(row_of, overview.lines), widths=WIDTHS, mark=mark, note=note)


FORMATS = {"csv": Format(spreadsheet.CSV_TYPE, _csv), "xlsx": Format(spreadsheet.XLSX_TYPE, _xlsx)}


@transaction.atomic
def export(overview: Overview, suffix: str, *, by: User) -> bytes:
    """The file of the list as far as it is narrowed, recorded in the trail; KeyError for an unknown format."""
    content = FORMATS[suffix].make(overview)
    narrowed = {name: overview.wanted[name] for name in ("state", "group") if name in overview.wanted}
    record(by, "parameters.list.exported", None, at=overview.at, format=suffix, count=len(overview.lines), filter=narrowed)
    return content

"""The list of exceptions as a table and on paper: what is not followed shows where the city is weak, so it is of 分類Ⅱ (3.5.2.2)."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from policy.exception_list import ExceptionList
from policy.models import PolicyException

TITLE = "例外措置一覧"
CLASS = "分類Ⅱ"
HEADINGS = (
    *("番号", "種別", "所属", "状態", "従わない条項", "守れないこと", "理由", "対象のシステム・機器", "生じるリスク"),
    *("代わりの方法", "始まり", "終わり", "次の見直し", "CISOの確認", "完了報告・取消の理由"),
)
WIDTHS = (10, 14, 22, 10, 20, 36, 36, 20, 30, 36, 12, 12, 12, 12, 30)


@dataclass(frozen=True)
class Format:
    """A kind of file."""

    media_type: str
    make: Callable[[ExceptionList], bytes]


def _rows(page: ExceptionList) -> list[list[spreadsheet.Cell]]:
    rows = page.rows.prefetch_related("measures")
    return [_row(row, page) for row in rows]


def _row(row: PolicyException, page: ExceptionList) -> list[spreadsheet.Cell]:
    means = [f"{means.what}（{means.get_owner_display()}{'、実施済み' if means.done_at else ''}）" for means in row.measures.all()]
    acknowledged = day_of(row.acknowledged_at) if row.acknowledged_at else "確認待ち" if row.is_emergency else "許可による"
    return [
        row.request.number,
        row.get_kind_display(),
        row.department.full_name,
        row.state(page.on),
        "、".join(clause.citation for clause in row.clauses.all()),
        *(row.what, row.reason, row.systems, row.risk),
        "\n".join(means),
        *(row.since, row.until, row.next_review(page.review_months)),
        *(acknowledged, row.ending),
    ]


def _csv(page: ExceptionList) -> bytes:
    return spreadsheet.as_csv(HEADINGS, _rows(page))


def _xlsx(page: ExceptionList) -> bytes:
    note = f"【{CLASS}】 {page.on.isoformat()}現在 {page.rows.count()}件"
    mark = "見本" if settings.IS_TRIAL else ""
    return spreadsheet.as_xlsx(TITLE, HEADINGS, _rows(page), widths=WIDTHS, mark=mark, note=note)


FORMATS = {"csv": Format(spreadsheet.CSV_TYPE, _csv), "xlsx": Format(spreadsheet.XLSX_TYPE, _xlsx)}


def file_name(page: ExceptionList, suffix: str) -> str:
    """【分類Ⅱ】例外措置一覧-2026-11-26.csv"""
    return f"【{CLASS}】{TITLE}-{page.on.isoformat()}.{suffix}"


@transaction.atomic
def export(page: ExceptionList, suffix: str, *, by: User) -> bytes:
    """The file of a list, recorded in the trail with its filter and the number of rows; KeyError for an unknown format."""
    content = FORMATS[suffix].make(page)
    note_export(page, suffix, by=by)
    return content


def note_export(page: ExceptionList, suffix: str, *, by: User) -> None:
    """Who took the list out, of the policy as a whole."""
    record(by, "policy.exceptions.exported", by, at=page.at, format=suffix, count=page.rows.count(), filter=page.wanted)

"""The coverage map as a table: rows for CSV, XLSX and JSON, and the record of who took it out."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from policy.coverage import Coverage, Line

TITLE = "遵守状況"
CLASS_LABELS = {1: "Ⅰ", 2: "Ⅱ", 3: "Ⅲ", 4: "Ⅳ"}

HEADINGS = (
    *("条項", "条項の見出し", "主体（ポリシーの呼び名）", "役割", "種類", "禁止", "分類", "対象", "いつ", "趣旨", "点検の問い", "証拠"),
    *("仕組み", "仕組みのコード", "状態", "実施中（件）", "期限超過（件）", "例外措置中（件）", "条項番号"),
)
WIDTHS = (16, 22, 20, 20, 10, 6, 8, 16, 18, 48, 36, 24, 18, 18, 11, 8, 8, 8, 13)


@dataclass(frozen=True)
class Format:
    """A kind of file: how it is named, told to the browser, and made."""

    suffix: str
    media_type: str
    make: Callable[[Coverage], bytes]


def row_of(line: Line, headings: dict[str, str]) -> list[spreadsheet.Cell]:
    """An obligation as a row of the table, in the order of HEADINGS; the figures are those of its whole mechanism."""
    row, keeping = line.obligation, line.keeping
    return [
        row.citation,
        headings.get(row.clause, ""),
        "（主体の定めなし）" if row.names_nobody else "、".join(row.called),
        "、".join(row.roles),
        row.get_kind_display(),
        "禁止" if row.is_prohibition else "",
        "・".join(CLASS_LABELS.get(number, str(number)) for number in row.asset_classes),
        "、".join(row.systems),
        row.trigger,
        row.summary,
        row.question,
        row.evidence,
        keeping.word,
        row.mechanism,
        line.state.label,
        keeping.figures.open,
        keeping.figures.late,
        line.exceptions,
        row.clause,
    ]


def rows(coverage: Coverage) -> list[list[spreadsheet.Cell]]:
    """All rows of a map, as far as it is narrowed."""
    return [row_of(line, coverage.headings) for line in coverage.lines]


def _csv(coverage: Coverage) -> bytes:
    return spreadsheet.as_csv(HEADINGS, rows(coverage))


def _xlsx(coverage: Coverage) -> bytes:
    note = f"{coverage.visit.today.isoformat()}現在 {len(coverage.lines)}件"
    mark = "見本" if settings.IS_TRIAL else ""
    return spreadsheet.as_xlsx(TITLE, HEADINGS, rows(coverage), widths=WIDTHS, mark=mark, note=note)


FORMATS = {
    "csv": Format("csv", spreadsheet.CSV_TYPE, _csv),
    "xlsx": Format("xlsx", spreadsheet.XLSX_TYPE, _xlsx),
}


@transaction.atomic
def export(coverage: Coverage, suffix: str, *, by: User) -> bytes:
    """The file of a map, recorded in the trail with its filter and the number of rows; KeyError for an unknown format."""
    content = FORMATS[suffix].make(coverage)
    at = coverage.visit.at
    record(by, "policy.coverage.exported", coverage.visit.revision, at=at, format=suffix, count=len(coverage.lines), filter=coverage.wanted)
    return content


def as_json(coverage: Coverage) -> list[dict]:
    """The map as plain data: clause, roles as the policy names them, kind, summary, mechanism, state, and how many exceptions run."""
    return [
        {
            "clause": line.obligation.clause,
            "roles": line.obligation.called,
            "kind": line.obligation.kind,
            "summary": line.obligation.summary,
            "mechanism": line.obligation.mechanism,
            "state": line.state.label,
            "exceptions": line.exceptions,
        }
        for line in coverage.lines
    ]

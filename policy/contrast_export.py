"""The 新旧対照表 as a table for Excel, and the record of who took it out."""

from django.conf import settings
from django.db import transaction

from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from policy.contrast import Contrast, parts_of
from policy.models import ClauseChange

TITLE = "新旧対照表"
HEADINGS = ("変更", "改正後の条項", "改正後の見出し", "改正後", "改正前の条項", "改正前の見出し", "改正前", "改正後の番号", "改正前の番号")
WIDTHS = (16, 14, 24, 60, 14, 24, 60, 14, 14)
TYPES = {"csv": spreadsheet.CSV_TYPE, "xlsx": spreadsheet.XLSX_TYPE}


def row_of(change: ClauseChange) -> list[spreadsheet.Cell]:
    """A line as a row, in the order of HEADINGS."""
    cells: list[spreadsheet.Cell] = [change.get_kind_display()]
    for clause, nothing in ((change.new, "（削る）"), (change.old, "（新設）")):
        if clause is None:
            cells += ["", "", nothing]
        else:
            citation, heading, text, tables = parts_of(clause)
            cells += [citation, heading, "\n".join(part for part in (text, tables) if part)]
    return [*cells, change.new_number, change.old_number]


@transaction.atomic
def export(contrast: Contrast, suffix: str, *, by: User) -> bytes:
    """The file of a table as far as it is narrowed, recorded in the trail; KeyError for an unknown format."""
    TYPES[suffix]
    rows = [row_of(change) for change in contrast.changes]
    if suffix == "csv":
        content = spreadsheet.as_csv(HEADINGS, rows)
    else:
        note = f"{contrast.revision.name}（改正前 {contrast.base.name}） {len(rows)}件"
        mark = "見本" if settings.IS_TRIAL else ""
        content = spreadsheet.as_xlsx(TITLE, HEADINGS, rows, widths=WIDTHS, mark=mark, note=note)
    changes = {"format": suffix, "count": len(rows), "filter": contrast.wanted}
    record(by, "policy.comparison.exported", contrast.revision, at=contrast.visit.at, **changes)
    return content

"""The list of audits as a table for Excel."""

from datetime import datetime
from io import BytesIO

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse

from audits.models import Engagement
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.download import private_download
from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.spreadsheet import CSV_TYPE, XLSX_TYPE, as_csv, as_xlsx

TYPES = {"csv": CSV_TYPE, "xlsx": XLSX_TYPE}
TITLE = "監査の一覧"
HEADINGS = ("番号", "監査の対象", "区分", "段階", "主任の監査人", "実査", "終わりの予定")
WIDTHS = (14, 40, 12, 16, 20, 14, 14)


def export(rows: QuerySet[Engagement], suffix: str, *, at: datetime) -> FileResponse:
    """The rows of a list that the person sees."""
    table = [_row(row) for row in rows]
    mark = "見本" if settings.IS_TRIAL else ""
    note = f"{wareki(day_of(at))}現在"
    content = as_csv(HEADINGS, table) if suffix == "csv" else as_xlsx(TITLE, HEADINGS, table, widths=WIDTHS, mark=mark, note=note)
    return private_download(BytesIO(content), name=f"{mark}{TITLE}.{suffix}", media_type=TYPES[suffix])


def _row(row: Engagement) -> tuple:
    lead = "、".join(each.person.name for each in row.leads)
    held_on = day_of(row.fieldwork_at) if row.fieldwork_at else None
    return row.number, row.what, "随時" if row.is_special else "計画", row.get_phase_display(), lead, held_on, row.ends_on

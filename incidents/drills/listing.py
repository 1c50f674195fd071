"""The list of drills as a table that leaves the portal."""

from datetime import datetime
from io import BytesIO

from django.conf import settings
from django.db import transaction
from django.http import FileResponse, QueryDict

from incidents.drills.forms import DrillFilter
from incidents.models import Drill, DrillTask
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.download import private_download
from musashimurayama_isms.fiscal import fiscal_year_label
from musashimurayama_isms.spreadsheet import CSV_TYPE, XLSX_TYPE, as_csv, as_xlsx
from musashimurayama_isms.trail.record import record

TITLE = "訓練一覧"
FORMATS = ("csv", "xlsx")
HEADINGS = (
    "年度",
    "訓練",
    "実施する日",
    "状態",
    "計画した人",
    "参加する課",
    "報告の数",
    "改善項目",
    "うち済んだもの",
    "ねらいは達せられたか",
)
WIDTHS = (12, 30, 12, 10, 16, 40, 10, 10, 12, 50)


def export_of(data: QueryDict, user: User, suffix: str, *, at: datetime) -> FileResponse:
    """The drills that the person sees, narrowed as the page was, as CSV or XLSX; the trail keeps that they left."""
    rows = DrillFilter(data, queryset=Drill.objects.visible_to(user, at=at).for_list()).qs.prefetch_related("sections__parent", "tasks")
    lines = [_line(drill) for drill in rows]
    mark = "見本" if settings.IS_TRIAL else ""
    content = as_csv(HEADINGS, lines) if suffix == "csv" else as_xlsx(TITLE, HEADINGS, lines, widths=WIDTHS, mark=mark)
    with transaction.atomic():
        record(user, "incidents.drill.exported", None, at=at, count=len(lines), format=suffix)
    name = f"{TITLE}-{day_of(at).isoformat()}.{suffix}"
    return private_download(BytesIO(content), name=name, media_type=CSV_TYPE if suffix == "csv" else XLSX_TYPE)


def _line(drill: Drill) -> list:
    tasks = list(drill.tasks.all())
    return [
        fiscal_year_label(drill.fiscal_year),
        drill.title,
        drill.planned_on,
        drill.get_status_display(),
        drill.organiser.name,
        "、".join(section.full_name for section in drill.sections.all()),
        drill.incident_count,
        len(tasks),
        sum(task.status == DrillTask.Status.DONE for task in tasks),
        drill.reached_goals,
    ]

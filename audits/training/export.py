"""Tables that leave the room: the people of a session, and the year by section; who took them out is recorded."""

from django.conf import settings
from django.db import transaction

from audits.training.figures import Year
from audits.training.page import PeoplePage
from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record

TYPES = {"csv": spreadsheet.CSV_TYPE, "xlsx": spreadsheet.XLSX_TYPE}
HEADINGS = ("所属", "職員番号", "氏名", "状態", "受けた日", "期限")
ORGANISER_HEADINGS = (*HEADINGS, "修了した日", "テストの最高点", "テストを受けた回数")
WIDTHS = (32, 12, 18, 12, 12, 12, 12, 14, 18)
YEAR_HEADINGS = ("所属", "対象", "修了", "まだ", "受講率（％）", "前年度の受講率（％）")
YEAR_WIDTHS = (32, 10, 10, 10, 14, 20)


@transaction.atomic
def people(page: PeoplePage, suffix: str) -> bytes:
    """The people as the address narrows them; results of tests for who runs the session alone. KeyError for an unknown format."""
    TYPES[suffix]
    can_run, session = page.page.can_run, page.page.session
    rows = [_person(row, can_run=can_run) for row in page.rows]
    content = _table("受講の状況", ORGANISER_HEADINGS if can_run else HEADINGS, rows, suffix, WIDTHS, note=str(session))
    record(page.page.user, "audits.training_session.exported", session, at=page.page.at, format=suffix, count=len(rows))
    return content


def _person(row, *, can_run: bool) -> list[spreadsheet.Cell]:
    state = row.get_status_display() if can_run else row.outward
    seen_day = row.attended_on if can_run or row.outward == "済み" else None
    cells = [row.department.full_name, row.person.staff_number or "", row.person.name, state, seen_day, row.due_on]
    if can_run:
        completed = day_of(row.completed_at) if row.completed_at else None
        cells += [completed, row.best_score, row.tries_used]
    return cells


@transaction.atomic
def year(page: Year, suffix: str) -> bytes:
    """The sections of a 年度; KeyError for an unknown format."""
    TYPES[suffix]
    rows = [[line.department.full_name, line.asked, line.done, line.asked - line.done, line.rate, line.before] for line in page.lines]
    content = _table("研修の集計", YEAR_HEADINGS, rows, suffix, YEAR_WIDTHS, note=page.label)
    record(page.user, "audits.training_year.exported", None, at=page.at, format=suffix, count=len(rows))
    return content


def _table(title: str, headings, rows: list[list], suffix: str, widths, *, note: str) -> bytes:
    if suffix == "csv":
        return spreadsheet.as_csv(headings, rows)
    mark = "見本" if settings.IS_TRIAL else ""
    return spreadsheet.as_xlsx(title, headings, rows, widths=widths[: len(headings)], mark=mark, note=note)

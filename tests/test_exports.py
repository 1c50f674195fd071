"""Tables that leave the portal: nothing in them is a formula, who takes one is recorded, large ones are made by the worker."""

import csv
import re
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO

import pytest
from django.core.files.storage import default_storage
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from musashimurayama_isms import spreadsheet, tables
from musashimurayama_isms.exports import taking, views
from musashimurayama_isms.jobs.models import Job, JobResult
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.tables import Asked, Column, Sheet, Table
from musashimurayama_isms.trail.models import Entry, Reading


def _sheet_of(content: bytes):
    return load_workbook(BytesIO(content)).active


# -- what is never at work in a cell ----------------------------------------------------------------------------------
TEXT = st.one_of(
    st.text(max_size=60),
    st.builds(str.__add__, st.sampled_from(spreadsheet.BEGINS_A_FORMULA), st.text(max_size=20)),
)


@given(TEXT)
def test_no_text_of_a_csv_begins_a_formula(text):
    content = b"".join(spreadsheet.csv_lines(["言葉"], [[text]])).decode("utf-8-sig")
    [[heading], [cell]] = list(csv.reader(StringIO(content, newline="")))
    assert heading == "言葉"
    assert not cell.startswith(spreadsheet.BEGINS_A_FORMULA)
    assert cell.removeprefix("'") == spreadsheet.NO_TEXT.sub("", text).removeprefix("'")


@given(TEXT)
def test_no_text_of_a_workbook_is_a_formula_or_breaks_it(text):
    cell = _sheet_of(spreadsheet.as_xlsx("表", ["言葉"], [[text]]))["A2"]
    assert cell.data_type in ("s", "n", "inlineStr")
    written = spreadsheet.NO_TEXT.sub("", text)
    assert (cell.value or "") == re.sub(r"\r\n?", "\n", written) or (cell.value or "") == written


def test_days_moments_and_numbers_are_typed_and_in_the_time_of_the_city():
    utc = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
    sheet = _sheet_of(spreadsheet.as_xlsx("表", ["日", "時", "数", "空"], [[date(2026, 4, 1), utc, 12, None]]))
    day, at, number, nothing = sheet[2]
    assert (day.is_date, day.number_format) == (True, "yyyy-mm-dd")
    assert (at.value, at.number_format) == (datetime(2026, 11, 27, 8, 30), "yyyy-mm-dd hh:mm")
    assert (number.value, number.data_type, nothing.value) == (12, "n", None)
    assert b"2026-11-27 08:30" in b"".join(spreadsheet.csv_lines(["時"], [[utc]]))


def test_a_title_that_no_sheet_may_bear_is_made_fit():
    assert _sheet_of(spreadsheet.as_xlsx("規程/手順[案]：" + "長" * 40, ["列"], [])).title.startswith("規程手順案")


# -- the record -------------------------------------------------------------------------------------------------------
def _take(client, code: str, suffix: str = "csv", query: str = ""):
    return client.post(reverse("exports:take", args=[code, suffix]) + query)


def test_who_takes_a_table_out_is_recorded_with_the_filter_but_without_the_words(cast):
    client = cast.client(cast.clerk)
    _take(client, "parameters.gaps", query="?state=unconfirmed&q=山田さんの件&page=2&other=何か").getvalue()
    entry = Entry.objects.get(verb="exports.table.taken")
    assert entry.actor == cast.clerk
    assert entry.changes["table"] == "未定事項"
    assert entry.changes["format"] == "csv"
    assert entry.changes["filter"] == {"state": "unconfirmed", "q": "あり"}
    assert isinstance(entry.changes["count"], int)


def test_a_sensitive_table_stands_with_the_readings(cast):
    _take(cast.client(cast.administrator), "trail.entries").getvalue()
    assert Reading.objects.get(person=cast.administrator).subject_label == "表（証跡）"


def test_an_unknown_table_and_an_unknown_format_are_not_found(cast):
    client = cast.client(cast.clerk)
    assert _take(client, "no.such").status_code == 404
    assert client.post("/exports/parameters.gaps.pdf").status_code == 404
    assert client.get(reverse("exports:take", args=["parameters.gaps", "csv"])).status_code == 405
    assert not Entry.objects.filter(verb="exports.table.taken").exists()


def test_what_tells_of_persons_leaves_as_a_workbook_under_a_password_only(cast):
    client = cast.client(cast.administrator)
    assert _take(client, "accounts.users", "csv").status_code == 404
    answer = _take(client, "accounts.users", "xlsx")
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    run_job(job.pk)
    result = JobResult.objects.get()
    assert result.is_personal
    assert client.get(reverse("jobs:download", args=[result.pk])).url == reverse("jobs:protected", args=[result.pk])


# -- the long way -----------------------------------------------------------------------------------------------------
@pytest.fixture
def notices(cast):
    """Five notices of the clerk."""
    at = timezone.now()
    rows = [Notification(recipient=cast.clerk, title=f"知らせ{n}", created_at=at - timedelta(minutes=n)) for n in range(5)]
    return Notification.objects.bulk_create(rows)


def test_a_large_table_is_made_by_the_worker_which_tells_how_far_it_is(cast, notices, monkeypatch):
    monkeypatch.setattr(views, "AT_ONCE", 4)
    monkeypatch.setattr(taking, "HANDFUL", 2)
    client, told = cast.client(cast.clerk), []
    monkeypatch.setattr("musashimurayama_isms.jobs.run.Run.progress", lambda run, done, total, words="": told.append((done, total, words)))
    answer = _take(client, "notifications.notices", "csv", "?state=unread&page=3")
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    assert not Entry.objects.filter(verb="exports.table.taken").exists()  # nothing has left yet
    run_job(job.pk)
    job.refresh_from_db()
    assert [done for done, total, _ in told] == [0, 2, 4, 5]
    assert job.result == {"message": "「お知らせ」の5件を書き出しました。"}
    result = JobResult.objects.get()
    assert result.name.endswith(".csv")
    lines = result.content.read().decode("utf-8-sig").splitlines()
    assert ["知らせ0" in lines[1], "知らせ4" in lines[5], len(lines)] == [True, True, 6]
    assert Entry.objects.get(verb="exports.table.taken").changes["count"] == 5
    assert default_storage.exists(result.content.name)


def test_a_small_table_comes_at_once(cast, notices):
    answer = _take(cast.client(cast.clerk), "notifications.notices", "xlsx")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "private, no-store"
    assert _sheet_of(answer.getvalue()).max_row == 6
    assert not Job.objects.exists()


def test_who_may_no_longer_open_the_list_gets_no_table_of_it(cast):
    _take(cast.client(cast.administrator), "accounts.users", "xlsx")
    cast.administrator.appointments.all().delete()
    job = Job.objects.get()
    run_job(job.pk)
    job.refresh_from_db()
    assert (job.status, job.error) == (Job.Status.FAILED, "この一覧を見る権限がなくなったため、書き出せませんでした。")
    assert not JobResult.objects.exists()


def test_a_row_that_goes_while_the_table_is_written_is_left_out_and_breaks_nothing(cast, notices):
    asked = Asked(cast.clerk, QueryDict(), timezone.now())
    found = taking.Taking(tables.find("notifications.notices"), asked, "csv")
    assert found.count == 5
    Notification.objects.filter(pk=notices[2].pk).delete()
    assert len(list(found.lines())) == 4


# -- the declaration --------------------------------------------------------------------------------------------------
def test_a_code_is_declared_once():
    with pytest.raises(ValueError, match="already"):
        tables.register(Table("trail.entries", "証跡", lambda asked: Sheet([], [])))
    with pytest.raises(tables.UnknownTable):
        tables.find("no.such")


def test_a_column_follows_a_path_and_says_nothing_where_it_breaks_off():
    class Row:
        person = None
        flags = [True, False]
        is_open = True

        def words(self) -> str:
            return "言葉"

    assert Column("", "person.name").of(Row()) is None
    assert Column("", "words").of(Row()) == "言葉"
    assert Column("", "is_open").of(Row()) == "はい"
    assert Column("", lambda row: ["ア", "イ"]).of(Row()) == "ア、イ"

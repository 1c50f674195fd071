"""A hundred thousand rows leave the portal: the worker makes the table, the page shows how far it is, the file opens."""

import re
from datetime import timedelta
from zipfile import ZipFile

import pytest
from django.utils import timezone

from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.run import Run, run_job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROWS, HALF = 100_000, 50_000


@pytest.fixture
def full_inbox(cast):
    at = timezone.now()
    rows = (Notification(recipient=cast.clerk, title=f"知らせ {n}", body="本文", created_at=at - timedelta(seconds=n)) for n in range(ROWS))
    Notification.objects.bulk_create(rows, batch_size=5_000)
    return cast


def test_a_hundred_thousand_rows_are_written_in_the_background_with_visible_progress(full_inbox, visit, monkeypatch, tmp_path):
    clerk = visit(full_inbox.clerk)
    page = clerk.page
    clerk.go("/inbox/notices/?state=unread")
    page.get_by_text(f"絞り込みのとおり{ROWS}件").wait_for()
    clerk.look()
    clerk.press("Excelに出力")
    page.get_by_text("まもなく始まります").wait_for()
    clerk.look()

    tell = Run.progress

    def told(run: Run, done: int, total: int, message: str = "") -> None:
        """The worker tells how far it is; halfway the clerk looks at the page, which asks for itself."""
        tell(run, done, total, message)
        if done == HALF:
            page.get_by_text(f"{ROWS}件のうち{HALF}件が済みました。").wait_for()
            page.get_by_text("「お知らせ」を書き出しています。").wait_for()
            assert page.locator("progress").get_attribute("value") == str(HALF)
            clerk.look()

    monkeypatch.setattr(Run, "progress", told)
    run_job(Job.objects.get(kind="exports.table").pk)
    page.get_by_text("「お知らせ」の100,000件を書き出しました。").wait_for()
    clerk.look()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"お知らせ.*\.xlsx")).click()
    path = tmp_path / "taken.xlsx"
    download.value.save_as(path)
    with ZipFile(path) as book:
        assert len(re.findall(rb"<row ", book.read("xl/worksheets/sheet1.xml"))) == ROWS + 1
    entry = Entry.objects.get(verb="exports.table.taken")
    assert entry.changes == {"table": "お知らせ", "format": "xlsx", "count": ROWS, "filter": {"state": "unread"}}


def test_a_small_list_comes_at_once_as_it_is_narrowed(cast, visit):
    clerk = visit(cast.clerk)
    page = clerk.page
    clerk.go("/undecided/?state=unconfirmed")
    clerk.look()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSVに出力").click()
    assert re.fullmatch(r"未定事項-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)

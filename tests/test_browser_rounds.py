"""An administrator in the browser: the desk says what is late, the page what to do, one button has it done."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from musashimurayama_isms.rounds.models import TaskRun
from musashimurayama_isms.schedule import SCHEDULE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def runs(cast):
    """Everything ran a minute ago, but for one that is five hours old."""
    now = timezone.now()
    for name in SCHEDULE:
        began = now - (timedelta(hours=5) if name == "files.sweep" else timedelta(minutes=1))
        TaskRun.objects.create(name=name, task_id=name, status="done", tries=1, began_at=began, ended_at=began)


def test_the_administrator_finds_what_is_late_and_has_it_run(cast, runs, visit):
    desk = visit(cast.administrator)
    page = desk.page
    page.get_by_role("link", name="定時の処理 1件が遅れているか失敗しています").click()
    late = page.locator("table.rounds tbody tr").first
    expect(late).to_contain_text("添付ファイルの片付け")
    expect(late).to_contain_text("遅れ")
    desk.look()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    late.get_by_role("button").click()
    page.get_by_text("「添付ファイルの片付け」の実行を依頼しました").wait_for()
    desk.look()
    assert TaskRun.objects.filter(name="files.sweep").count() == 2

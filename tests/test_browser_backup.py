"""The central manager in the browser: what the backups are like, and the restore drill recorded from a proof."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from musashimurayama_isms.backup.models import Backup, Proof
from musashimurayama_isms.duties.models import Duty, Occurrence

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def proof(cast) -> Proof:
    """Two good backups of which one was proved, one that failed, and the round that waits for the drill."""
    now = timezone.now()
    duty = Duty.ensure(
        "restore-drill",
        at=now,
        title="復元の訓練",
        owner="CENTRAL_MANAGER",
        clauses=["3.10.1.2"],
        interval="event",
        event="personnel-change",
    )
    duty.call(due_on=now.date() + timedelta(days=10), by=None, at=now)
    facts = {"size": 52_428_800, "rows": 128_400, "files": 3_210, "head": f"9120:{'ab' * 32}"}
    for days in (2, 1):
        begun = now - timedelta(days=days)
        name = f"portal-{begun:%Y%m%d}-0230.backup"
        Backup.objects.create(name=name, status="made", is_scheduled=True, begun_at=begun, ended_at=begun, sha256=f"{days}" * 64, **facts)
    problem = "控えの置き場所に空きがありません。要らないものを消すか、広い場所を指定して、もう一度実行してください。"
    Backup.objects.create(name=f"portal-{now:%Y%m%d}-0230.backup", status="failed", begun_at=now, ended_at=now, problem=problem)
    del facts["size"]
    return Proof.note_result(name=name, sha256="1" * 64, at=now, **facts)


def test_the_central_manager_records_a_proof_as_the_restore_drill(cast, proof, visit):
    desk = visit(cast.central_manager)
    page = desk.page
    page.get_by_role("link", name="控えと復元").click()
    expect(page.get_by_text("最後の控えを作れませんでした")).to_be_visible()
    expect(page.locator("table").first).to_contain_text("128,400行")
    desk.look()
    for width in (1366, 1093):  # the second is 125 %
        page.set_viewport_size({"width": width, "height": 768})
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("link", name="訓練として記録する").click()
    page.get_by_label("訓練で気づいたこと").fill("鍵の紙の場所を知らない人がいた")
    desk.look()
    page.get_by_role("button", name="訓練として記録する").click()
    page.get_by_text("復元の訓練を記録しました").wait_for()
    desk.look()
    assert Occurrence.objects.get(duty__code="restore-drill").status == Occurrence.Status.DONE

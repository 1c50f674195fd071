"""A paper of a hundred pages is made in the background while the person watches how far it is, in a real browser."""

import subprocess
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.run import run_job

from .factory import make_asset
from .world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROWS, PAGES = 330, 100
LONG = "転入届・転出届・転居届・世帯変更届とその添付書類の写し（受付窓口で受け取ったもの）" * 4
LIMITS = "鍵のかかる書庫に入れ、執務室の外へ持ち出さない。複製は課長の許可を得た一部に限る。" * 4


@pytest.fixture
def many(cast):
    """So many assets of one section that its register fills a hundred pages."""
    with transaction.atomic():
        for number in range(ROWS):
            make_asset(cast.section, by=cast.clerk, name=f"{LONG[:115]}{number}", handling_limits=LIMITS[:115])


def sees(visitor, words: str, watched: list) -> None:
    visitor.page.get_by_text(words).wait_for()
    watched.append(visitor.page.locator("progress").get_attribute("value"))


def test_a_hundred_pages_are_made_in_the_background_with_visible_progress(cast, many, visit, monkeypatch, tmp_path):
    clerk = visit(cast.clerk)
    page, watched = clerk.page, []
    page.get_by_role("link", name="報告書", exact=True).click()
    clerk.look("reports")
    page.get_by_role("link", name="情報資産台帳", exact=True).click()
    clerk.look()
    clerk.press("報告書を作る")
    page.get_by_text("まもなく始まります").wait_for()
    job = Job.objects.get(kind="dashboard.asset_register")
    renew = Job.renew

    def shown(row, *, at, **changes):
        """The worker's word stands on the screen before the worker goes on."""
        renew(row, at=at, **changes)
        if changes.get("done") in (31, 61) and "ページ目" in changes["message"]:
            sees(clerk, f"紙面を組んでいます（{changes['done']}ページ目）", watched)

    monkeypatch.setattr(Job, "renew", shown)
    run_job(job.pk)
    link = page.get_by_role("link", name="情報資産台帳-", exact=False)
    link.wait_for()
    assert watched[:2] == ["31", "61"]
    clerk.look("report-done")
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "register.pdf")
    facts = subprocess.run(["pdfinfo", tmp_path / "register.pdf"], check=True, capture_output=True, text=True).stdout
    assert int(facts.split("Pages:")[1].split()[0]) >= PAGES
    assert "yes" in facts.split("Tagged:")[1].split("\n")[0]


def test_it_is_taken_back_in_the_middle_and_run_again(cast, visit, monkeypatch):
    for _ in range(80):
        make_asset(cast.section, by=cast.clerk)
    clerk = visit(cast.clerk)
    clerk.go("/reports/asset-register/")
    clerk.press("報告書を作る")
    clerk.page.get_by_text("まもなく始まります").wait_for()
    renew, asked = Job.renew, []

    def pressing(row, *, at, **changes):
        if "4ページ目" in changes.get("message", "") and not asked:
            asked.append(row.pk)
            clerk.press("依頼を取り消す")
            clerk.page.get_by_text("取り消しています").first.wait_for()
        return renew(row, at=at, **changes)

    monkeypatch.setattr(Job, "renew", pressing)
    run_job(Job.objects.get().pk)
    clerk.page.get_by_text("作りかけのファイルは残していません").wait_for()
    clerk.look()
    clerk.press("もう一度実行する")
    clerk.page.get_by_text("まもなく始まります").wait_for()
    run_job(Job.objects.exclude(repeats=None).get().pk)
    clerk.page.get_by_text("まで受け取れます").wait_for()


def test_the_ciso_makes_the_report_of_the_month_and_finds_it_again(cast, visit):
    world = World(cast)
    ciso = visit(world.cast.ciso)
    ciso.page.get_by_role("link", name="報告書", exact=True).click()
    ciso.page.get_by_role("link", name="情報セキュリティ月次報告書", exact=True).click()
    ciso.look("report-monthly")
    assert ciso.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    ciso.press("報告書を作る")
    run_job(Job.objects.filter(kind="dashboard.monthly_report").latest("created_at").pk)
    ciso.page.get_by_role("link", name="月次報告書-", exact=False).wait_for()
    ciso.go("/reports/history/")
    ciso.look()
    ciso.page.get_by_role("link", name="情報セキュリティ月次報告書（A4）").first.wait_for()
    Job.objects.update(finished_at=timezone.now() - timedelta(days=1))
    ciso.go("/reports/")
    ciso.look()
    assert ciso.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

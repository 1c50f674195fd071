"""年度替 over the year end, and a masked copy from its beginning to the paper, each in a real browser."""

import pytest
from django.contrib.contenttypes.models import ContentType

from audits.models import Campaign
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.disclosure.models import Disclosure
from musashimurayama_isms.disclosure.models.disclosure import PAPER
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.run import run_job

from . import audit_rows, inspections
from .response_rows import sent
from .test_disclosure import SUMMARY
from .test_year_turn import change

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def march(clock):
    """10 March of 令和8年度: the clock stands before any row is made."""
    ContentType.objects.clear_cache()
    clock.set(2027, 3, 10, 9)
    return clock


def narrow(page) -> bool:
    """Whether the page needs no scrolling to the side, at 1366 px and at 125 %."""
    fits = []
    for width in (1366, 1092):
        page.set_viewport_size({"width": width, "height": 768})
        fits.append(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
    page.set_viewport_size({"width": 1366, "height": 768})
    return all(fits)


def test_the_year_is_turned_step_by_step(march, cast, at_desk):
    reference.load("incident_kinds.json")
    audit_rows.programme(cast, year=2026)
    inspections.opened(cast)
    sent(cast, at=march.now)

    desk = at_desk(cast.central_manager)
    desk.page.get_by_role("link", name="年度替", exact=True).click()
    desk.page.get_by_role("heading", name="令和9年度への年度替", level=1).wait_for()
    desk.look("year-turn")
    assert narrow(desk.page)
    desk.page.get_by_role("link", name="期限を過ぎた自己点検を締め切る").click()
    desk.page.get_by_text("回答を締め切ります").wait_for()
    desk.look("year-turn-act")
    desk.press("締め切る")
    desk.page.get_by_text("1件の自己点検を締め切りました。").wait_for()
    desk.page.get_by_role("link", name="新しい年度の自己点検を準備する").click()
    desk.press("準備する")
    desk.page.get_by_text("令和9年度の自己点検を準備中として作りました。").first.wait_for()
    desk.page.get_by_role("link", name="インシデント", exact=True).last.click()
    desk.page.get_by_role("cell", name="市民 課長").wait_for()
    desk.look("year-turn-list")
    assert narrow(desk.page)
    assert Campaign.objects.filter(fiscal_year=2027).count() == 1

    administrator = at_desk(cast.administrator)
    administrator.go("/year-turn/")
    administrator.page.get_by_text("4月1日の異動は、まだ取り込まれていません。", exact=False).wait_for()
    made = change(cast, [f"{cast.section_officer.staff_number},市民 課長,退職,,"], at=march.now)
    administrator.page.reload()
    administrator.page.get_by_text("4月1日に空席の職があります", exact=False).wait_for()
    administrator.press("A4の確認表を作る")
    administrator.page.get_by_role("heading", name="年度替の確認表（A4）").wait_for()
    job = Job.objects.get(kind="dashboard.year_turn_paper")
    run_job(job.pk)
    administrator.page.reload()
    administrator.page.get_by_text("令和9年度への年度替の確認表ができました。").wait_for()

    march.set(2027, 4, 1, 9)
    made.apply(by=cast.personnel, at=march.now)
    administrator = at_desk(cast.administrator)
    administrator.go("/year-turn/")
    administrator.page.get_by_text("4月1日の異動は適用されました。").wait_for()
    administrator.look()


def test_a_copy_is_marked_by_one_and_confirmed_by_another(march, cast, at_desk):
    reference.load("incident_kinds.json", "disclosure_grounds.json")
    sent(cast, at=march.now, summary=SUMMARY)
    desk = at_desk(cast.administrator)
    desk.page.get_by_role("link", name="黒塗りの写し").click()
    desk.page.get_by_role("link", name="写しを作る").click()
    desk.press("探す")
    desk.page.get_by_label("請求の受付番号", exact=False).fill("R8-情公-3")
    desk.look("disclosure-choose")
    desk.page.get_by_role("button", name="作り始める", exact=False).first.click()
    desk.page.get_by_role("heading", name="本文").wait_for()
    desk.look("disclosure-draft")
    assert narrow(desk.page)
    desk.page.get_by_label("黒塗りにする語句", exact=False).fill("誤送付")
    desk.page.locator("#id_ground").select_option(label="公共の安全と秩序に関する情報")
    desk.press("黒塗りにする")
    desk.page.get_by_text("1か所を黒塗りにしました。").wait_for()
    desk.page.locator(".disclosure-mark", has_text="誤送付").click()
    desk.page.get_by_role("heading", name="黒塗りを外す").wait_for()
    desk.look("disclosure-lift")
    desk.page.get_by_label("外す理由", exact=False).fill("公表済みのため")
    desk.press("外す")
    desk.page.get_by_text("黒塗りを外しました。").wait_for()
    desk.confirm("確認を依頼する")
    desk.page.get_by_text("確認を待っています").wait_for()

    chief = at_desk(cast.ciso)
    chief.page.get_by_role("link", name="開示R8-001", exact=False).first.click()
    chief.page.get_by_text("黒塗りを確かめてください").wait_for()
    chief.look("disclosure-confirm")
    chief.confirm("確定する")
    chief.page.get_by_text("確定しました。写し（PDF）を作成しています。").wait_for()
    run_job(Job.objects.get(kind=PAPER).pk)
    chief.page.reload()
    chief.page.get_by_role("link", name="開示R8-001.pdf", exact=False).wait_for()
    chief.look("disclosure-approved")
    assert Disclosure.objects.get().status == "approved"

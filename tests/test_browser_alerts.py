"""A word to all, a hole and a 横展開 in a real browser: every page readable, every act by its button (3.10.6, 3.9.3.3)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assets.models import System
from incidents.models import Bulletin, Inquiry, Vulnerability
from musashimurayama_isms.accounts import reference

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(cast):
    """The cast with all reference data."""
    reference.load()
    facts = {"name": "住民記録", "purpose": "証明書", "network": "lgwan", "asset_class": 1, "manager": "市民課長", "software": "製品A 3.2"}
    System.enter(by=cast.clerk, at=timezone.now(), department=cast.section, **facts)
    return cast


def test_a_word_to_all_is_sent_and_read(city, visit):
    central, clerk = visit(city.central_manager), visit(city.clerk)
    central.page.get_by_role("link", name="職員に注意喚起を出す").click()
    central.page.get_by_label("件名", exact=False).fill("請求書を装う不審なメール")
    central.page.get_by_label("本文", exact=False).fill("添付ファイルを開かず、件名を変えずに行政経営課へ知らせてください。")
    central.look()
    central.press("送る")
    central.page.get_by_text("注R8-001 を出しました").wait_for()
    central.look()
    clerk.go("/")
    clerk.page.get_by_role("link", name="請求書を装う不審なメール").first.click()
    clerk.look()
    clerk.press("読みました")
    clerk.page.get_by_text("読んだ印を付けました").wait_for()
    central.go(f"{Bulletin.objects.get().get_absolute_url()}readers/")
    central.look()
    central.go("/incidents/bulletins/")
    central.look()


def test_a_hole_is_followed_in_a_system(city, visit):
    central, officer = visit(city.central_manager), visit(city.section_officer)
    central.go("/incidents/vulnerabilities/new/")
    central.page.get_by_label("件名", exact=False).fill("遠くから操作されるおそれ")
    central.page.get_by_role("radio", name="高").check()
    central.page.get_by_label("影響を受ける製品と版", exact=False).fill("製品A 3.2")
    central.page.get_by_label("求める対策", exact=False).fill("3.3に更新する")
    central.look()
    central.press("登録して、システムを選ぶ")
    assert central.page.get_by_label("住民記録", exact=False).is_checked()
    central.look()
    central.press("確認を求める")
    central.look()
    hole = Vulnerability.objects.get()
    officer.go(hole.get_absolute_url())
    officer.look()
    officer.page.get_by_role("link", name="状況を答える").first.click()
    officer.page.get_by_role("radio", name="該当なし").check()
    officer.page.get_by_label("確かめたこと・したこと", exact=False).fill("3.4を使っている")
    officer.look()
    officer.press("記録する")
    officer.page.get_by_text("の状況を記録しました").wait_for()
    central.go("/incidents/vulnerabilities/")
    central.look()


def test_a_question_to_the_sections_is_answered(city, visit):
    now = timezone.now()
    facts = {"title": "宛先の誤り", "text": "候補から誤って選んだ", "question": "自動入力を止めているか"}
    facts |= {"due_on": timezone.localdate() + timedelta(days=7), "departments": [city.section, city.other_section]}
    inquiry = Inquiry.ask(**facts, by=city.central_manager, at=now)
    central, promoter = visit(city.central_manager), visit(city.promoter)
    central.go("/incidents/inquiries/new/")
    central.look()
    promoter.go(inquiry.get_absolute_url())
    promoter.look()
    promoter.page.get_by_role("link", name="回答する").first.click()
    promoter.page.get_by_role("radio", name="確認中").check()
    promoter.page.get_by_label("確かめたこと", exact=False).fill("端末を順に見ている")
    promoter.look()
    promoter.press("回答する")
    promoter.page.get_by_text("回答しました").wait_for()
    central.go(inquiry.get_absolute_url())
    central.look()
    central.go("/incidents/inquiries/")
    central.look()

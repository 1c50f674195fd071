"""A self-inspection in a real browser: prepared, answered, closed, summed up by the chief, reported (screens.md, journey 7)."""

import pytest
from django.utils import timezone

from audits.models import Campaign
from musashimurayama_isms.accounts import reference

from .inspections import answer_all, sheet_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(cast):
    reference.load()
    return cast


def test_a_section_inspects_itself_and_the_city_hears_of_it(city, visit):
    manager = visit(city.central_manager)
    manager.go("/audits/inspections/new/")
    manager.look()
    manager.press("作る")
    manager.page.get_by_text("点検を作りました").wait_for()
    manager.look("inspection-prepare")
    manager.page.get_by_role("link", name="質問を選ぶ").first.click()
    manager.look("inspection-questions")
    boxes = manager.page.locator("input[name=keys]:checked")
    for _ in range(boxes.count() - 3):
        boxes.last.uncheck()
    manager.press("この質問にする")
    manager.page.get_by_text("質問を3問にしました").wait_for()
    manager.confirm("回答の受付を始める")
    manager.page.get_by_text("回答の受付を始めました").wait_for()
    manager.look("inspection-campaign")

    clerk = visit(city.clerk)
    clerk.look("inspection-desk")
    clerk.page.get_by_role("link", name="自己点検：職員用").click()
    clerk.page.get_by_label("○ できている").first.check()
    clerk.page.get_by_text("保存しました").wait_for()
    clerk.look("inspection-sheet")
    for _ in range(3):
        for card in clerk.page.locator(".inspection__card").all():
            card.get_by_label("× できていない").check()
            if not card.get_by_label("理由", exact=False).last.is_visible():
                card.get_by_text("理由と、これから行うこと").click()
            card.locator("textarea").first.fill("引き出しに鍵がない")
            card.locator("textarea").last.fill("鍵を付ける")
        clerk.page.locator(".inspection__questions button[type=submit]").click()
        clerk.page.wait_for_load_state()
    clerk.confirm("提出する")
    clerk.page.get_by_text("点検票を提出しました").wait_for()

    for person in (city.colleague, city.promoter):  # what persons wrote is shown from three sheets on
        answer_all(sheet_of(Campaign.objects.get(), person), by=person, at=timezone.now()).submit(by=person, at=timezone.now())

    manager.page.reload()
    manager.confirm("回答を締め切る")
    chief = visit(city.section_officer)
    chief.page.get_by_role("link", name="自己点検の結果のまとめ：市民課").click()
    chief.look("inspection-result")
    assert city.clerk.name not in chief.page.locator("main").inner_text()
    chief.page.get_by_role("link", name="この質問の改善策を書く").first.click()
    chief.page.get_by_label("改善策", exact=False).fill("引き出しの鍵を買う")
    for part, value in (("年", "令和30"), ("月", "3"), ("日", "31")):
        chief.page.get_by_label(part, exact=True).fill(value)
    chief.press("加える")
    chief.page.get_by_text("改善策を加えました").wait_for()
    chief.page.get_by_label("課としてのまとめ", exact=False).fill("鍵の不足が多い")
    chief.press("まとめる")
    chief.page.get_by_text("課の結果をまとめました").wait_for()
    chief.look()

    manager.page.get_by_role("link", name="結果を報告する").click()
    manager.page.get_by_label("全庁のまとめ", exact=False).fill("鍵の不足が目立つ")
    manager.press("報告する")
    manager.page.get_by_role("heading", name="入力内容に誤りがあります", exact=False).wait_for()
    manager.page.get_by_label("補足する理由", exact=False).fill("ほかの課は対象が少ない")
    manager.press("報告する")
    manager.page.get_by_text("結果を報告しました").wait_for()
    ciso = visit(city.ciso)
    ciso.go("/audits/inspections/")
    ciso.page.get_by_role("link", name="情報セキュリティ自己点検", exact=False).last.click()
    ciso.look()
    assert "鍵の不足が目立つ" in ciso.page.content()
    assert Campaign.objects.get().status == Campaign.Status.REPORTED

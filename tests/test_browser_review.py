"""Journeys of the calendar and of the policy review, in a real browser."""

import pytest
from django.utils import timezone

from audits.models import PolicyReview
from musashimurayama_isms.accounts import reference

from .reviews import resolve
from .test_duties import backup

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(cast):
    reference.load()
    return cast


def test_the_secretariat_takes_a_review_from_its_beginning_to_its_end(city, visit):
    secretary = visit(city.secretary)
    page = secretary.page
    secretary.go("/audits/inspections/")
    page.get_by_role("link", name="ポリシーの見直し").click()
    secretary.look()
    page.get_by_role("link", name="見直しを始める").click()
    secretary.look()
    secretary.press("始める")
    page.get_by_text("材料を集めています").wait_for()
    secretary.look()
    page.get_by_role("link", name="委員会に付議する").click()
    page.get_by_label("委員会への説明", exact=False).fill("今年度の材料を審議してください。")
    secretary.press("付議する")
    page.get_by_role("link", name="材料を順に審議する").click()
    secretary.look()
    page.get_by_label("審議の内容", exact=False).fill("現場の意見を聞いた。")
    page.get_by_label("継続").check()
    page.get_by_label("理由", exact=False).fill("来年度も様子を見る。")
    secretary.press("保存して次へ")
    page.get_by_text("の記録を保存しました").wait_for()
    review, now = PolicyReview.objects.get(), timezone.now()
    for row in review.undecided:
        row.decide(decision="keep", reason="今のままでよい", by=city.secretary, at=now)
    resolve(review, city, at=now)
    secretary.go(review.get_absolute_url())
    page.get_by_role("link", name="見直しを終了する").first.click()
    secretary.press("終了する")
    page.get_by_text("見直しを終了しました").wait_for()
    secretary.look()
    assert PolicyReview.objects.get().status == PolicyReview.Status.CLOSED


def test_the_calendar_is_read_by_month_and_year_and_its_feed_is_begun_and_stopped(city, visit):
    backup(at=timezone.now())
    officer = visit(city.section_officer)
    page = officer.page
    page.get_by_role("link", name="予定表").click()
    page.get_by_role("link", name="バックアップの確認").first.wait_for()
    officer.look()
    page.get_by_role("link", name="全庁").click()
    officer.look()
    page.get_by_role("link", name="年間の予定").click()
    officer.look()
    officer.go("/calendar/feed/")
    officer.look()
    officer.press("配信用のアドレスを作る")
    address = page.get_by_label("配信用のアドレス", exact=False).input_value()
    officer.look()
    content = page.request.get(address)
    assert content.headers["content-type"].startswith("text/calendar")
    assert "バックアップの確認" in content.text()
    officer.confirm("配信を止める")
    page.get_by_text("配信を止めました").wait_for()
    assert page.request.get(address).status == 404

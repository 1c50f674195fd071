"""What goes wrong at a desk, in a real browser: a double click, the back button, a dead line, a session that ends while somebody types."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from incidents.models import Consultation, Incident
from musashimurayama_isms.accounts import reference

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ASK = "/incidents/consultations/new/"
WORDS = "持ち出しの扱いに迷っています。"


@pytest.fixture
def city(cast):
    reference.load()
    return cast


def typed(clerk) -> None:
    """A question is typed and not yet sent."""
    clerk.go(ASK)
    clerk.page.locator("input[name=topic]").first.check(force=True)
    clerk.page.locator("[name=title]").fill("迷うこと")
    clerk.page.locator("textarea[name=text]").fill(WORDS)


def send(clerk) -> None:
    clerk.page.locator("form:has([name=title]) button[type=submit], form:has([name=title]) button:not([type])").last.click()


def draft(clerk) -> None:
    """A report is begun; what is typed is kept by itself."""
    clerk.go("/incidents/start/")
    clerk.page.get_by_label("その他・分からない", exact=False).check()
    clerk.page.get_by_label("含まれない", exact=True).check()
    clerk.press("次へ")
    clerk.page.get_by_label("何が起きたか", exact=False).fill("窓口で紙をなくした")
    clerk.page.get_by_label("どこで起きましたか", exact=False).fill("窓口")
    clerk.page.get_by_text("下書きを保存しました").wait_for()


def report(clerk) -> None:
    clerk.press("報告する")
    clerk.page.get_by_role("dialog").get_by_role("button", name="報告する").click()
    clerk.page.wait_for_url(lambda url: "/draft/" not in url)


def test_a_double_click_sends_once(city, visit):
    clerk = visit(city.clerk)
    typed(clerk)
    clerk.page.locator("form:has([name=title]) button").last.dblclick()
    clerk.page.get_by_text(WORDS).wait_for()
    assert Consultation.objects.count() == 1


def test_back_after_a_report_and_sending_it_again_leads_to_the_report_that_is_there(city, visit):
    clerk = visit(city.clerk)
    draft(clerk)
    report(clerk)
    clerk.page.go_back()
    if "/draft/" in clerk.page.url:  # a browser may show the old form, or ask the portal, which leads on to the report
        report(clerk)
    assert Incident.objects.submitted().count() == 1
    assert "窓口で紙をなくした" in clerk.page.content()


def test_back_after_the_log_out_shows_nothing_of_the_person(city, visit):
    clerk = visit(city.clerk)
    clerk.go("/incidents/")
    clerk.page.locator(".bar__log-out button").click()
    clerk.page.wait_for_load_state()
    clerk.page.go_back()
    clerk.page.wait_for_load_state()
    assert city.clerk.name not in clerk.page.content()


def test_a_dead_line_is_told_and_the_text_stays_and_is_kept_when_the_line_is_back(city, visit):
    clerk = visit(city.clerk)
    draft(clerk)
    clerk.context.set_offline(True)
    box = clerk.page.get_by_label("何が起きたか", exact=False)
    box.fill("窓口で紙をなくした。三枚。")
    clerk.page.get_by_text("下書きを保存できませんでした").wait_for()
    assert box.input_value().endswith("三枚。")
    clerk.context.set_offline(False)
    box.fill("窓口で紙をなくした。三枚。青い封筒。")
    clerk.page.get_by_text("下書きを保存しました").wait_for()
    assert Incident.objects.get().summary.endswith("青い封筒。")


def test_a_session_that_ends_while_somebody_types_is_told_and_nothing_typed_is_lost(city, visit):
    clerk = visit(city.clerk)
    draft(clerk)
    Session.objects.all().delete()
    box = clerk.page.get_by_label("何が起きたか", exact=False)
    box.fill("窓口で紙をなくした。三枚。")
    clerk.page.get_by_text("この画面の入力はそのまま残っています").wait_for()
    assert box.input_value().endswith("三枚。")


def test_a_form_sent_after_the_session_ended_is_sent_again_with_one_press_after_log_in(city, visit, settings):
    clerk = visit(city.clerk)
    typed(clerk)
    idle, settings.SESSION_IDLE = settings.SESSION_IDLE, timedelta(0)
    send(clerk)
    clerk.page.get_by_text("入力した内容は、この画面に残っています").wait_for()
    clerk.complaints.clear()  # the browser notes the 401
    clerk.look()
    settings.SESSION_IDLE = idle
    with clerk.context.expect_page() as opened:
        clerk.page.get_by_role("link", name="新しいタブでログインする").click()
    tab = opened.value
    tab.get_by_label("利用者ID").fill(city.clerk.username)
    tab.get_by_label("パスワード", exact=True).fill("tests-only-passphrase-2026")
    tab.get_by_role("button", name="ログイン").click()
    tab.wait_for_url(f"{clerk.base}/")
    clerk.press("入力した内容をもう一度送信する")
    clerk.page.wait_for_load_state()
    if clerk.page.get_by_role("button", name="入力した内容をもう一度送信する").count():  # the token is that of before the log-in
        clerk.complaints.clear()
        clerk.look()
        clerk.press("入力した内容をもう一度送信する")
    clerk.page.get_by_text(WORDS).wait_for()
    assert Consultation.objects.count() == 1


def test_after_a_fault_of_the_portal_the_back_button_brings_the_text(city, visit, monkeypatch):
    clerk = visit(city.clerk)
    typed(clerk)
    ask = Consultation.ask

    def broken(**facts):
        raise RuntimeError

    monkeypatch.setattr(Consultation, "ask", broken)
    send(clerk)
    clerk.page.get_by_text("ただいま表示できません").wait_for()
    monkeypatch.setattr(Consultation, "ask", ask)
    clerk.page.go_back()
    assert clerk.page.locator("textarea[name=text]").input_value() == WORDS
    send(clerk)
    clerk.page.get_by_text(WORDS).wait_for()
    assert Consultation.objects.count() == 1

"""A 課長 between two meetings, in a real browser: the desk is narrowed, worked off from the list, and what was sent is looked up."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.models import Bulletin
from musashimurayama_isms.approvals.models import Circulation, Decision, Request
from musashimurayama_isms.notifications.models import MailChoice

from .factory import make_absence, make_deputyship, make_request_type
from .matters import ERRAND, RULING

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECTION = ["SECTION_OFFICER"]


def submitted(by, code: str, what: str) -> Request:
    now = timezone.now()
    request = Request.draft(code, by=by, at=now, content={"what": what, "way": "case"})
    request.submit(by=by, at=now)
    return request


@pytest.fixture
def city(cast):
    """While the chief was away the deputy decided; since then a 伝達, a word to the staff, requests, and one of the chief's own."""
    make_request_type(ERRAND, ("any", SECTION), name="試験の運搬", description="試験のために運びます。")
    make_request_type(RULING, ("any", SECTION), name="会議室の機器の利用", description="会議のときに使います。")
    now = timezone.now()
    make_deputyship("shimin-ka.head", cast.colleague)
    absence = make_absence(cast.section_officer, starts_at=now - timedelta(hours=2))
    decided = submitted(cast.clerk, ERRAND, "統計の原票")
    Decision.take(decided, "permit", by=cast.colleague, at=now, digest=decided.current_version.digest)
    absence.delete()
    facts = {"text": "内容", "due_on": timezone.localdate() + timedelta(days=3), "basis": "戦略の決定", "basis_on": timezone.localdate()}
    Circulation.send(
        cast.committee, Circulation.Kind.RELAY, title="多要素認証の導入", recipients=[cast.section], by=cast.secretary, at=now, **facts
    )
    Bulletin.issue(
        title="請求書を装ったメール",
        text="添付を開かず、届いたことを知らせてください。",
        expires_on=timezone.localdate() + timedelta(days=20),
        by=cast.central_manager,
        at=now,
    )
    submitted(cast.clerk, RULING, "大会議室の表示装置")
    submitted(cast.clerk, ERRAND, "申請者一覧")
    submitted(cast.clerk, ERRAND, "選挙の資料")
    submitted(cast.section_officer, ERRAND, "課長会の資料")
    return cast


def test_a_chief_works_the_desk_off_between_two_meetings(city, visit):
    chief = visit(city.section_officer)
    page = chief.page
    page.get_by_role("heading", name="あなたを待っている仕事").wait_for()
    chief.look("desk")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    page.get_by_role("button", name=re.compile("後閲を済ませる.+統計")).click()
    page.get_by_text("後閲を済ませました。").wait_for()
    page.get_by_label("多要素認証の導入を選ぶ").check()
    page.get_by_role("button", name="受領する", exact=True).click()
    page.get_by_text("受領しました。").wait_for()

    page.get_by_role("link", name=re.compile("ここで内容を見る.+請求書")).click()
    page.get_by_text("添付を開かず").wait_for()
    page.get_by_role("button", name="読みました").click()
    page.get_by_text("読んだ印を付けました。").wait_for()

    page.get_by_role("navigation", name="種類で絞り込む").get_by_role("link", name="決定").click()
    page.wait_for_url("**/?kind=*")
    page.get_by_role("link", name=re.compile("ここで内容を見る.+会議室")).click()
    page.get_by_text("鍵付きケース").wait_for()
    chief.look("desk-look")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="許可する", exact=True).click()
    page.get_by_text("許可しました。").wait_for()
    assert "kind=" in page.url  # the same list, the next one in its place
    assert Request.objects.get(title__contains="会議室").status == Request.Status.COMPLETED

    page.get_by_role("link", name="申請者一覧", exact=False).click()
    page.get_by_role("heading", name="試験の運搬 R8-002").wait_for()
    page.get_by_label("鍵付きのケースか暗号化で守られていますか").check()
    page.get_by_role("button", name="許可する", exact=True).click()
    page.get_by_text("続けて、次に待っている申請を開きました。", exact=False).wait_for()

    page.get_by_role("link", name="受信箱", exact=True).first.click()
    page.get_by_role("link", name="自分が出したもの").click()
    page.get_by_role("cell", name="市民 部長さん（総括情報セキュリティ担当者）").wait_for()
    chief.look("desk-sent")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("link", name="始められること").click()
    page.get_by_role("heading", name="気づいたこと・困ったこと").wait_for()
    chief.look("desk-begin")
    page.set_viewport_size({"width": 1093, "height": 614})  # the same screen at 125 %
    for path in ("/", "/inbox/sent/", "/inbox/begin/"):
        chief.go(path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


def test_a_clerk_chooses_how_to_be_told_and_reads_a_notice_in_place(city, visit):
    clerk = visit(city.clerk)
    page = clerk.page
    page.get_by_role("navigation", name="受信箱の中").get_by_role("link", name="お知らせ", exact=False).click()
    clerk.look("notices")
    page.get_by_role("link", name="受け取りかた").click()
    page.get_by_role("group", name="申請・許可・委員会").get_by_label("すぐに").check()
    page.get_by_label("まとめて送る時刻").select_option("13")
    clerk.look("notice-choices")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="この受け取りかたにする").click()
    page.get_by_text("お知らせの受け取りかたを変えました。").wait_for()
    choice = MailChoice.objects.get()
    assert (choice.person, choice.ways, choice.digest_hour) == (city.clerk, {"approvals": "at_once"}, 13)
    clerk.go("/inbox/notices/")
    page.get_by_role("button", name=re.compile("^既読にする.+")).first.click()
    page.locator(".chip", has_text="既読").first.wait_for()

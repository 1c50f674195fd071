"""The journey of an incident through four accounts, in a real browser (screens.md, journeys 1 and 2)."""

import base64

import pytest

from incidents.models import Incident
from musashimurayama_isms.accounts import reference

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")


@pytest.fixture
def city(cast):
    """The cast with all reference data: kinds, the outline of the policy."""
    reference.load()
    return cast


def report(clerk) -> str:
    """The clerk files a report; gives its path."""
    page = clerk.page
    page.get_by_role("link", name="インシデントを報告する").first.click()
    clerk.look()
    page.get_by_label("誤送信・誤送付", exact=False).check()
    page.get_by_label("含まれる", exact=True).check()
    clerk.press("次へ")
    page.get_by_label("何が起きたか", exact=False).fill("申請者一覧を添付したメールを、別の事業者に送った。")
    page.get_by_label("どこで起きましたか", exact=False).fill("市民課の自席")
    page.get_by_text("下書きを保存しました").wait_for()
    clerk.look("report")
    page.get_by_label("関係する情報は何ですか", exact=False).fill("申請者一覧の表")
    page.get_by_text("必要なときだけ入力すること（情報の分類", exact=False).click()
    page.get_by_label("分類Ⅰ", exact=False).check()
    page.get_by_label("添付ファイル", exact=False).set_input_files({"name": "画面.png", "mimeType": "image/png", "buffer": PNG})
    clerk.press("報告する")
    page.get_by_role("dialog").get_by_text("市民 課長").wait_for()
    page.get_by_role("dialog").get_by_role("button", name="報告する").click()
    page.get_by_text("報告を受け付けました").wait_for()
    clerk.look()
    return page.url.removeprefix(clerk.base)


def pass_on(visitor, picture: str, button: str) -> None:
    """Someone of the chain finds the report on the desk, opens it, and passes it on."""
    visitor.go("/")
    visitor.look(f"{picture}-desk" if picture else "")
    visitor.page.get_by_role("link", name="R8-001", exact=False).first.click()
    visitor.look(picture)
    visitor.press(button)
    visitor.page.get_by_text("に伝達しました").wait_for()


def test_a_report_climbs_from_a_clerk_to_the_ciso_and_no_stranger_sees_it(city, visit):
    clerk = visit(city.clerk)
    path = report(clerk)
    pass_on(visit(city.section_officer), "chief", "3者へ伝達する")
    pass_on(visit(city.division_officer), "", "電子計算組織総括管理者へ報告する")
    pass_on(visit(city.general_manager), "", "CISOへ報告する")
    ciso = visit(city.ciso)
    ciso.go("/incidents/desk/ciso/")
    ciso.look()
    ciso.page.get_by_role("link", name="R8-001", exact=False).first.click()
    ciso.look("ciso")
    ciso.press("受領する")
    ciso.page.get_by_text("受領しました").first.wait_for()
    for clause in ("3-9(3)ア(ア)", "3-9(3)ア(イ)", "3-4(2)カ(ウ)", "3-4(2)イ(エ)"):
        assert ciso.page.get_by_role("link", name=clause, exact=False).count(), clause
    clerk.go(path)
    assert "CISO報告済" in clerk.page.content()
    outsider = visit(city.outsider_clerk)
    assert outsider.go(path).status == 404
    incident = Incident.objects.get()
    assert incident.status == Incident.Status.REACHED


def test_what_was_typed_is_there_after_the_browser_was_closed(city, visit):
    clerk = visit(city.clerk)
    clerk.go("/incidents/start/")
    clerk.page.get_by_label("その他・分からない", exact=False).check()
    clerk.page.get_by_label("含まれない", exact=True).check()
    clerk.press("次へ")
    clerk.page.get_by_label("何が起きたか", exact=False).fill("画面に見慣れない表示が出た")
    clerk.page.get_by_text("下書きを保存しました").wait_for()
    clerk.close()
    again = visit(city.clerk)
    again.go("/incidents/desk/mine/")
    again.page.get_by_role("link", name="その他・分からない", exact=False).first.click()
    assert again.page.get_by_label("何が起きたか", exact=False).input_value() == "画面に見慣れない表示が出た"


def test_wrong_input_is_named_in_a_summary_and_nothing_is_lost(city, visit):
    clerk = visit(city.clerk)
    clerk.go("/incidents/start/")
    clerk.page.get_by_label("年", exact=True).first.fill("令和9")
    clerk.press("次へ")
    summary = clerk.page.get_by_role("heading", name="入力内容に誤りがあります", exact=False)
    summary.wait_for()
    assert clerk.page.get_by_label("年", exact=True).first.input_value() == "令和9"
    clerk.look()

"""A request on its way from a clerk to a permit with a condition, in a real browser (screens.md, journey 2)."""

import pytest

from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.approvals.models import Request

from .factory import make_request_type
from .matters import ERRAND

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(cast):
    """The chief applies, the central manager or the general manager decides."""
    reference.load()
    make_request_type(
        ERRAND,
        ("any", ["CENTRAL_MANAGER", "GENERAL_MANAGER"]),
        applicants=[RoleCode.SECTION_OFFICER],
        name="試験の運搬",
        description="情報を入れた媒体を、ほかの場所へ運びます。",
    )
    return cast


def draft(clerk) -> str:
    """The clerk writes and hands over; gives the path of the request."""
    page = clerk.page
    page.get_by_role("link", name="申請・許可").click()
    page.get_by_role("link", name="申請を始める").first.click()
    clerk.look("requests-begin")
    page.get_by_role("listitem").filter(has_text="試験の運搬").get_by_role("button").click()
    page.get_by_label("何を", exact=False).fill("申請者一覧を入れたUSBメモリ")
    page.get_by_text("下書きを保存しました").wait_for()
    page.get_by_label("どのように", exact=False).select_option("case")
    clerk.look()
    clerk.press("確認へ進む")
    page.get_by_role("heading", name="決定する人").wait_for()
    clerk.look("requests-review")
    clerk.press("申請者に回す")
    page.get_by_text("申請者に回しました").wait_for()
    return page.url.removeprefix(clerk.base)


def test_a_clerk_drafts_the_chief_submits_and_the_first_of_two_deciders_permits_with_a_condition(city, visit):
    clerk = visit(city.clerk)
    path = draft(clerk)

    chief = visit(city.section_officer)
    chief.page.get_by_role("link", name="試験の運搬", exact=False).first.click()
    chief.look()
    chief.press("申請する")
    chief.page.get_by_text("申請しました（R8-001）").wait_for()

    decider, late = visit(city.central_manager), visit(city.general_manager)
    for visitor in (decider, late):
        visitor.go("/?q=試験の運搬")  # who answers for empty seats has many rounds of duties that wait longer
        visitor.page.get_by_role("link", name="試験の運搬", exact=False).first.click()
        visitor.page.get_by_role("heading", name="決定してください").wait_for()
    decider.look("requests-decide")
    decider.page.get_by_label("鍵付きのケースか暗号化で守られていますか").check()
    decider.page.get_by_text("条件を付けて許可する").first.click()
    decider.page.get_by_label("許可の条件", exact=False).fill("二人で運ぶこと")
    decider.press("条件を付けて許可する")
    decider.page.get_by_text("条件を付けて許可しました").wait_for()
    decider.look()

    late.page.get_by_label("意見・理由", exact=False).fill("別の方法で。")
    late.confirm("不許可")
    late.page.get_by_text(f"{city.central_manager.name}さん（中央電子計算組織管理者）が「許可」と決定しています。").wait_for()

    clerk.go(path)
    clerk.page.get_by_role("heading", name="許可の条件").wait_for()
    clerk.page.get_by_text("二人で運ぶこと").first.wait_for()
    clerk.look("requests-permitted")
    assert Request.objects.get().status == Request.Status.RUNNING
    stranger = visit(city.outsider_clerk)
    assert stranger.go(path).status == 404

"""An exception in a real browser: drafted by a clerk, submitted by the 課長, permitted by the CISO, seen on the map, closed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from musashimurayama_isms.accounts import reference
from musashimurayama_isms.approvals.models import Request
from policy.models import PolicyException

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(cast):
    reference.load()
    return cast


def fill(page, **values: object) -> None:
    """Boxes by their names: a day in its three."""
    for name, value in values.items():
        parts = {"_year": value.year, "_month": value.month, "_day": value.day} if hasattr(value, "year") else {"": value}
        for part, text in parts.items():
            page.locator(f"[name='{name}{part}']").fill(str(text))


def write(page, on) -> None:
    """The form, with one clause found by a word and one typed."""
    page.get_by_label("ことばや番号で絞り込む").fill("3-5(2)キ(イ)")
    page.get_by_role("checkbox", name="3-5(2)キ(イ)", exact=False).check()
    fill(page, numbers="3-9(4)イ(ア)", what="窓口の共用端末で、利用者ごとのIDを使えない", risk="だれが操作したかを後から確かめにくい")
    fill(page, reason="受付の交代が数分おきで、切り替えると窓口が止まるため", measures_what_1="当番表と監視カメラの記録を突き合わせる")
    fill(page, starts_on=on, ends_on=on + timedelta(days=20))


def test_an_exception_from_the_draft_to_its_closing_report(city, visit):
    on = timezone.localdate()
    clerk = visit(city.clerk)
    clerk.go("/policy/exceptions/")
    clerk.look()
    clerk.press("例外措置を申請する")
    write(clerk.page, on)
    clerk.look()
    clerk.press("確認へ進む")
    clerk.page.get_by_text("当番表と監視カメラ", exact=False).first.wait_for()
    clerk.look()
    clerk.press("申請者に回す")
    clerk.page.get_by_text("申請待ち").first.wait_for()
    request = Request.objects.get()

    chief = visit(city.section_officer)
    chief.go(request.get_absolute_url())
    chief.press("申請する")
    chief.page.get_by_text("審査中").first.wait_for()

    ciso = visit(city.ciso)
    ciso.go(request.get_absolute_url())
    for box in ciso.page.get_by_role("checkbox").all():
        box.check()
    ciso.look()
    ciso.press("許可する")
    ciso.page.get_by_role("heading", name="受信箱").wait_for()
    ciso.go("/policy/exceptions/")
    ciso.page.get_by_role("link", name=request_number(), exact=True).click()
    ciso.look()

    clerk.go("/policy/coverage/?section=3.5")
    clerk.page.get_by_role("link", name="例外措置中 1件").first.click()
    clerk.look()
    clerk.page.get_by_role("link", name=request_number(), exact=True).click()
    clerk.press("実施した")
    clerk.page.get_by_text("実施済みとして記録しました", exact=False).wait_for()
    clerk.look()
    clerk.page.get_by_role("link", name="完了を報告する").click()
    fill(clerk.page, report="共用端末を入れ替え、一人ずつのIDに戻した")
    clerk.look()
    clerk.press("完了を報告する")
    clerk.page.get_by_text("例外措置は終わりました", exact=False).wait_for()
    clerk.look()
    assert PolicyException.objects.get().status == "ended"


def request_number() -> str:
    return PolicyException.objects.get().request.number

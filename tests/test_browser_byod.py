"""A private device in a real browser: closed without the rule, ruled possible by the CISO, applied for, permitted, wiped."""

from datetime import timedelta

import pytest
from django.utils import timezone

from musashimurayama_isms.accounts import reference
from musashimurayama_isms.approvals.models import Request
from policy.models import Regulation

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


def tick(page, **values: str) -> None:
    """A choice by the name of its field and its value."""
    for name, value in values.items():
        page.locator(f"[name='{name}'][value='{value}']").check()


def begin(visitor, code: str) -> None:
    visitor.go("/requests/begin/")
    visitor.page.locator(f"form[action='/requests/begin/{code}/'] button").click()


def decide(visitor, request: Request) -> None:
    """Every check ticked, and permitted."""
    visitor.go(request.get_absolute_url())
    for box in visitor.page.locator("[name='checks']").all():
        box.check()
    visitor.look()
    visitor.press("許可する")
    visitor.page.get_by_role("heading", name="受信箱").wait_for()  # nothing more to decide: the other work follows


def test_a_private_device_from_the_missing_rule_to_the_wiped_phone(city, visit):
    on = timezone.localdate()
    clerk, chief, ciso, central = (visit(city.clerk), visit(city.section_officer), visit(city.ciso), visit(city.central_manager))
    clerk.go("/requests/begin/")
    clerk.page.get_by_role("link", name="支給以外の端末の業務利用の実施手順").first.wait_for()
    clerk.look()
    rule = Regulation.objects.get(code="byod-procedure")
    rule.keep_elsewhere(where="書庫", since=on, review_on=None, by=city.central_manager, at=timezone.now())

    begin(chief, "byod-ruling")
    fill(chief.page, use="災害時の連絡", devices="職員のスマートフォン", reason="市の端末が全員分はない")
    fill(chief.page, risks="紛失、家族による利用", measures="画面ロック、離れた所からの消去")
    tick(chief.page, asset_class="3")
    chief.look()
    chief.press("確認へ進む")
    chief.press("申請する")
    chief.page.get_by_text("審査中").first.wait_for()
    decide(ciso, Request.objects.get(type__code="byod-ruling"))

    begin(clerk, "byod")
    clerk.page.locator("[name='ruling']").select_option(index=1)
    fill(clerk.page, device_text="電話機A、OS 18", owner="本人", need="夜間の災害の連絡を受けるため", information="参集の連絡")
    fill(clerk.page, starts_on=on, ends_on=on + timedelta(days=90))
    tick(clerk.page, asset_class="4")
    clerk.press("確認へ進む")
    clerk.page.get_by_text("確かめてから、印を付けてください", exact=False).first.wait_for()
    clerk.complaints.clear()  # the browser names the 422 with which the form came back
    for value in ("lock", "update", "alone"):
        tick(clerk.page, measures=value)
    for name in ("removes", "procedure_read"):
        clerk.page.locator(f"[name='{name}']").check()
    clerk.press("確認へ進む")
    clerk.look()
    clerk.press("申請する")
    clerk.page.get_by_text("審査中").first.wait_for()

    request = Request.objects.get(type__code="byod")
    decide(central, request)
    chief.go("/requests/desk/running/")
    chief.page.get_by_role("link", name="電話機A", exact=False).wait_for()
    chief.look()
    clerk.go(request.get_absolute_url())
    fill(clerk.page, **{"done-done_on": on})
    clerk.page.locator("[name='done-is_wiped']").check()
    clerk.look()
    clerk.press("記録して完了にする")
    clerk.page.get_by_text("完了にしました", exact=False).first.wait_for()
    clerk.look()
    request.refresh_from_db()
    assert (request.status, request.report["done_on"]) == ("completed", on.isoformat())

"""A clerk in the browser: "/" from any page, a word, a hit; a number goes straight; nothing scrolls sideways."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from musashimurayama_isms.accounts import reference

from .factory import make_asset
from .response_rows import sent

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def rows(cast):
    """A report, some assets and the reference data."""
    reference.load()
    for number in range(7):
        make_asset(cast.section, name=f"住民異動届の綴り{number}", by=cast.clerk)
    return sent(cast, at=timezone.now(), information="住民異動届の写し", action_taken="金庫に戻した")


def test_the_clerk_searches_with_the_keyboard_alone(cast, rows, visit):
    desk = visit(cast.clerk)
    page = desk.page
    page.keyboard.press("/")
    expect(page.locator("#bar-search")).to_be_focused()
    page.keyboard.type("住民異動届")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("「住民異動届」の検索結果")
    expect(page.locator("mark").first).to_have_text("住民異動届")
    desk.look("search")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("link", name="情報資産 7件をすべて見る").click()
    expect(page.locator(".hit")).to_have_count(7)

    page.locator("#search-field").fill("a/b")
    page.locator("#search-field").press("/")
    expect(page.locator("#search-field")).to_have_value("a/b/")

    page.locator("#bar-search").fill(rows.number)
    page.locator("#bar-search").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text(rows.number)

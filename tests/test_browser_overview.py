"""The 状況 of the CISO and of a 課長, in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone

from musashimurayama_isms.trail.reading import note_reading

from .world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world(cast) -> World:
    return World(cast)


def test_the_ciso_sees_in_half_a_minute_what_matters_and_the_chief_the_own_section(world, visit):
    cast = world.cast
    note_reading(cast.ciso, cast.ciso, at=timezone.now() - timedelta(days=1), label="状況（全庁）")
    ciso = visit(cast.ciso)
    page = ciso.page
    page.get_by_role("link", name="状況", exact=True).click()
    page.get_by_text("決めること").wait_for()
    page.get_by_role("link", name="仕組みなし").first.wait_for()  # the part that comes after the page
    ciso.look("overview")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_text("数字を表で見る").first.click()
    ciso.look()
    page.locator(".headline .figure").first.click()
    page.get_by_text("申請", exact=False).first.wait_for()
    ciso.go("/overview/overrides/")
    ciso.look()
    chief = visit(cast.section_officer)
    chief.go("/overview/")
    chief.page.get_by_role("heading", name="状況（市民課）").wait_for()
    chief.look("overview-section")
    assert chief.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

"""An administrator finds the figures from the state of the system, and reads them on a narrow screen too."""

import pytest
from django.utils import timezone

from musashimurayama_isms.jobs import health
from musashimurayama_isms.jobs.models import Heartbeat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_figures_are_one_link_from_the_state_of_the_system(cast, visit):
    health.note(Heartbeat.Name.WORKER, at=timezone.now())
    desk = visit(cast.administrator)
    desk.go("/jobs/health/")
    desk.page.get_by_role("link", name="運転の数値").click()
    desk.page.get_by_role("heading", name="運転の数値").wait_for()
    desk.look()
    assert desk.page.get_by_role("row", name="証跡の件数").count() == 1
    assert desk.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

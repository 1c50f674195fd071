"""An auditor on site with a laptop: results by keys, a finding in place, nothing loaded, nothing lost; the section answers."""

import pytest
from django.utils import timezone

from audits.models import AuditReport, CheckItem, Finding
from musashimurayama_isms.accounts import reference

from . import audit_rows as rows

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(cast):
    reference.load()
    return cast


def test_the_auditor_works_through_the_checklist_by_keys_and_raises_a_finding_in_place(city, visit):
    now = timezone.now()
    row = rows.fieldwork(city, at=now)
    first, second = row.items.all()[:2]
    auditor = visit(city.auditor)
    page = auditor.page
    auditor.go(f"/audits/{row.pk}/checklist/")
    page.evaluate("window.stayed = true")
    auditor.look()
    page.keyboard.press("j")
    page.keyboard.press("3")
    page.locator(f"#item-saved-{first.pk}", has_text="保存しました").wait_for()
    page.keyboard.press("e")
    page.keyboard.type("貸出簿に返却日がない")
    page.locator(f"#item-saved-{first.pk}", has_text="保存しました").wait_for()
    page.wait_for_timeout(1200)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("6")
    page.keyboard.type("この課では行わない")
    page.locator(f"#item-saved-{second.pk}", has_text="保存しました").wait_for()
    page.wait_for_timeout(1200)
    found = {item.pk: item for item in CheckItem.objects.filter(pk__in=[first.pk, second.pk])}
    assert (found[first.pk].result, found[first.pk].observation) == ("minor", "貸出簿に返却日がない")
    assert (found[second.pk].result, found[second.pk].reason) == ("na", "この課では行わない")
    page.locator(f"#item-{first.pk}").get_by_role("button", name="指摘の案を書く").click()
    box = page.locator(f"#finding-{first.pk}")
    box.get_by_label("件名").fill("返却日の記録の不足")
    box.get_by_label("リスク").fill("紛失に気づかない")
    page.evaluate("window.scrollTo(0, 0)")  # the bar at the top may cover half a field
    auditor.look()
    box.get_by_role("button", name="案を残す").click()
    box.get_by_text("指摘の案を書きました").wait_for()
    assert Finding.objects.get().fact == "貸出簿に返却日がない"
    assert page.evaluate("window.stayed")
    page.evaluate("window.scrollTo(0, 0)")
    auditor.look("audit-checklist")


def test_the_pages_of_an_audit_have_no_barrier_for_either_side(city, visit):
    now = timezone.now()
    row = rows.reporting(city, at=now)
    Finding.exchange(row, by=city.auditor, at=now)
    AuditReport.begin(row, by=city.auditor, at=now)
    head = visit(city.audit_head)
    for path in ("", "plans/", f"plans/{row.programme_id}/", "plans/medium-term/", "special/"):
        head.go(f"/audits/{path}")
        head.look("audit-plan" if path.startswith("plans/1") else "")
    for tab in ("", "schedule/", "survey/", "papers/", "evidence/", "findings/", "report/"):
        head.go(f"/audits/{row.pk}/{tab}")
        head.look("audit" if not tab else "")
    section = visit(city.section_officer)
    for tab in ("", "schedule/", "survey/", "evidence/", "findings/", "report/"):
        section.go(f"/audits/{row.pk}/{tab}")
        section.look()

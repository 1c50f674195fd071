"""From the red button to the other reports, in a real browser: a consultation answered, a violation guided, a card stopped."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents.models import ComplianceProblem, Consultation, Incident, IncidentKind, Violation
from musashimurayama_isms.accounts import reference

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def city(cast):
    """The cast with all reference data."""
    reference.load()
    return cast


def test_a_clerk_asks_from_the_red_button_and_the_answer_leads_to_an_exception(city, visit):
    clerk = visit(city.clerk)
    clerk.page.get_by_role("link", name="インシデントを報告する").first.click()
    clerk.look()
    clerk.page.get_by_label("相談したい", exact=False).check()
    clerk.press("次へ")
    clerk.page.get_by_label("決まりを守るのが難しい").check()
    clerk.page.get_by_label("件名", exact=False).fill("出張先での資料の持ち運び")
    clerk.page.get_by_label("困っていること", exact=False).fill("庁外の会議で、USBメモリを使わずに資料を見る方法がない。")
    clerk.look()
    clerk.press("相談する")
    clerk.page.get_by_text("これからのこと").wait_for()
    clerk.look()
    central, path = visit(city.central_manager), Consultation.objects.get().get_absolute_url()
    central.go(path)
    central.look()
    central.page.get_by_role("link", name="相談に答える").click()
    central.page.get_by_label("回答・指示", exact=False).fill("期間を決めて、例外措置を申請してください。")
    central.page.get_by_label("例外措置を申請する").check()
    central.look()
    central.press("回答する")
    clerk.go(path)
    clerk.look()
    clerk.press("例外措置の申請を始める")
    clerk.page.get_by_text("従わない条項").first.wait_for()


def test_a_violation_is_told_guided_and_seen_by_the_person_without_the_reporter(city, visit):
    clerk = visit(city.clerk)
    clerk.go("/incidents/violations/new/")
    clerk.page.get_by_label("見たこと・分かったこと", exact=False).fill("パスワードを書いた紙が、画面の横に貼ってある。")
    clerk.page.get_by_label("その課の人に、自分の名前を見せない", exact=False).check()
    clerk.look()
    clerk.press("報告する")
    clerk.page.get_by_text("これからのこと").wait_for()
    clerk.look()
    row = Violation.objects.get()
    row.identify(city.colleague, by=city.section_officer, at=timezone.now())
    officer = visit(city.section_officer)
    officer.go(row.get_absolute_url())
    officer.look()
    officer.page.get_by_role("link", name="指導を記録する").first.click()
    officer.page.get_by_label("内容", exact=False).fill("貼らずに覚えるよう指導した。")
    day = timezone.localdate() + timedelta(days=7)
    for part in ("year", "month", "day"):
        officer.page.locator(f"[name=check_on_{part}]").fill(str(getattr(day, part)))
    officer.look()
    officer.press("指導を記録する")
    officer.page.get_by_text("指導を記録しました").wait_for()
    person = visit(city.colleague)
    person.go(row.get_absolute_url())
    person.look()
    assert city.clerk.name not in person.page.content()
    central = visit(city.central_manager)
    central.go("/incidents/violations/")
    central.look()


def test_a_lost_card_and_a_problem_of_compliance_say_first_what_they_want(city, visit):
    now = timezone.now()
    facts = {"noticed_at": now, "personal_information": "no", "department": city.section, "summary": "見当たらない", "place": "窓口"}
    card = Incident.objects.create(reporter=city.clerk, kind=IncidentKind.objects.get(code="ic_card"), **facts)
    card.report(by=city.clerk, at=now)
    central = visit(city.central_manager)
    central.go(card.get_absolute_url())
    central.look()
    central.page.get_by_role("link", name="カードの利用を止めた").click()
    central.page.get_by_label("台帳にないときの", exact=False).fill("職員証 012")
    central.look()
    central.press("停止を記録する")
    central.page.get_by_text("カードの利用停止を記録しました").wait_for()
    problem = ComplianceProblem.report(
        by=city.section_officer, at=now, department=city.section, title="画面のロック", text="10台のうち4台", found_on=timezone.localdate()
    )
    ciso = visit(city.ciso)
    ciso.go(problem.get_absolute_url())
    ciso.look()
    ciso.go("/incidents/compliance/")
    ciso.look()

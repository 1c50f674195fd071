"""A leak of 150 persons' data from the report to the closing, across a year end and holidays, in a real browser (screens.md, journeys 1 to 4)."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from incidents.chain import StepCode
from incidents.models import AuthorityReport, Incident, IncidentMeeting, Publication, ResponseTask, Sending, Triage
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.fiscal import TOKYO

from .authority_acts import report_to
from .browser import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OFFENCES = ("sensitive", "local_sensitive", "property", "wrongful", "my_number", "attack", "crime", "network_cut", "lgwan", "juki")


@pytest.fixture
def monday(clock) -> datetime:
    """The last day of the year on which the city hall is open: Monday, 28 December 2026."""
    return clock.set(2026, 12, 28, 10)


@pytest.fixture
def city(monday, cast):
    """The cast with all reference data: kinds, authorities, the outline of the policy."""
    reference.load()
    return cast


def write(visitor: Visitor, **fields: str) -> None:
    """Fill fields of a form by their names."""
    for name, text in fields.items():
        visitor.page.locator(f"[name={name}]").fill(text)


def choose(visitor: Visitor, **fields: str) -> None:
    """Tick one of several by the name of the field."""
    for name, value in fields.items():
        visitor.page.locator(f"[name={name}][value='{value}']").check()


def on_day(visitor: Visitor, name: str, day: date) -> None:
    """Fill the boxes of a day, and of a time where the field asks for one."""
    for part in ("year", "month", "day", *(("hour", "minute") if isinstance(day, datetime) else ())):
        write(visitor, **{f"{name}_{part}": str(getattr(day, part))})


def follow(visitor: Visitor, link: str) -> None:
    """Click the first link with these words and see what comes."""
    visitor.page.get_by_role("link", name=link).first.click()
    visitor.page.wait_for_load_state()
    visitor.look()


def send_off(visitor: Visitor, button: str, answer: str) -> None:
    """Press a button and wait for what the portal says."""
    visitor.press(button)
    visitor.page.get_by_text(answer).first.wait_for()


def reported(clerk: Visitor) -> Incident:
    """Journey 1: the clerk reports within two pages."""
    follow(clerk, "インシデントを報告する")
    clerk.page.get_by_label("誤送信・誤送付", exact=False).check()
    clerk.page.get_by_label("含まれる", exact=True).check()
    clerk.press("次へ")
    write(clerk, summary="給付の対象者150人の一覧を添付したメールを、別の事業者に送った。", place="市民課の自席")
    write(clerk, information="給付の対象者の一覧（氏名・住所）", people_count="150")
    clerk.page.get_by_text("下書きを保存しました").wait_for()
    clerk.look("leak-report")
    clerk.press("報告する")
    clerk.page.get_by_role("dialog").get_by_role("button", name="報告する").click()
    clerk.page.get_by_text("報告を受け付けました").wait_for()
    clerk.look()
    return Incident.objects.get()


def passed_on(visitor: Visitor, button: str) -> None:
    """From the desk: the first row that waits is the report; it is passed on with one button."""
    visitor.go("/")
    visitor.look()
    follow(visitor, "R8-001 誤送信")
    send_off(visitor, button, "に伝達しました")


def test_a_leak_of_150_persons_is_led_to_its_end_across_the_year_end(city, clock, at_desk):
    leak = reported(at_desk(city.clerk))
    clock.forward(minutes=5)
    passed_on(at_desk(city.section_officer), "3者へ伝達する")
    passed_on(at_desk(city.division_officer), "電子計算組織総括管理者へ報告する")
    passed_on(at_desk(city.general_manager), "CISOへ報告する")

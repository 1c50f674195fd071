"""A leak of 150 persons' data from the report to the closing, across a year end and holidays, in a real browser (screens.md)."""

from datetime import date, datetime

import pytest
from django.urls import reverse

from incidents.chain import StepCode
from incidents.models import AuthorityReport, Incident, IncidentMeeting, ResponseTask, Sending, Triage
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.fiscal import TOKYO

from .authority_acts import report_to
from .leak_acts import (
    agreed,
    called_together,
    click,
    done,
    judged,
    measured,
    minuted,
    passed_on,
    prevented,
    published,
    reported,
    see,
    send_off,
    sent,
    shown,
    terms,
    write,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def monday(clock) -> datetime:
    """The last day of the year on which the city hall is open: Monday, 28 December 2026."""
    return clock.set(2026, 12, 28, 10)


@pytest.fixture
def city(monday, cast):
    """The cast with all reference data: kinds, authorities, the outline of the policy."""
    reference.load()
    return cast


def whole(leak: Incident) -> None:
    """What the database has kept of it."""
    leak.refresh_from_db()
    assert leak.status == Incident.Status.CLOSED
    assert leak.is_grave
    assert all(step.done_at for step in leak.steps.all())
    assert not leak.endings.get().left
    assert leak.triages.get().outcome == Triage.Outcome.SECURITY
    assert leak.meetings.get().status == IncidentMeeting.Status.HELD
    assert leak.steps.get(code=StepCode.EXTERNAL).done_at.astimezone(TOKYO).date() == date(2027, 1, 12)
    assert {row.receipt_number for row in Sending.objects.exclude(receipt_number="")} == {"漏速-20261228", "漏確-20270125"}
    assert leak.publications.in_force().get().published_on == date(2027, 1, 4)
    assert all(row.status == AuthorityReport.Status.SENT for row in leak.authority_reports.exclude(status=AuthorityReport.Status.OUT))


def test_a_leak_of_150_persons_is_led_to_its_end_across_the_year_end(city, clock, at_desk):
    # Monday, 28 December: the report climbs, the meeting meets, the first authority is told.
    leak = reported(at_desk(city.clerk))
    file, tab7 = reverse("incidents:response", args=[leak.pk]), reverse("incidents:authorities", args=[leak.pk])
    clock.forward(minutes=5)
    passed_on(at_desk(city.section_officer), "3者へ伝達する")
    passed_on(at_desk(city.division_officer), "電子計算組織総括管理者へ報告する")
    passed_on(at_desk(city.general_manager), "CISOへ報告する")
    called_together(at_desk(city.general_manager))
    measured(at_desk(city.central_manager), leak)

    clock.set(2026, 12, 28, 15)
    secretary = at_desk(city.secretary)
    secretary.look("leak-desk")
    assert secretary.page.get_by_role("link", name="R8-001 外部への報告").count() == 1
    passed_on(secretary, "状況を確認してCISOへ報告する")
    secretary.go(file)
    minuted(secretary)
    secretary.go(tab7)
    secretary.look()
    see(secretary, "質問に答える")
    judged(secretary, datetime(2026, 12, 26, 17), reason="土曜日の当番が気づいていたと聞いた")
    assert terms(leak)["ppc:final"] == (date(2027, 1, 25), None)  # the 30th day is a Sunday
    click(secretary, "答えを改める")
    judged(secretary, datetime(2026, 12, 28, 10), reason="")
    secretary.look("leak-authorities")
    assert terms(leak) == {
        "soumu:first": (date(2027, 1, 4), None),
        "tokyo:first": (date(2027, 1, 4), None),
        "ppc:prompt": (date(2026, 12, 30), date(2027, 1, 1)),
        "ppc:final": (date(2027, 1, 26), None),
        "persons:notice": (None, None),
    }
    for words in ("令和9年1月4日(月)", "令和8年12月30日(水)", "遅くとも 令和9年1月1日(金)", "令和9年1月26日(火)"):
        assert words in shown(secretary), words
    sent(secretary, report_to(leak, "ppc", "prompt"), "form", number="漏速-20261228")

    # Monday, 4 January: the first working day of the year.
    clock.set(2027, 1, 4, 9)
    secretary = at_desk(city.secretary)
    sent(secretary, report_to(leak, "soumu"), "lgwan", covers="東京都")
    assert not any(row.is_too_late for row in AuthorityReport.objects.filter(incident=leak))
    published(secretary, at_desk(city.member), leak)

    # Tuesday, 12 January: the persons are told, the cause is agreed on, the CISO confirms.
    clock.set(2027, 1, 12, 10)
    section, central, secretary = at_desk(city.section_officer), at_desk(city.central_manager), at_desk(city.secretary)
    sent(section, report_to(leak, "persons"), "post", people="150")
    done(section, ResponseTask.objects.get(kind=ResponseTask.Kind.DECISION), "書面を受け取った。")
    section.look()
    secretary.go(tab7)
    send_off(secretary, "段階を終える", "段階を終えました")
    central.go(file)
    see(central, "原因を記録する")
    write(central, course="宛先の候補から、似た名前の事業者を選んだ。", cause="宛先を一人で確かめていた。")
    central.page.locator("[name=categories]").first.check()
    send_off(central, "記録して確かめを求める", "原因を記録しました")
    section.go(file)
    section.look()
    for person in (city.section_officer, city.division_officer, city.secretary):
        agreed(at_desk(person), leak)
    central.go(file)
    central.look("leak-cause")
    see(central, "原因の究明を済ませる")
    send_off(central, "済ませる", "原因の究明を済ませました")
    prevented(secretary, leak)
    ciso = at_desk(city.ciso)
    ciso.look()
    ciso.go(file)
    ciso.look()
    see(ciso, "確認する")
    write(ciso, words="全庁に広げること。")
    send_off(ciso, "確認する", "再発防止策を確認しました")

    # Monday, 25 January: closing is refused as long as something is open, and the page names it.
    clock.set(2027, 1, 25, 9)
    central, section, secretary = at_desk(city.central_manager), at_desk(city.section_officer), at_desk(city.secretary)
    central.go(reverse("incidents:close", args=[leak.pk]))
    central.look("leak-not-closed")
    for words in ("確報が「送付待ち」です（期限 令和9年1月26日）", "二人で宛先を確かめてから送る"):
        assert words in shown(central), words
    central.press("残したまま完了にする")
    central.page.get_by_role("heading", name="入力内容に誤りがあります", exact=False).wait_for()
    central.complaints.clear()  # the browser complains of a form that is refused
    sent(secretary, report_to(leak, "ppc", "final"), "form", number="漏確-20270125")
    done(section, ResponseTask.objects.get(kind=ResponseTask.Kind.PREVENTION), "手順を改め、全員に知らせた。")
    central.go(file)
    central.look("leak-before-closing")
    see(central, "完了にする")
    send_off(central, "完了にする", "完了にしました")
    central.look("leak-closed")

    secretary.go(reverse("incidents:half_year", args=[2026, 2]))
    secretary.look("leak-half-year")
    assert "給付の対象者150人の一覧を、別の事業者にメールで送りました。" in shown(secretary)
    whole(leak)

"""予定表: what stands on a day, for whom, on paper, and in the feed that a person may give to a calendar program."""

import re
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from assets.models import Contract, Contractor
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import CalendarToken
from musashimurayama_isms.accounts.models.calendar_token import READS_A_WINDOW
from musashimurayama_isms.approvals.models import Item, Meeting
from musashimurayama_isms.dashboard.calendar.entries import Asked, Entry, Kind, Scope, entries
from musashimurayama_isms.dashboard.calendar.feed import _escaped, _folded
from musashimurayama_isms.dashboard.calendar.months import MonthView, YearView
from musashimurayama_isms.duties.models import Duty
from musashimurayama_isms.duties.parties import Owner
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.trail.models import Entry as Trail
from musashimurayama_isms.transitions import InvalidTransition
from policy.models import ConfirmationRound

from . import audit_rows
from .factory import make_appointment, make_department, make_post, make_user
from .inspections import opened
from .policy_rows import make_revision
from .response_rows import passed_on
from .test_drills import ended, task
from .test_duties import NOW, backup, days, of_the_city
from .test_vulnerabilities import make_system, make_target
from .trainings import announced, completed

YEAR = (date(2026, 4, 1), date(2027, 3, 31))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


def seen(user, scope=Scope.MINE, at=NOW, since=YEAR[0], until=YEAR[1]) -> list[Entry]:
    return entries(Asked(user, at, since, until, Scope(scope)))


def titles(user, scope=Scope.MINE, **more) -> list[str]:
    return [entry.words for entry in seen(user, scope, **more)]


def page(cast, user, name="calendar", *args, **query) -> str:
    answer = cast.client(user).get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def make_contract(cast) -> Contract:
    company = Contractor.objects.create(name="印刷の会社", entered_by=cast.section_officer, entered_at=NOW)
    facts = {"title": "納税通知書の印刷", "work": "印刷", "information": "宛名", "asset_class": 2}
    return Contract.objects.create(
        contractor=company,
        department=cast.section,
        starts_on=YEAR[0],
        ends_on=date(2026, 11, 30),
        status=Contract.Status.IN_FORCE,
        entered_by=cast.section_officer,
        entered_at=NOW,
        **facts,
    )


def test_mine_is_what_i_have_to_do_and_the_city_is_what_i_may_see(cast):
    backup()
    of_the_city()
    assert "バックアップの確認" in titles(cast.section_officer)
    assert "訓練" not in titles(cast.section_officer)
    assert "訓練" in titles(cast.general_manager)
    assert "訓練" in titles(cast.clerk, Scope.CITY)
    assert "バックアップの確認" not in titles(cast.clerk)
    assert "バックアップの確認" in titles(cast.clerk, Scope.SECTION)
    assert not titles(cast.personnel, Scope.MINE, since=date(2026, 11, 1), until=date(2026, 11, 29))


def test_what_many_sections_do_on_one_day_is_one_line_with_its_number(cast):
    duty = backup()
    november = [entry for entry in seen(cast.central_manager, Scope.CITY) if entry.day == date(2026, 11, 30)]
    count = duty.occurrences.filter(due_on=date(2026, 11, 30)).count()
    assert count > 1
    assert [entry.words for entry in november] == [f"バックアップの確認（{count}件）"]
    assert "/duties/month/2026-11/" in november[0].url


def test_a_round_that_is_done_stays_on_its_day_and_one_that_is_left_out_goes(cast):
    row = of_the_city().occurrences.get(due_on=date(2026, 11, 30))
    row.complete(by=cast.general_manager, at=NOW)
    (done,) = [entry for entry in seen(cast.general_manager) if entry.day == row.due_on]
    assert not done.is_open
    row.reopen(by=cast.general_manager, at=NOW, reason="まだだった")
    row.skip(by=cast.general_manager, at=NOW, reason="今年は行わない")
    assert not [entry for entry in seen(cast.general_manager) if entry.day == row.due_on]


def test_terms_of_inspections_and_meetings_and_contracts_stand_there_too(cast):
    opened(cast)
    make_contract(cast)
    item = Item.bring(cast.committee, Item.Kind.DELIBERATION, title="議題", by=cast.secretary, at=NOW)
    Meeting.call(cast.committee, Meeting.Kind.COMMITTEE, planned_at=days(5), items=[item], by=cast.secretary, at=NOW)
    mine = {entry.kind for entry in seen(cast.section_officer)}
    assert {Kind.INSPECTION, Kind.CONTRACT} <= mine
    assert Kind.MEETING not in mine
    assert Kind.MEETING in {entry.kind for entry in seen(cast.member)}
    assert Kind.CONTRACT not in {entry.kind for entry in seen(cast.outsider_officer, Scope.CITY)}


def test_an_emergency_meeting_leaves_the_portal_without_its_name(cast):
    facts = {"items": [], "by": cast.secretary, "at": NOW}
    Meeting.call(cast.committee, Meeting.Kind.EMERGENCY, planned_at=days(5), guests=[cast.clerk], **facts)
    (entry,) = of_kind(Kind.MEETING, cast.clerk).values()
    assert "緊急" in entry.title
    assert entry.outside_words == "委員会"
    assert not of_kind(Kind.MEETING, cast.member)
    assert of_kind(Kind.MEETING, cast.secretary)


def test_a_policy_to_be_confirmed_is_done_for_who_has_confirmed_it_and_late_for_who_has_not(cast):
    text = make_revision()
    term = ConfirmationRound.open(text, by=cast.central_manager, at=days(-40))
    term.confirm(by=cast.clerk, at=days(-39))
    late = NOW.date()
    assert term.due_on < late
    title = f"{term}の期限"
    assert not of_kind(Kind.CAMPAIGN, cast.clerk)[title].is_open
    assert of_kind(Kind.CAMPAIGN, cast.colleague)[title].is_late(late)
    for scope in (Scope.SECTION, Scope.CITY):
        assert of_kind(Kind.CAMPAIGN, cast.clerk, scope)[title].is_late(late)
    new = make_user(name="新 採用")
    make_appointment(new, "shimin-ka.staff", since=days(-2).date())
    mine = of_kind(Kind.CAMPAIGN, new)[title]
    assert mine.day == days(-2).date() + term.length
    assert mine.is_open
    assert not of_kind(Kind.CAMPAIGN, make_user(name="庁外 の人"))
    for person in term.people(on=late).filter(confirmed_at=None):
        term.confirm(by=person, at=NOW)
    for scope in (Scope.SECTION, Scope.CITY):
        assert not of_kind(Kind.CAMPAIGN, cast.clerk, scope)[title].is_open


def test_drills_and_what_is_asked_because_of_a_hole_stand_there_with_their_sections(cast):
    reference.load("incident_kinds.json")
    drill = ended(cast)
    task(cast, drill)
    make_target(cast, make_system(cast), at=NOW)
    mine = {entry.kind: entry for entry in seen(cast.section_officer)}
    assert "訓練の改善" in mine[Kind.TRAINING].title
    assert mine[Kind.WARNING].outside_words == "脆弱性・照会の期限"
    assert f"訓練：{drill}" in titles(cast.section_officer, Scope.SECTION)
    assert Kind.WARNING not in {entry.kind for entry in seen(cast.outsider_officer, Scope.CITY)}
    assert Kind.WARNING in {entry.kind for entry in seen(cast.central_manager, Scope.CITY)}


def test_what_outside_bodies_are_to_be_told_stands_there_for_who_sends_it_and_leaves_without_its_number(cast):
    reference.load("incident_kinds.json", "authority_reports.json")
    incident = passed_on(cast, at=NOW)
    reports = [entry for entry in seen(cast.central_manager, Scope.CITY) if entry.kind == Kind.AUTHORITY]
    assert reports
    assert all(incident.number in entry.title and incident.number not in entry.outside_words for entry in reports)
    assert not [entry for entry in seen(cast.outsider_clerk, Scope.CITY) if entry.kind == Kind.AUTHORITY]


def of_kind(kind, user, scope=Scope.MINE, **more) -> dict[str, Entry]:
    return {entry.title: entry for entry in seen(user, scope, **more) if entry.kind == kind}


def test_an_audit_stands_on_its_day_for_its_auditor_and_for_the_section_that_was_told(cast):
    row = audit_rows.surveyed(cast)
    day = row.date_offers.get().starts_at.astimezone(TOKYO)
    title = f"監査の実査：{row.number} {day:%H:%M}"
    for person in (cast.auditor, cast.section_officer):
        assert of_kind(Kind.AUDIT, person)[title].day == day.date()
        assert f"監査の予備調査の回答期限：{row.number}" in of_kind(Kind.AUDIT, person)
    assert title not in of_kind(Kind.AUDIT, cast.clerk)
    assert of_kind(Kind.AUDIT, cast.clerk, Scope.SECTION)[title].is_open
    assert title in of_kind(Kind.AUDIT, cast.ciso, Scope.CITY)
    for person in (cast.outsider_clerk, cast.outsider_officer):
        assert not of_kind(Kind.AUDIT, person, Scope.CITY)
    assert cast.section.name not in title


def test_an_audit_of_which_the_section_was_not_told_is_not_in_its_calendar(cast):
    row = audit_rows.engagement(cast)
    row.fieldwork_at = NOW
    row.save(update_fields=["fieldwork_at"])
    assert not of_kind(Kind.AUDIT, cast.section_officer, Scope.CITY)
    assert any(row.number in title for title in of_kind(Kind.AUDIT, cast.auditor))


def test_the_works_of_an_approved_plan_stand_there_for_who_plans_audits_and_stay_open_while_they_are_behind(cast):
    plan = audit_rows.programme(cast)
    assert not of_kind(Kind.AUDIT, cast.auditor)
    plan.approve(by=cast.audit_head, at=audit_rows.MAY)
    target = plan.targets.get()
    facts = {"purpose": "確かめる", "ends_on": YEAR[1], "by": cast.audit_head, "at": audit_rows.MAY}
    audit_rows.Engagement.begin(target=target, **facts)
    found = of_kind(Kind.AUDIT, cast.auditor)
    assert found["監査：実査の始まり"].day == date(2026, 9, 1)
    assert found["監査：監査報告書提出の終わり"].day == date(2027, 3, 31)
    assert found["監査：予備調査の終わり"].is_late(NOW.date())
    assert not found["監査：監査準備の終わり"].is_open
    assert found.keys() <= of_kind(Kind.AUDIT, cast.audit_head).keys()
    assert not of_kind(Kind.AUDIT, cast.ciso)
    assert found.keys() <= of_kind(Kind.AUDIT, cast.ciso, Scope.CITY).keys()
    assert not of_kind(Kind.AUDIT, cast.section_officer, Scope.CITY)


def test_what_a_finding_asks_for_stands_on_its_days_for_who_was_ordered(cast):
    row = audit_rows.ordered(cast)
    plan, done = (f"指摘 {row.finding.number} {what}" for what in ("対処の計画の期限", "対処の期限"))
    assert of_kind(Kind.AUDIT, cast.section_officer)[plan].day == row.plan_due_on
    assert of_kind(Kind.AUDIT, cast.section_officer)[done].is_late(NOW.date())
    assert of_kind(Kind.AUDIT, cast.section_officer)[done].outside_words == "監査"
    assert done not in of_kind(Kind.AUDIT, cast.audit_head)
    assert done in of_kind(Kind.AUDIT, cast.audit_head, Scope.CITY)
    assert done in of_kind(Kind.AUDIT, cast.clerk, Scope.SECTION)
    assert done not in of_kind(Kind.AUDIT, cast.outsider_clerk, Scope.CITY)
    row.make_plan(cause="様式がない", plan="様式を作る", by=cast.section_officer, at=audit_rows.MAY)
    assert not of_kind(Kind.AUDIT, cast.section_officer)[plan].is_open
    assert of_kind(Kind.AUDIT, cast.section_officer)[done].is_open


def test_what_concerns_the_whole_city_stands_with_the_central_manager(cast):
    row = audit_rows.ordered(cast, addressee="central")
    title = f"指摘 {row.finding.number} 対処の期限"
    assert title in of_kind(Kind.AUDIT, cast.central_manager)
    assert title not in of_kind(Kind.AUDIT, cast.section_officer)


def test_training_stands_there_until_one_has_been_through_it(cast):
    session = announced(cast)
    title = "研修：情報セキュリティの基本（第1回）の期限"
    assert of_kind(Kind.TRAINING, cast.clerk)[title].is_open
    completed(session, cast.clerk)
    assert not of_kind(Kind.TRAINING, cast.clerk)[title].is_open
    assert of_kind(Kind.TRAINING, cast.colleague)[title].is_open
    assert title in of_kind(Kind.TRAINING, cast.section_officer, Scope.SECTION)
    assert list(of_kind(Kind.TRAINING, cast.general_manager)) == [title]
    session.cancel(note="延期", by=cast.general_manager, at=audit_rows.MAY)
    assert title not in of_kind(Kind.TRAINING, cast.clerk)


def test_training_of_one_section_is_nothing_to_another(cast):
    announced(cast, audiences=[{"group": "department", "department": cast.section}])
    assert of_kind(Kind.TRAINING, cast.clerk)
    assert not of_kind(Kind.TRAINING, cast.outsider_clerk, Scope.CITY)
    assert of_kind(Kind.TRAINING, cast.ciso, Scope.CITY)
    assert not of_kind(Kind.TRAINING, cast.ciso)


def test_the_month_begins_on_a_sunday_and_marks_what_is_late(cast):
    of_the_city(days=["11-24"])
    Duty.objects.get(code="drill").occurrences.update(due_on=date(2026, 11, 24))
    view = MonthView(cast.general_manager, 2026, 11, at=NOW, query={})
    assert all(week[0].day.weekday() == 6 for week in view.weeks)
    assert view.late == 1
    html = page(cast, cast.general_manager, "calendar_month", 2026, 11)
    assert "期限超過" in html
    assert "勤労感謝の日" in html
    assert 'aria-current="date"' in html


def test_the_address_keeps_scope_and_kind_and_what_is_no_month_is_not_found(cast):
    backup()
    html = page(cast, cast.central_manager, "calendar_month", 2026, 11, scope="city", kind="duty")
    assert "scope=city&amp;kind=duty" in html
    assert "バックアップの確認" in html
    assert "バックアップの確認" not in page(cast, cast.central_manager, "calendar_month", 2026, 11, scope="city", kind="meeting")
    assert page(cast, cast.clerk, "calendar", scope="everything", kind="nothing")
    client = cast.client(cast.clerk)
    for address in ("/calendar/2026/13/", "/calendar/1/1/", "/calendar/year/1999/"):
        assert client.get(address).status_code == 404


def test_more_than_four_of_a_day_unfold(cast):
    for number in range(6):
        of_the_city(f"drill-{number}", title=f"訓練{number}")
    html = page(cast, cast.general_manager, "calendar_month", 2026, 11)
    assert "<summary>ほか2件</summary>" in html


def test_the_year_has_twelve_months_and_sums_up_what_comes_weekly(cast):
    of_the_city(owner=Owner.CISO, interval=Duty.Interval.WEEKLY, weekday=0, days=[], title="ログの点検")
    view = YearView(cast.ciso, 2026, at=NOW, query={})
    assert [month.first.month for month in view.months] == [*range(4, 13), 1, 2, 3]
    (line,) = next(month for month in view.months if month.first.month == 12).lines
    assert line.days_words == "7日・14日・21日・28日"
    assert "ログの点検" in page(cast, cast.ciso, "calendar_year", 2026)


def test_the_plan_of_the_year_is_a_paper_made_by_the_worker(cast):
    backup()
    answer = cast.client(cast.central_manager).post(reverse("calendar_paper", args=[2026]) + "?scope=city")
    job = Job.objects.get(kind="dashboard.calendar_paper")
    assert answer.url == job.get_absolute_url()
    run_job(job.pk)
    job.refresh_from_db()
    result = job.results.get()
    assert result.name == "年間予定表-2026.pdf"
    assert result.content.read(5) == b"%PDF-"


def queries(client, address) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_a_month_and_a_year_ask_as_many_questions_for_many_entries_as_for_few(cast):
    backup()  # what is not there at all is not asked for: few means one of each
    make_contract(cast)
    audit_rows.ordered(cast)
    audit_rows.surveyed(cast, row=audit_rows.special(cast))
    announced(cast)
    client = cast.client(cast.central_manager)
    addresses = ["/calendar/2026/11/?scope=city", "/calendar/2026/11/?scope=section", "/calendar/year/2026/?scope=city", "/calendar/"]
    few = [queries(client, address) for address in addresses]
    for number in range(15):
        make_post(make_department(f"new-{number}", parent=cast.division), "課長", "SECTION_OFFICER")
        of_the_city(f"drill-{number}", title=f"訓練{number}")
    backup()
    audit_rows.surveyed(cast, row=audit_rows.special(cast))
    assert [queries(client, address) for address in addresses] == few
    assert max(few) < 45


# -- the feed ----------------------------------------------------------------------------------------------------------


def feed_of(secret) -> str:
    answer = Client().get(reverse("calendar_feed", args=[secret]))
    assert answer.status_code == 200
    return answer.content.decode().replace("\r\n ", "")


def test_the_address_is_shown_once_and_only_its_digest_is_kept(cast):
    client = cast.client(cast.clerk)
    answer = client.post(reverse("calendar_feed_make"), {"scope": "section"})
    secret = re.search(r"/calendar/ics/([\w-]+)\.ics", answer.content.decode()).group(1)
    token = CalendarToken.objects.get()
    assert secret not in (token.digest, str(token.pk))
    assert secret not in client.get(reverse("calendar_feed_page")).content.decode()
    assert not [entry for entry in Trail.objects.about(token) if secret in str(entry.changes)]
    assert "no-store" in answer["Cache-Control"]
    assert feed_of(secret).startswith("BEGIN:VCALENDAR")


def test_the_feed_says_titles_of_public_matters_and_only_the_kind_of_others(cast):
    backup()
    make_contract(cast)
    _, secret = CalendarToken.make(scope="mine", by=cast.section_officer, at=NOW)
    content = feed_of(secret)
    assert "SUMMARY:バックアップの確認" in content
    assert "SUMMARY:契約の終わり\r\n" in content
    assert "納税通知書" not in content
    assert "DTSTART;VALUE=DATE:20261130" in content
    assert cast.section_officer.name not in content


def test_a_new_address_ends_the_old_one_and_a_revoked_one_opens_nothing(cast):
    _, old = CalendarToken.make(scope="mine", by=cast.clerk, at=NOW)
    token, new = CalendarToken.make(scope="mine", by=cast.clerk, at=NOW)
    assert Client().get(reverse("calendar_feed", args=[old])).status_code == 404
    assert feed_of(new)
    assert cast.client(cast.colleague).post(reverse("calendar_feed_revoke", args=[token.pk])).status_code == 404
    cast.client(cast.clerk).post(reverse("calendar_feed_revoke", args=[token.pk]))
    assert Client().get(reverse("calendar_feed", args=[new])).status_code == 404
    with pytest.raises(InvalidTransition):
        token.revoke(by=cast.clerk, at=NOW)
    for each in CalendarToken.objects.all():
        verbs = [entry.verb for entry in Trail.objects.about(each)]
        assert verbs == ["accounts.calendar_token.made", "accounts.calendar_token.revoked"]


def test_a_key_is_named_by_the_day_in_the_city(cast):
    token, _ = CalendarToken.make(scope="mine", by=cast.clerk, at=datetime(2026, 11, 30, 7, tzinfo=TOKYO))
    token.refresh_from_db()
    assert "2026-11-30" in str(token)


def test_who_may_not_log_in_any_more_is_not_read_to(cast):
    _, secret = CalendarToken.make(scope="mine", by=cast.clerk, at=NOW)
    cast.clerk.is_active = False
    cast.clerk.save()
    assert Client().get(reverse("calendar_feed", args=[secret])).status_code == 404
    assert Client().get(reverse("calendar_feed", args=["nothing"])).status_code == 404


def test_a_feed_that_is_asked_too_often_waits_for_the_next_hour(cast):
    token, secret = CalendarToken.make(scope="mine", by=cast.clerk, at=NOW)
    assert all(token.admit(at=NOW) for _ in range(READS_A_WINDOW))
    answer = Client().get(reverse("calendar_feed", args=[secret]))
    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"
    assert token.admit(at=NOW + timedelta(hours=1))


def test_a_feed_never_reaches_the_whole_city(cast):
    answer = cast.client(cast.clerk).post(reverse("calendar_feed_make"), {"scope": "city"})
    assert answer.status_code == 422
    assert not CalendarToken.objects.exists()


@given(st.text(max_size=200))
def test_a_line_of_the_feed_has_75_octets_at_most_and_loses_nothing(text):
    line = f"SUMMARY:{_escaped(text)}"
    folded = _folded(line)
    assert folded.replace("\r\n ", "") == line
    assert all(len(part.encode(errors="surrogatepass")) <= 75 for part in folded.split("\r\n"))

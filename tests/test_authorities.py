"""Step 7: whom the city tells, what a decision not to tell needs, what was sent, what is published (3.4.2.10.3, 3.4.2.10.4)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.authorities.closing import finish_external, undecided
from incidents.authorities.forms import PublicationForm
from incidents.authorities.half_year import Half, HalfYearList
from incidents.authorities.reminders import open_missing, remind
from incidents.chain import Party, StepCode
from incidents.models import Assessment, Authority, AuthorityReport, Incident, ListIssue, Publication, Sending
from incidents.open_points import open_points
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import Committee, Department
from musashimurayama_isms.approvals.models import Item, Meeting, Resolution
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .authority_acts import assess, propose, report_to, send
from .cast import PERSONS
from .factory import make_department
from .test_incident_chain import MORNING, minutes, sent, step

Status = AuthorityReport.Status
LEAK = {"personal": "yes", "sensitive": "no"}


@pytest.fixture
def city(cast):
    """The cast, with the kinds of incidents and the authorities loaded."""
    reference.load("incident_kinds.json", "authority_reports.json")
    return cast


def states(incident) -> dict[str, str]:
    rows = incident.authority_reports.values_list("stage__authority__code", "stage__code", "status")
    return {f"{authority}:{stage}": status for authority, stage, status in rows}


# -- every recognised incident is due ----------------------------------------------------------------------------------


def test_every_report_is_due_to_the_state_and_to_tokyo_from_the_moment_it_is_made(city):
    incident = sent(city)
    for code in ("soumu", "tokyo"):
        row = report_to(incident, code)
        assert (row.status, row.due_on, row.holder) == (Status.WAITING, date(2026, 11, 25), Party.COMMITTEE)
    assert set(states(incident).values()) == {Status.WAITING, Status.UNDECIDED}


def test_the_clock_starts_with_the_first_member_of_staff_who_knew_and_not_with_the_report(city):
    incident = sent(city, noticed_at=MORNING - timedelta(days=3))
    row = report_to(incident, "ppc", "prompt")
    assert (row.known_on, row.due_on, row.latest_on) == (date(2026, 11, 21), date(2026, 11, 23), date(2026, 11, 25))


def test_a_leak_of_150_persons_has_the_right_days_across_the_year_end(city):
    noticed = MORNING.replace(month=12, day=2)
    incident = sent(city, noticed_at=noticed, at=noticed + timedelta(minutes=30), personal_information="yes")
    assess(incident, city.secretary, at=noticed + timedelta(hours=2), people_count=150, **LEAK)
    prompt, final = report_to(incident, "ppc", "prompt"), report_to(incident, "ppc", "final")
    assert (prompt.status, prompt.due_on, prompt.latest_on) == (Status.WAITING, date(2026, 12, 4), date(2026, 12, 6))
    assert (final.status, final.due_on) == (Status.WAITING, date(2027, 1, 4))
    assert prompt.grounds == ["personal", "over_hundred"]
    assert report_to(incident, "persons").status == Status.WAITING
    assert report_to(incident, "ppc-number", "prompt").status == Status.OUT
    assess(incident, city.secretary, at=noticed + timedelta(hours=3), people_count=150, wrongful="yes", **LEAK)
    assert report_to(incident, "ppc", "final").due_on == date(2027, 2, 1)


def test_a_number_that_nobody_has_counted_counts_as_more_than_a_hundred(city):
    incident = sent(city, personal_information="yes")
    assess(incident, city.secretary, at=minutes(5), people_count=None, **LEAK)
    assert report_to(incident, "ppc", "prompt").status == Status.WAITING
    assess(incident, city.secretary, at=minutes(9), people_count=100, **LEAK)
    assert report_to(incident, "ppc", "prompt").status == Status.OUT


def test_my_number_that_is_unknown_is_yes(city):
    incident = sent(city, personal_information="yes")
    assess(incident, city.secretary, at=minutes(5), people_count=1, my_number="unknown", number_system="unknown", personal="yes")
    assert report_to(incident, "ppc-number", "prompt").status == Status.WAITING
    sheet = report_to(incident, "ppc-number", "prompt").sheet
    assert next(line.text for line in sheet.lines if line.key == "my_number") == "はい"


def test_my_number_is_not_asked_of_an_incident_without_personal_data(city):
    incident = sent(city)
    assess(incident, city.secretary, at=minutes(5), my_number="unknown", number_system="unknown")
    assert report_to(incident, "ppc-number", "prompt").status == Status.OUT


def test_a_later_start_is_recorded_with_its_reason_and_moves_every_day(city):
    incident = sent(city, personal_information="yes")
    earlier = incident.noticed_at - timedelta(days=2)
    with pytest.raises(ValidationError) as refused:
        Assessment.record(incident, answers=LEAK, people_count=150, known_at=earlier, seen=0, by=city.secretary, at=minutes(5))
    assert "known_reason" in refused.value.error_dict
    assess(incident, city.secretary, at=minutes(5), people_count=150, known_at=earlier, **LEAK)
    assert report_to(incident, "ppc", "prompt").due_on == date(2026, 11, 24)
    assert report_to(incident, "soumu").due_on == date(2026, 11, 24)


def test_of_two_who_judge_the_second_is_told_that_there_is_a_newer_version(city):
    incident = sent(city)
    assess(incident, city.secretary, at=minutes(5))
    with pytest.raises(InvalidTransition, match="先に判断を改めました"):
        Assessment.record(incident, answers={}, people_count=0, known_at=incident.noticed_at, seen=0, by=city.member, at=minutes(6))
    assert incident.assessments.count() == 1


@pytest.mark.parametrize("person", ["clerk", "section_officer", "ciso", "auditor"])
def test_the_committee_s_people_and_the_central_manager_judge_and_nobody_else(city, person):
    incident = sent(city)
    with pytest.raises(PermissionDenied):
        assess(incident, getattr(city, person), at=minutes(5))
    assess(incident, city.central_manager, at=minutes(6))


def test_the_assembly_s_office_follows_rules_of_its_own(city):
    assembly = make_department("議会事務局", code="gikai", kind="body")
    incident = sent(city, department=assembly, personal_information="yes")
    codes = {key.split(":")[0] for key in states(incident)}
    assert {"assembly-chair", "assembly-persons", "soumu", "tokyo", "ppc-number"} <= codes
    assert not codes & {"ppc", "persons"}
    section = make_department("議事係", parent=assembly)
    assert report_to(sent(city, department=section), "assembly-chair").authority.check_reason


def test_what_a_voluntary_authority_gets_is_weighed_and_what_crime_may_be_goes_to_the_police(city):
    incident = sent(city)
    assess(incident, city.central_manager, at=minutes(5), attack="yes", crime="unknown")
    assert report_to(incident, "ipa").status == Status.UNDECIDED
    assert (report_to(incident, "police").status, report_to(incident, "police").holder) == (Status.WAITING, Party.CENTRAL_MANAGER)
    report_to(incident, "ipa").take_up(by=city.central_manager, at=minutes(6))
    assert report_to(incident, "ipa").status == Status.WAITING


# -- not sending is a decision -----------------------------------------------------------------------------------------


def test_not_sending_needs_a_reason_and_keeps_who_and_when(city):
    incident = sent(city)
    with pytest.raises(ValidationError):
        report_to(incident, "soumu").waive(by=city.secretary, at=minutes(5), reason="  ")
    report_to(incident, "soumu").waive(by=city.secretary, at=minutes(5), reason="機器の故障で、情報への影響がないため")
    row = report_to(incident, "soumu")
    assert (row.status, row.decided_by, row.decided_at) == (Status.WAIVED, city.secretary, minutes(5))
    assert Notification.objects.filter(recipient=city.ciso, title__contains="報告しないことにしました").exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuthorityReport.objects.filter(pk=row.pk).update(reason="")


def test_what_the_law_demands_nobody_can_decide_away(city):
    incident = sent(city, personal_information="yes")
    assess(incident, city.secretary, at=minutes(5), people_count=150, **LEAK)
    with pytest.raises(InvalidTransition, match="法律が求める報告"):
        report_to(incident, "ppc", "prompt").waive(by=city.secretary, at=minutes(6), reason="軽いため")


def test_a_decision_not_to_send_is_asked_again_when_a_ground_comes_up_that_was_not_known(city):
    incident = sent(city)
    assess(incident, city.secretary, at=minutes(5))
    report_to(incident, "soumu").waive(by=city.secretary, at=minutes(6), reason="影響がないため")
    assess(incident, city.secretary, at=minutes(7))
    assert report_to(incident, "soumu").status == Status.WAIVED
    assess(incident, city.secretary, at=minutes(8), people_count=150, **LEAK)
    assert report_to(incident, "soumu").status == Status.WAITING
    assert Entry.objects.filter(verb="incidents.assessment.recorded").latest("number").changes["reopened"] == ["soumu:first"]
    assert Notification.objects.filter(recipient=city.member, title__contains="外部への報告が必要です").exists()


def test_what_is_out_can_be_sent_all_the_same_and_stays_so(city):
    incident = sent(city)
    assess(incident, city.secretary, at=minutes(5))
    row = report_to(incident, "police")
    with pytest.raises(InvalidTransition, match="報告することにする"):
        send(row, city.central_manager, at=minutes(6))
    row.take_up(by=city.central_manager, at=minutes(7), reason="念のため相談する")
    assess(incident, city.secretary, at=minutes(8))
    assert report_to(incident, "police").status == Status.WAITING


# -- sending -----------------------------------------------------------------------------------------------------------


def test_what_was_sent_is_frozen_and_a_further_report_is_a_further_version(city):
    incident = sent(city, summary="はじめの内容")
    first = send(report_to(incident, "soumu"), city.secretary, at=minutes(30), receipt_number="受-12")
    assert report_to(incident, "soumu").status == Status.SENT
    report = report_to(incident, "soumu")
    report.write({"cause": "設定の誤り"}, seen=report.sheet.digest, by=city.secretary, at=minutes(40))
    second = send(report_to(incident, "soumu"), city.secretary, at=minutes(50))
    first.refresh_from_db()
    assert (first.version, second.version) == (1, 2)
    entries = Entry.objects.filter(verb="incidents.authority_report.sent")
    assert entries.exists()
    assert "受-12" not in "".join(str(entry.changes) for entry in entries)  # may hold a name, and the trail is never rewritten
    assert "設定の誤り" not in first.text
    assert "設定の誤り" in second.text
    assert "続報（第2版）" in second.text
    assert first.is_intact


def test_a_sheet_that_has_changed_in_the_meantime_is_not_frozen_unseen(city):
    incident = sent(city)
    report = report_to(incident, "soumu")
    seen = report.sheet.digest
    report.write({"impact": "窓口が1時間止まった"}, seen=seen, by=city.member, at=minutes(5))
    with pytest.raises(InvalidTransition, match="送る内容が変わりました"):
        Sending.record(report, way="lgwan", sent_at=minutes(6), seen=seen, by=city.secretary, at=minutes(7))


def test_items_that_nobody_wrote_over_follow_the_facts(city):
    incident = sent(city, personal_information="yes", people_count=3)
    report = report_to(incident, "ppc", "prompt")
    report.write({"harm": "なし", "count": "3人"}, seen=report.sheet.digest, by=city.secretary, at=minutes(5))
    assert set(report.draft) == {"harm"}
    assess(incident, city.secretary, at=minutes(6), people_count=150, **LEAK)
    lines = {line.key: line.text for line in report_to(incident, "ppc", "prompt").sheet.lines}
    assert (lines["count"], lines["harm"]) == ("150人", "なし")


def test_one_sending_may_settle_two_laws_and_both_stages(city):
    incident = sent(city, personal_information="yes")
    assess(incident, city.secretary, at=minutes(5), people_count=150, my_number="yes", number_system="yes", **LEAK)
    main = report_to(incident, "ppc", "prompt")
    others = list(Sending.companions(main))
    assert {str(row.stage) for row in others} == {
        "個人情報保護委員会（個人情報保護法） 確報",
        "個人情報保護委員会（番号法） 速報",
        "個人情報保護委員会（番号法） 確報",
    }
    sending = send(main, city.secretary, at=minutes(9), covers=others[1:2])
    assert sending.others.get().digest == sending.digest
    assert report_to(incident, "ppc-number", "prompt").status == Status.SENT
    assert report_to(incident, "ppc", "final").status == Status.WAITING


def test_persons_are_told_until_all_of_them_have_been_told_or_a_publication_stands_for_it(city):
    incident = sent(city, personal_information="yes")
    assess(incident, city.secretary, at=minutes(5), people_count=150, **LEAK)
    report = report_to(incident, "persons")
    with pytest.raises(ValidationError) as refused:
        send(report, city.section_officer, at=minutes(6), way="phone", is_complete=False)
    assert "people_count" in refused.value.error_dict
    send(report, city.section_officer, at=minutes(6), way="phone", people_count=40, is_complete=False)
    assert report_to(incident, "persons").status == Status.WAITING
    send(report, city.section_officer, at=minutes(7), way="substitute")
    assert report_to(incident, "persons").status == Status.SENT
    lines = {line.key: line.text for line in report_to(incident, "ppc", "prompt").sheet.lines}
    assert "電話　40人" in lines["to_persons"]
    assert "公表による代替" in lines["to_persons"]


@pytest.mark.parametrize(("sent_at", "field"), [(minutes(60), "sent_at"), (MORNING - timedelta(days=1), "sent_at")])
def test_a_time_that_cannot_be_is_refused(city, sent_at, field):
    report = report_to(sent(city), "soumu")
    with pytest.raises(ValidationError) as refused:
        send(report, city.secretary, at=minutes(30), sent_at=sent_at)
    assert field in refused.value.error_dict


def test_a_sending_recorded_by_mistake_is_crossed_out_and_the_report_waits_again(city):
    incident = sent(city)
    sending = send(report_to(incident, "soumu"), city.secretary, at=minutes(5), covers=[report_to(incident, "tokyo")])
    sending.retract(by=city.secretary, at=minutes(6), reason="下書きの段階だった")
    assert states(incident)["soumu:first"] == states(incident)["tokyo:first"] == Status.WAITING
    assert Entry.objects.get(verb="incidents.authority_report.retracted").changes["covered"] == [str(report_to(incident, "tokyo").stage)]
    assert Sending.objects.count() == 2
    with pytest.raises(InvalidTransition):
        sending.retract(by=city.secretary, at=minutes(7), reason="もう一度")


def test_only_who_holds_the_report_sends_it(city):
    incident = sent(city)
    assess(incident, city.secretary, at=minutes(5), crime="yes")
    with pytest.raises(PermissionDenied):
        send(report_to(incident, "police"), city.member, at=minutes(6))
    with pytest.raises(PermissionDenied):
        send(report_to(incident, "soumu"), city.clerk, at=minutes(6))
    send(report_to(incident, "police"), city.central_manager, at=minutes(7), way="phone")


def test_a_report_sent_after_its_last_day_says_so(city):
    incident = sent(city, personal_information="yes")
    assess(incident, city.secretary, at=minutes(5), people_count=150, **LEAK)
    send(report_to(incident, "ppc", "prompt"), city.secretary, at=MORNING + timedelta(days=4))
    assert not report_to(incident, "ppc", "prompt").is_too_late
    send(report_to(incident, "soumu"), city.secretary, at=MORNING + timedelta(days=4))
    assert report_to(incident, "soumu").is_too_late


def test_where_the_chief_is_the_matter_neither_the_section_nor_the_committee_acts(city):
    incident = sent(city, bypasses_chief=True, personal_information="yes")
    assert report_to(incident, "soumu").holder == Party.GENERAL_MANAGER
    assert report_to(incident, "persons").holder == Party.DIVISION_OFFICER
    with pytest.raises(PermissionDenied):
        assess(incident, city.member, at=minutes(5))
    assess(incident, city.general_manager, at=minutes(5))
    proposal = propose(incident, city.central_manager, at=minutes(6), way="at_once", on_website=True)
    with pytest.raises(PermissionDenied):
        proposal.approve(by=city.member, at=minutes(7), basis="member")
    proposal.approve(by=city.ciso, at=minutes(8), basis="member")
    assert not Item.objects.exists()
    told = Notification.objects.filter(title__contains="公表が決まりました").values_list("recipient__username", flat=True)
    assert "section_officer" not in told


def test_the_chief_who_is_the_matter_has_no_part_in_step_7_by_another_hat(city):
    """行政経営課長 is 中央電子計算組織管理者 too: a report about that chief is led by the next one up."""
    section = Department.objects.get(code="gyosei-keiei")
    incident = sent(city, reporter=city.secretary, department=section, bypasses_chief=True, personal_information="yes")
    for row in incident.authority_reports.all():
        assert city.central_manager not in [actor.person for actor in row.able(at=minutes(5))]
    with pytest.raises(PermissionDenied):
        assess(incident, city.central_manager, at=minutes(5))
    with pytest.raises(PermissionDenied):
        propose(incident, city.central_manager, at=minutes(6), way="at_once", on_website=True)
    assess(incident, city.general_manager, at=minutes(7))


# -- publication -------------------------------------------------------------------------------------------------------


def test_a_member_who_did_not_propose_decides_and_the_committee_hears_of_it(city):
    incident = sent(city)
    proposal = propose(incident, city.member, at=minutes(5))
    for person in (city.member, city.secretary, city.ciso):
        with pytest.raises(PermissionDenied):
            proposal.approve(by=person, at=minutes(6), basis="member")
    proposal.approve(by=city.division_officer, at=minutes(7), basis="member")
    assert (proposal.status, proposal.decided_by) == (Publication.Status.APPROVED, city.division_officer)
    assert Item.objects.get().kind == Item.Kind.REPORT
    assert Notification.objects.filter(recipient=city.section_officer, title__contains="公表が決まりました").exists()


def test_a_resolution_must_be_named_where_it_is_said_to_be_the_basis(city):
    proposal = propose(sent(city), city.secretary, at=minutes(5))
    with pytest.raises(ValidationError) as refused:
        proposal.approve(by=city.member, at=minutes(6), basis="resolution")
    assert "resolution" in refused.value.error_dict
    proposal.refresh_from_db()
    assert proposal.is_proposed


def test_a_resolution_of_before_the_incident_or_against_it_is_no_basis(city):
    committee, there = Committee.objects.get(code="PROMOTION_COMMITTEE"), ("present", None)
    item = Item.bring(committee, Item.Kind.DELIBERATION, title="公表", by=city.secretary, at=MORNING)

    def resolved(*, at, outcome="passed", reason=""):
        meeting = Meeting.call(committee, Meeting.Kind.SECURITY, planned_at=at, by=city.secretary, at=at, items=[item])
        meeting.hold(held_at=at, members={city.member.pk: there, city.division_officer.pk: there}, by=city.secretary, at=at)
        return Resolution.enter(meeting.agenda.get(), outcome, by=city.secretary, at=at, reason=reason)

    continued, incident = resolved(at=minutes(1), outcome="continued"), sent(city)
    passed = resolved(at=minutes(8))
    with pytest.raises(ValidationError) as refused:
        propose(incident, city.secretary, at=minutes(9)).approve(by=city.member, at=minutes(9), basis="resolution", resolution=continued)
    assert "resolution" in refused.value.error_dict
    later = sent(city, noticed_at=minutes(20), at=minutes(21))
    assert not Publication.bases(later).exists()
    with pytest.raises(ValidationError):
        propose(later, city.secretary, at=minutes(22)).approve(by=city.member, at=minutes(22), basis="resolution", resolution=passed)
    proposal = incident.publications.get(status="proposed")
    proposal.approve(by=city.member, at=minutes(23), basis="resolution", resolution=passed)
    assert proposal.resolution == passed


def test_what_passes_by_the_chief_cannot_be_left_to_the_half_yearly_list(city):
    incident = sent(city, bypasses_chief=True)
    with pytest.raises(ValidationError, match="個別に公表する") as refused:
        propose(incident, city.central_manager, at=minutes(5))
    assert "way" in refused.value.error_dict
    offered = [value for value, _ in PublicationForm(incident=incident).fields["way"].choices]
    assert offered == ["at_once", "not"]
    assert "half_yearly" in [value for value, _ in PublicationForm(incident=sent(city)).fields["way"].choices]


def test_a_proposal_is_returned_with_words_and_a_new_one_replaces_what_was_decided(city):
    incident = sent(city)
    first = propose(incident, city.secretary, at=minutes(5))
    with pytest.raises(ValidationError):
        first.give_back(by=city.member, at=minutes(6), comment="")
    first.give_back(by=city.member, at=minutes(6), comment="文を短く")
    second = propose(incident, city.secretary, at=minutes(7))
    second.approve(by=city.member, at=minutes(8), basis="member")
    third = propose(incident, city.secretary, at=minutes(9), way="not", text="")
    third.approve(by=city.member, at=minutes(10), basis="member")
    assert [row.status for row in incident.publications.order_by("version")] == ["returned", "replaced", "approved"]
    with pytest.raises(InvalidTransition):
        second.approve(by=city.member, at=minutes(11), basis="member")


@pytest.mark.parametrize(
    ("fields", "field"),
    [({"reason": " "}, "reason"), ({"text": ""}, "text"), ({"way": "at_once"}, "on_website")],
)
def test_a_proposal_without_reason_text_or_place_is_refused(city, fields, field):
    incident = sent(city)
    with pytest.raises(ValidationError) as refused:
        propose(incident, city.secretary, at=minutes(5), **fields)
    assert field in refused.value.error_dict
    assert not incident.publications.exists()


def test_what_is_published_by_itself_stays_open_until_it_is_published(city):
    incident = sent(city)
    row = propose(incident, city.secretary, at=minutes(5), way="at_once", on_website=True)
    row.approve(by=city.member, at=minutes(6), basis="member")
    assert any("公表の記録がありません" in point.title for point in open_points(incident, at=minutes(7)))
    row.publish(by=city.secretary, at=minutes(8), published_on=date(2026, 11, 24), where="ホームページ")
    assert not any("公表の記録" in point.title for point in open_points(incident, at=minutes(9)))
    with pytest.raises(InvalidTransition):
        row.publish(by=city.secretary, at=minutes(9), published_on=date(2026, 11, 24), where="ホームページ")


# -- the end of the step -----------------------------------------------------------------------------------------------


def test_step_seven_ends_when_the_first_reports_and_the_publication_are_decided_and_the_final_report_stays_open(city):
    incident = sent(city, personal_information="yes")
    step(incident, StepCode.PASS_ON).pass_on(by=city.section_officer, at=minutes(5))
    assess(incident, city.secretary, at=minutes(6), people_count=150, **LEAK)
    with pytest.raises(InvalidTransition, match="まだ終えられません"):
        finish_external(incident, by=city.secretary, at=minutes(7))
    for row in AuthorityReport.objects.open().filter(incident=incident).first_stage().with_facts():
        extra = {"way": "post", "people_count": 150} if row.authority.is_to_persons else {}
        send(row, row.able(at=minutes(8))[0].person, at=minutes(8), **extra)
    assert undecided(incident) == ["公表の判断が決まっていません"]
    propose(incident, city.secretary, at=minutes(9)).approve(by=city.member, at=minutes(9), basis="member")
    with pytest.raises(PermissionDenied):
        finish_external(incident, by=city.clerk, at=minutes(10))
    finish_external(incident, by=city.secretary, at=minutes(10))
    assert step(incident, StepCode.EXTERNAL).done_by == city.secretary
    titles = [point.title for point in open_points(incident, at=minutes(11))]
    assert "個人情報保護委員会（個人情報保護法） 確報が「送付待ち」です（期限 令和8年12月23日）" in titles
    with pytest.raises(InvalidTransition):
        finish_external(incident, by=city.secretary, at=minutes(12))


# -- reminders ---------------------------------------------------------------------------------------------------------


def titles_to(person, *, contains: str) -> list[str]:
    return list(Notification.objects.filter(recipient=person, title__contains=contains).values_list("title", flat=True))


def test_the_holder_is_reminded_before_on_and_after_the_day_and_then_the_next_one_up(city):
    incident = sent(city, personal_information="yes")
    assess(incident, city.secretary, at=minutes(5), people_count=150, **LEAK)
    for day in range(6):
        for _ in range(2):
            remind(at=MORNING + timedelta(days=day))
    found = titles_to(city.secretary, contains="（個人情報保護法） 速報")
    assert [title.split("の期限")[1] for title in found[::-1]] == [
        "まであと2日です",
        "まであと1日です",
        "は今日までです",
        "が1日過ぎています",
        "が2日過ぎています",
        "が3日過ぎています",
    ]
    up = Notification.objects.get(recipient=city.general_manager, title__contains="（個人情報保護法） 速報が期限までに送られていません")
    assert up.created_at == MORNING + timedelta(days=5)


def test_a_run_that_comes_late_still_says_each_word_once(city):
    sent(city)
    assert remind(at=MORNING + timedelta(days=10)) > 0
    assert len(titles_to(city.secretary, contains="総務省")) == 1
    assert titles_to(city.general_manager, contains="総務省")


@pytest.mark.parametrize("fields", [{"is_drill": True}, {"status": "mistaken"}, {"status": "merged"}])
def test_drills_mistakes_and_merged_reports_have_no_clock(city, fields):
    incident = sent(city)
    Incident.objects.filter(pk=incident.pk).update(**fields)
    assert remind(at=MORNING + timedelta(days=10)) == 0
    assert not AuthorityReport.objects.live().exists()
    assert not AuthorityReport.objects.waiting_for(city.secretary, at=MORNING).exists()


def test_a_drill_opens_its_reports_for_practice_alone(city):
    incident = sent(city, is_drill=True, personal_information="yes")
    assess(incident, city.secretary, at=minutes(5), people_count=150, **LEAK)
    assert report_to(incident, "ppc", "prompt").status == Status.WAITING
    everybody = [getattr(city, name) for name in PERSONS]
    assert not AuthorityReport.objects.live().exists()
    assert not any(AuthorityReport.objects.waiting_for(person, at=MORNING).exists() for person in everybody)
    assert remind(at=MORNING + timedelta(days=40)) == 0


def test_what_hangs_on_the_questions_waits_at_first_for_those_who_answer_them(city):
    incident = sent(city, personal_information="yes")
    waiting = AuthorityReport.objects.waiting_for
    assert waiting(city.secretary, at=MORNING).filter(stage__authority__code="ppc").exists()
    assert not waiting(city.section_officer, at=MORNING).exists()
    assert not waiting(city.central_manager, at=MORNING).filter(holder=Party.CENTRAL_MANAGER).exists()
    assess(incident, city.secretary, at=minutes(5), people_count=150, **LEAK)
    assert waiting(city.section_officer, at=MORNING).get().stage.authority.code == "persons"


def test_before_the_questions_are_answered_one_line_says_so(city):
    incident = sent(city, personal_information="yes")
    titles = [point.title for point in open_points(incident, at=MORNING)]
    assert [title for title in titles if "報告先" in title] == [
        "報告先がまだ判断されていません（個人情報保護委員会（個人情報保護法） 速報の期限 令和8年11月26日）"
    ]
    assert not any("要判断" in title for title in titles)


def test_the_law_s_clock_runs_on_after_the_incident_was_closed(city):
    incident = sent(city, personal_information="yes")
    assess(incident, city.secretary, at=minutes(5), people_count=150, **LEAK)
    Incident.objects.filter(pk=incident.pk).update(status="closed")
    remind(at=MORNING + timedelta(days=29))
    assert titles_to(city.secretary, contains=" 確報の期限は今日までです")


def test_incidents_older_than_the_room_get_their_reports(cast):
    reference.load("incident_kinds.json")
    incident = sent(cast)
    assert not incident.authority_reports.exists()
    reference.load("authority_reports.json")
    assert (open_missing(at=minutes(5)), open_missing(at=minutes(6))) == (1, 0)
    assert report_to(incident, "soumu").status == Status.WAITING


# -- the half-yearly list ----------------------------------------------------------------------------------------------


def decided(city, *, at=MORNING, way="half_yearly", **fields) -> Incident:
    incident = sent(city, noticed_at=at - timedelta(minutes=1), at=at, **fields)
    by = city.central_manager
    row = propose(incident, by, at=at, way=way, text="" if way == "not" else "誤って送りました。", on_website=way == "at_once")
    row.approve(by=city.ciso if incident.bypasses_chief else city.member, at=at, basis="member")
    return incident


def test_the_half_yearly_list_holds_what_was_decided_and_leaves_out_drills_mistakes_and_what_was_narrowed(city):
    listed = decided(city)
    decided(city, way="not")
    decided(city, bypasses_chief=True, way="at_once")
    other_half = decided(city, at=MORNING.replace(year=2026, month=9, day=30))
    for fields in ({"is_drill": True}, {"status": "mistaken"}, {"status": "merged"}):
        Incident.objects.filter(pk=decided(city).pk).update(**fields)
    waiting = sent(city)
    found = HalfYearList(Half(2026, 2))
    assert (found.rows, found.undecided, found.kept_back) == ([listed], [waiting], 1)
    assert HalfYearList(Half(2026, 1)).rows == [other_half]
    assert found.text.count("誤って送りました。") == 1
    assert city.clerk.name not in found.text


def test_a_list_that_was_published_says_when_it_has_changed_since(city):
    decided(city)
    found = HalfYearList(Half(2026, 2))
    fields = {"published_on": date(2026, 11, 24), "where": "ホームページ", "at": minutes(5), "seen": found.digest}
    with pytest.raises(PermissionDenied):
        ListIssue.record(2026, 2, text=found.text, count=1, by=city.ciso, **fields)
    ListIssue.record(2026, 2, text=found.text, count=1, by=city.secretary, **fields)
    assert not HalfYearList(Half(2026, 2)).has_changed
    decided(city, at=minutes(10))
    assert HalfYearList(Half(2026, 2)).has_changed
    with pytest.raises(InvalidTransition, match="変わりました"):
        ListIssue.record(2026, 2, text=HalfYearList(Half(2026, 2)).text, count=2, by=city.secretary, **fields)
    assert ListIssue.objects.count() == 1


# -- whatever happens in whatever order --------------------------------------------------------------------------------

ASKED = ("personal", "sensitive", "wrongful", "encrypted", "my_number", "crime", "attack")
WHAT = ("assess", "waive", "take_up", "send", "retract", "finish", "propose", "approve")
ANSWERS = st.fixed_dictionaries({code: st.sampled_from(["yes", "no", "unknown"]) for code in ASKED})
ACTS = st.lists(st.tuples(st.sampled_from(sorted(PERSONS)), st.sampled_from(WHAT), ANSWERS), max_size=9)


def do(incident, person, what, answers, at) -> None:
    """Try one act on everything; a refusal is an answer like any other."""
    rows = list(AuthorityReport.objects.filter(incident=incident).with_facts())
    targets = {
        "assess": [lambda: assess(incident, person, at=at, people_count=None, **answers)],
        "waive": [lambda row=row: row.waive(by=person, at=at, reason="理由") for row in rows],
        "take_up": [lambda row=row: row.take_up(by=person, at=at) for row in rows],
        "send": [lambda row=row: send(row, person, at=at, people_count=1) for row in rows],
        "retract": [lambda row=row: row.retract(by=person, at=at, reason="誤り") for row in Sending.objects.standing()],
        "finish": [lambda: finish_external(incident, by=person, at=at)],
        "propose": [lambda: propose(incident, person, at=at)],
        "approve": [lambda row=row: row.approve(by=person, at=at, basis="member") for row in incident.publications.all()],
    }
    for act in targets[what]:
        try:
            with transaction.atomic():
                act()
        except (InvalidTransition, PermissionDenied):
            continue


def check(incident, stages) -> None:
    """What is true of every incident at every moment: no report is lost, no decision is without its person."""
    rows = list(AuthorityReport.objects.filter(incident=incident).with_facts())
    assert {row.stage_id for row in rows} == stages
    for row in rows:
        standing = row.sendings.standing().filter(is_complete=True)
        assert (row.status == Status.SENT) == standing.exists()
        assert (row.sent_at is not None) == (row.status == Status.SENT)
        if row.status == Status.WAIVED:
            assert row.reason
            assert row.decided_by
            assert not row.authority.is_statutory
        if row.status == Status.UNDECIDED:
            assert row.authority.needs or row.authority.any_of
        assert row.holder in (Party.COMMITTEE, Party.CENTRAL_MANAGER, Party.SECTION_OFFICER)
        if row.stage.rule != "without_delay":
            assert row.due_on
        for sending in row.sendings.all():
            assert sending.is_intact
    in_force = list(incident.publications.in_force())
    assert len(in_force) <= 1
    assert all(row.decided_by != row.proposed_by for row in in_force)


def test_no_order_of_acts_loses_a_report_or_sends_one_unrecorded(city):
    @settings(max_examples=12, deadline=None)
    @given(ACTS)
    def walk(acts):
        with transaction.atomic():
            incident = sent(city, personal_information="yes")
            stages = set(incident.authority_reports.values_list("stage", flat=True))
            assert len(stages) == sum(row.stages.count() for row in Authority.objects.filter(rule_sets__code="executive"))
            step(incident, StepCode.PASS_ON).pass_on(by=city.section_officer, at=minutes(1))
            for minute, (person, what, answers) in enumerate(acts, start=2):
                do(incident, getattr(city, person), what, answers, minutes(minute))
                check(incident, stages)
            transaction.set_rollback(True)

    walk()

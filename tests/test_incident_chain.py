"""The chain of an incident: who is told, when, and who may act (3.9.3.1, chains.md)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from incidents.chain import Party, StepCode
from incidents.handling import actor_of
from incidents.models import Ending, Incident, IncidentKind, Note, OralEntry, Receipt, Step
from incidents.reminders import remind_overdue
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .factory import make_absence, make_deputyship

TOKYO = ZoneInfo("Asia/Tokyo")
MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO)  # a Tuesday


@pytest.fixture
def chain(cast):
    """The cast, with the kinds loaded."""
    reference.load("incident_kinds.json")
    return cast


def draft(cast, reporter=None, **fields) -> Incident:
    fields.setdefault("kind", IncidentKind.objects.get(code="other"))
    fields.setdefault("noticed_at", MORNING - timedelta(minutes=20))
    fields.setdefault("personal_information", Incident.Answer.NO)
    fields.setdefault("department", cast.section)
    fields.setdefault("summary", "試験の報告")
    fields.setdefault("place", "窓口")
    return Incident.objects.create(reporter=reporter or cast.clerk, **fields)


def sent(cast, reporter=None, at=MORNING, **fields) -> Incident:
    incident = draft(cast, reporter, **fields)
    return incident.report(by=incident.reporter, at=at)


def step(incident, code) -> Step:
    return incident.steps.get(code=code)


def receipt(incident, code, party) -> Receipt:
    return Receipt.objects.get(step__incident=incident, step__code=code, party=party)


def parties_told(incident, code) -> set[str]:
    return set(Receipt.objects.filter(step__incident=incident, step__code=code).values_list("party", flat=True))


def minutes(count: int) -> datetime:
    return MORNING + timedelta(minutes=count)


def test_a_report_reaches_the_section_officer_and_waits_there(chain):
    incident = sent(chain)
    assert incident.number == "R8-001"
    assert parties_told(incident, StepCode.REPORT) == {Party.SECTION_OFFICER}
    assert list(Step.objects.waiting_for(chain.section_officer, at=MORNING)) == [step(incident, StepCode.PASS_ON)]
    assert not Step.objects.waiting_for(chain.outsider_officer, at=MORNING).exists()


def test_the_section_officer_tells_all_three_at_once(chain):
    incident = sent(chain)
    step(incident, StepCode.PASS_ON).pass_on(by=chain.section_officer, at=minutes(10), comment="確認した")
    assert parties_told(incident, StepCode.PASS_ON) == {Party.CENTRAL_MANAGER, Party.DIVISION_OFFICER, Party.COMMITTEE}
    assert receipt(incident, StepCode.REPORT, Party.SECTION_OFFICER).received_by == chain.section_officer
    told = set(Notification.objects.filter(urgent=True).values_list("recipient__username", flat=True))
    assert {"central_manager", "division_officer", "secretary", "member"} <= told


def test_the_report_climbs_to_the_ciso_over_two_lines(chain):
    incident = sent(chain)
    step(incident, StepCode.PASS_ON).pass_on(by=chain.section_officer, at=minutes(10))
    step(incident, StepCode.TO_GENERAL).pass_on(by=chain.division_officer, at=minutes(20))
    step(incident, StepCode.TO_CISO).pass_on(by=chain.general_manager, at=minutes(30))
    incident.refresh_from_db()
    assert incident.status == Incident.Status.REACHED
    step(incident, StepCode.COMMITTEE_TO_CISO).pass_on(by=chain.secretary, at=minutes(40))
    waiting = Receipt.objects.waiting_for(chain.ciso, at=minutes(41))
    assert {row.step.code for row in waiting} == {StepCode.TO_CISO, StepCode.COMMITTEE_TO_CISO}
    waiting.first().acknowledge(by=chain.ciso, at=minutes(45))
    assert Notification.objects.filter(recipient=chain.clerk, title__contains="CISOまで").exists()


def test_a_step_begins_only_when_the_one_before_is_done(chain):
    incident = sent(chain)
    with pytest.raises(InvalidTransition):
        step(incident, StepCode.TO_GENERAL).pass_on(by=chain.division_officer, at=minutes(5))


def test_nobody_else_may_pass_a_report_on(chain):
    incident = sent(chain)
    for person in (chain.clerk, chain.colleague, chain.division_officer, chain.ciso, chain.administrator, chain.outsider_officer):
        with pytest.raises(PermissionDenied):
            step(incident, StepCode.PASS_ON).pass_on(by=person, at=minutes(5))
    assert step(incident, StepCode.PASS_ON).done_at is None


def test_passing_on_twice_is_refused_and_changes_nothing(chain):
    incident = sent(chain)
    step(incident, StepCode.PASS_ON).pass_on(by=chain.section_officer, at=minutes(5))
    entries = Entry.objects.count()
    with pytest.raises(InvalidTransition):
        step(incident, StepCode.PASS_ON).pass_on(by=chain.section_officer, at=minutes(6))
    assert Entry.objects.count() == entries


def test_only_the_reporter_sends_a_draft_and_only_once(chain):
    incident = draft(chain)
    with pytest.raises(PermissionDenied):
        incident.report(by=chain.section_officer, at=MORNING)
    incident.report(by=chain.clerk, at=MORNING)
    with pytest.raises(InvalidTransition):
        incident.report(by=chain.clerk, at=minutes(1))


def test_numbers_run_through_the_fiscal_year_and_begin_anew_in_april(chain):
    assert [sent(chain).number for _ in range(3)] == ["R8-001", "R8-002", "R8-003"]
    april = datetime(2027, 4, 1, 9, 0, tzinfo=TOKYO)
    assert sent(chain, at=april, noticed_at=april).number == "R9-001"


def test_a_chief_who_reports_starts_at_the_three(chain):
    incident = sent(chain, chain.section_officer)
    assert step(incident, StepCode.PASS_ON).outcome == Step.Outcome.SAME_PERSON
    assert receipt(incident, StepCode.REPORT, Party.SECTION_OFFICER).is_same_person
    assert step(incident, StepCode.TO_GENERAL).is_pending


def test_a_division_chief_who_reports_starts_at_the_general_manager(chain):
    incident = sent(chain, chain.division_officer, department=chain.division)
    assert step(incident, StepCode.PASS_ON).is_passed_over
    assert step(incident, StepCode.TO_GENERAL).outcome == Step.Outcome.SAME_PERSON
    assert step(incident, StepCode.TO_CISO).is_pending
    assert parties_told(incident, StepCode.PASS_ON) == {Party.CENTRAL_MANAGER, Party.DIVISION_OFFICER, Party.COMMITTEE}


def test_the_ciso_who_reports_has_been_told(chain):
    incident = sent(chain, chain.ciso, department=chain.ciso.appointments.get().post.department)
    assert incident.status == Incident.Status.REACHED
    assert receipt(incident, StepCode.TO_CISO, Party.CISO).is_same_person
    assert step(incident, StepCode.COMMITTEE_TO_CISO).is_pending


def test_a_step_between_two_hats_of_one_person_closes_at_once(chain):
    department = chain.central_manager.appointments.get().post.department
    incident = sent(chain, chain.secretary, department=department)
    step(incident, StepCode.PASS_ON).pass_on(by=chain.central_manager, at=minutes(5))
    assert receipt(incident, StepCode.PASS_ON, Party.CENTRAL_MANAGER).is_same_person
    closed = step(incident, StepCode.TO_GENERAL)  # 企画財政部長 is both
    assert (closed.outcome, closed.done_by) == (Step.Outcome.SAME_PERSON, chain.general_manager)
    assert step(incident, StepCode.TO_CISO).is_pending


def test_a_report_about_the_chief_goes_past_the_chief_and_is_hidden_from_the_section(chain):
    incident = sent(chain, bypasses_chief=True)
    assert step(incident, StepCode.PASS_ON).is_passed_over
    assert parties_told(incident, StepCode.REPORT) == set()
    assert parties_told(incident, StepCode.PASS_ON) == {Party.CENTRAL_MANAGER, Party.DIVISION_OFFICER}
    assert step(incident, StepCode.TO_GENERAL).is_pending
    assert not incident.steps.filter(code=StepCode.COMMITTEE_TO_CISO).exists()
    for person in (chain.section_officer, chain.colleague, chain.secretary, chain.member):
        assert not Incident.objects.visible_to(person, at=MORNING).filter(pk=incident.pk).exists()
        assert not Notification.objects.filter(recipient=person).exists()
    for person in (chain.clerk, chain.division_officer, chain.central_manager, chain.general_manager, chain.ciso):
        assert Incident.objects.visible_to(person, at=MORNING).filter(pk=incident.pk).exists()


def chief_in_two_hats(chain) -> Incident:
    """About the chief of 行政経営課, who is the 中央管理者 as well, by somebody of that section."""
    return sent(chain, reporter=chain.secretary, department=Department.objects.get(code="gyosei-keiei"), bypasses_chief=True)


def test_the_chief_who_is_the_matter_neither_sees_nor_handles_it_by_another_hat(chain):
    incident, chief = chief_in_two_hats(chain), chain.central_manager
    merged = sent(chain, reporter=chain.secretary, department=incident.department, bypasses_chief=True)
    Ending.merge(merged, into=incident, reason="同じできごと", by=chain.general_manager, at=MORNING)
    for person, is_seen in [(chief, False), (chain.secretary, True), (chain.general_manager, True), (chain.ciso, True)]:
        assert Incident.objects.visible_to(person, at=MORNING).filter(pk=incident.pk).exists() is is_seen, person
    assert not Incident.objects.visible_to(chief, at=MORNING).exists()
    assert not incident.can_raise(chief, at=MORNING)
    assert not incident.can_add_note(chief, at=MORNING)
    for act in (*incident.steps.exclude(code=StepCode.REPORT), *Receipt.objects.filter(step__incident=incident)):
        people = [actor.person for actor in act.able(at=MORNING)]
        assert people, act
        assert chief not in people, act
    assert not Step.objects.waiting_for(chief, at=MORNING).exists()
    assert not Receipt.objects.waiting_for(chief, at=MORNING).exists()
    assert actor_of(chain.general_manager, incident, Party.CENTRAL_MANAGER, at=MORNING)
    assert actor_of(chief, incident, *Party, at=MORNING) is None
    remind_overdue(at=MORNING + timedelta(days=9))
    assert not Notification.objects.filter(recipient=chief).exists()


def test_a_step_names_who_is_told_where_the_word_goes_one_up(chain):
    incident = sent(chain, reporter=chain.secretary, department=Department.objects.get(code="gyosei-keiei"), bypasses_chief=True)
    passing_on = step(incident, StepCode.PASS_ON)
    assert passing_on.told(at=MORNING) == [Party.GENERAL_MANAGER, Party.DIVISION_OFFICER]
    assert passing_on.act(at=MORNING) == "電子計算組織総括管理者・総括情報セキュリティ担当者へ伝達する"
    assert step(sent(chain), StepCode.PASS_ON).act(at=MORNING) == "3者へ伝達する"


def test_the_steps_of_that_chief_wait_on_the_desk_of_the_next_one_up(chain):
    incident = chief_in_two_hats(chain)
    assert not incident.steps.filter(sender=Party.CENTRAL_MANAGER).exists()
    assert parties_told(incident, StepCode.PASS_ON) == {Party.GENERAL_MANAGER, Party.DIVISION_OFFICER}
    assert Receipt.objects.waiting_for(chain.general_manager, at=MORNING).filter(party=Party.GENERAL_MANAGER).exists()
    for pending in incident.steps.filter(code=StepCode.TO_GENERAL, done_at__isnull=True):
        pending.pass_on(by=chain.general_manager, at=minutes(1))
    waiting = Step.objects.waiting_for(chain.general_manager, at=minutes(2)).values_list("code", flat=True)
    assert StepCode.MEASURES in waiting
    other = sent(chain, bypasses_chief=True)
    assert other.steps.filter(sender=Party.CENTRAL_MANAGER).exists()
    assert Incident.objects.visible_to(chain.central_manager, at=MORNING).filter(pk=other.pk).exists()


def test_an_absent_chief_is_replaced_by_the_named_deputy_who_is_recorded_as_such(chain):
    make_absence(chain.section_officer, starts_at=MORNING - timedelta(hours=1), hours=6)
    make_deputyship("shimin-ka.head", chain.colleague, named_by=chain.section_officer)
    incident = sent(chain)
    step(incident, StepCode.PASS_ON).pass_on(by=chain.colleague, at=minutes(5))
    entry = Entry.objects.filter(verb="incidents.step.passed_on", actor=chain.colleague).get()
    assert entry.in_place_of == chain.section_officer.name
    assert "代理" in entry.role


def test_where_nobody_is_in_the_section_the_next_one_up_may_act(chain):
    make_absence(chain.section_officer, starts_at=MORNING - timedelta(hours=1), hours=6)
    incident = sent(chain)
    assert Notification.objects.filter(recipient=chain.division_officer, urgent=True).exists()
    step(incident, StepCode.PASS_ON).pass_on(by=chain.division_officer, at=minutes(5))
    assert step(incident, StepCode.PASS_ON).done_by == chain.division_officer


def test_the_clock_counts_working_hours(chain):
    evening = datetime(2026, 11, 20, 17, 0, tzinfo=TOKYO)  # Friday before a holiday Monday: Tuesday is the next working day
    incident = sent(chain, at=evening, noticed_at=evening)
    assert step(incident, StepCode.PASS_ON).due_at == datetime(2026, 11, 24, 9, 15, tzinfo=TOKYO)


@pytest.mark.parametrize("answer", [Incident.Answer.YES, Incident.Answer.UNKNOWN])
def test_the_clock_of_a_grave_report_runs_through_the_night(chain, answer):
    evening = datetime(2026, 11, 20, 17, 0, tzinfo=TOKYO)
    incident = sent(chain, at=evening, noticed_at=evening, personal_information=answer)
    assert incident.is_grave
    assert step(incident, StepCode.PASS_ON).due_at == evening + timedelta(hours=1)


def test_raising_a_report_to_grave_restarts_the_open_clocks(chain):
    evening = datetime(2026, 11, 20, 17, 0, tzinfo=TOKYO)
    incident = sent(chain, at=evening, noticed_at=evening)
    incident.raise_gravity(by=chain.section_officer, at=evening)
    assert step(incident, StepCode.PASS_ON).due_at == evening + timedelta(hours=1)
    with pytest.raises(InvalidTransition):
        incident.raise_gravity(by=chain.section_officer, at=evening)


def test_the_reporter_cannot_raise_the_gravity(chain):
    with pytest.raises(PermissionDenied):
        sent(chain).raise_gravity(by=chain.clerk, at=MORNING)


def test_words_spoken_on_the_phone_stop_the_clock_when_they_were_spoken(chain):
    incident = sent(chain)
    entry = OralEntry.enter(
        step(incident, StepCode.PASS_ON),
        spoken_by=chain.section_officer,
        spoken_at=minutes(15),
        content="電話で",
        by=chain.clerk,
        at=minutes(50),
    )
    done = step(incident, StepCode.PASS_ON)
    assert (done.done_at, done.done_by) == (minutes(15), chain.section_officer)
    assert step(incident, StepCode.TO_GENERAL).started_at == minutes(15)
    assert list(OralEntry.objects.waiting_for(chain.section_officer)) == [entry]
    written = Entry.objects.filter(verb="incidents.step.passed_on").get()
    assert (written.actor, written.changes["orally_by"]) == (chain.clerk, chain.section_officer.name)
    entry.confirm(by=chain.section_officer, at=minutes(60))
    assert not OralEntry.objects.waiting_for(chain.section_officer).exists()


def test_the_speaker_alone_confirms_or_denies_and_only_once(chain):
    incident = sent(chain)
    entry = OralEntry.enter(
        receipt(incident, StepCode.REPORT, Party.SECTION_OFFICER),
        spoken_by=chain.section_officer,
        spoken_at=minutes(5),
        content="",
        by=chain.clerk,
        at=minutes(6),
    )
    with pytest.raises(PermissionDenied):
        entry.confirm(by=chain.clerk, at=minutes(7))
    with pytest.raises(ValidationError):
        entry.deny(by=chain.section_officer, at=minutes(7), dispute="  ")
    entry.deny(by=chain.section_officer, at=minutes(8), dispute="電話は受けていない")
    with pytest.raises(InvalidTransition):
        entry.confirm(by=chain.section_officer, at=minutes(9))
    assert Notification.objects.filter(recipient=chain.clerk, title__contains="違う").exists()


@pytest.mark.parametrize("spoken", [-30, 120])
def test_spoken_words_lie_between_the_beginning_of_the_step_and_now(chain, spoken):
    incident = sent(chain)
    with pytest.raises(ValidationError):
        OralEntry.enter(
            step(incident, StepCode.PASS_ON),
            spoken_by=chain.section_officer,
            spoken_at=minutes(spoken),
            content="",
            by=chain.clerk,
            at=minutes(60),
        )
    assert step(incident, StepCode.PASS_ON).is_pending


def test_words_of_a_person_who_had_no_say_are_refused(chain):
    incident = sent(chain)
    with pytest.raises(ValidationError):
        OralEntry.enter(
            step(incident, StepCode.PASS_ON), spoken_by=chain.colleague, spoken_at=minutes(5), content="", by=chain.clerk, at=minutes(6)
        )


def test_a_report_first_made_on_paper_keeps_its_true_time(chain):
    told = MORNING - timedelta(minutes=10)
    incident = sent(chain, told_at=told)
    read = receipt(incident, StepCode.REPORT, Party.SECTION_OFFICER)
    assert read.received_at == told
    assert read.oral_entry.spoken_by == chain.section_officer
    assert step(incident, StepCode.PASS_ON).started_at == told


def test_overdue_steps_remind_the_holder_then_the_next_one_up_each_once(chain):
    incident = sent(chain)
    pass_on = step(incident, StepCode.PASS_ON)
    assert remind_overdue(at=pass_on.due_at - timedelta(minutes=31)) == 0
    remind_overdue(at=pass_on.due_at)
    remind_overdue(at=pass_on.due_at)
    late = Notification.objects.filter(title__contains="次への伝達")
    assert [row.recipient for row in late] == [chain.section_officer]
    remind_overdue(at=pass_on.due_at + timedelta(hours=1))
    assert set(late.values_list("recipient__username", flat=True)) == {"section_officer", "division_officer"}


def test_a_second_round_of_a_step_reminds_and_goes_one_up_anew(chain):
    incident = sent(chain)
    pass_on = step(incident, StepCode.PASS_ON)
    remind_overdue(at=pass_on.due_at + timedelta(hours=1))
    Ending.close(incident, reason="終える", by=chain.general_manager, at=minutes(300))
    Ending.reopen(incident, reason="再び", by=chain.general_manager, at=minutes(301))
    again = step(incident, StepCode.PASS_ON)
    late = Notification.objects.filter(title__contains="次への伝達")
    before = set(late.values_list("pk", flat=True))
    remind_overdue(at=again.due_at + (again.due_at - again.started_at))
    now = late.exclude(pk__in=before).values_list("recipient__username", flat=True)
    assert set(now) == {"section_officer", "division_officer"}


def test_the_clock_of_a_word_taken_up_again_runs_from_then_before_anybody_above_is_told(chain):
    incident, later = sent(chain), MORNING + timedelta(days=7)
    Ending.close(incident, reason="終える", by=chain.general_manager, at=minutes(1))
    Ending.reopen(incident, reason="再び", by=chain.general_manager, at=later)
    unread = receipt(incident, StepCode.REPORT, Party.SECTION_OFFICER)
    late = Notification.objects.filter(title__contains="受領")
    asked, above = late.filter(title__contains="お願いします"), late.filter(title__contains="行われていません")
    remind_overdue(at=unread.due_at)
    assert (asked.get().recipient, above.exists()) == (chain.section_officer, False)
    remind_overdue(at=unread.due_at + (unread.due_at - later))
    assert above.get().recipient == chain.division_officer


def test_facts_can_be_added_by_those_who_see_the_report_only(chain):
    incident = sent(chain)
    Note.add(incident, text="宛先は一人", by=chain.clerk, at=minutes(3))
    assert Notification.objects.filter(recipient=chain.section_officer, title__contains="追記").exists()
    with pytest.raises(PermissionDenied):
        Note.add(incident, text="無関係", by=chain.outsider_clerk, at=minutes(3))
    with pytest.raises(PermissionDenied):
        Note.add(draft(chain), text="下書き", by=chain.clerk, at=minutes(3))


def test_a_draft_is_seen_by_its_reporter_alone(chain):
    pk = draft(chain).pk
    for person in chain.everyone():
        assert Incident.objects.visible_to(person, at=MORNING).filter(pk=pk).exists() == (person == chain.clerk)


def test_a_discarded_draft_is_never_sent(chain):
    incident = draft(chain)
    with pytest.raises(PermissionDenied):
        incident.discard(by=chain.colleague, at=MORNING)
    incident.discard(by=chain.clerk, at=MORNING)
    with pytest.raises(InvalidTransition):
        incident.report(by=chain.clerk, at=MORNING)


def test_the_administrator_of_the_portal_sees_no_incident(chain):
    sent(chain)
    chain.administrator.is_superuser = True
    assert chain.administrator in chain.committee.secretaries(MORNING.date())  # 行政経営課 is the secretariat: seen as such only
    chain.auditor.is_superuser = True
    chain.auditor.save()
    assert not Incident.objects.visible_to(chain.auditor, at=MORNING).exists()


def test_a_failure_on_the_way_leaves_no_half_report(chain, monkeypatch):
    incident = draft(chain)
    monkeypatch.setattr("incidents.models.incident.open_chain", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        incident.report(by=chain.clerk, at=MORNING)
    incident.refresh_from_db()
    assert incident.is_draft
    assert not Entry.objects.filter(verb__startswith="incidents.").exists()


def test_a_report_without_a_number_is_refused_by_the_database(chain):
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=draft(chain).pk).update(status=Incident.Status.REPORTED)


# -- the steps of the response -----------------------------------------------------------------------------------------


def test_the_steps_of_the_response_begin_with_the_word_they_wait_for_and_have_their_terms(chain):
    incident = sent(chain)
    assert not incident.steps.filter(code=StepCode.CAUSE, started_at__isnull=False).exists()
    step(incident, StepCode.PASS_ON).pass_on(by=chain.section_officer, at=minutes(5))
    begun = {row.code for row in incident.steps.filter(started_at__isnull=False, done_at__isnull=True)}
    assert {StepCode.MEASURES, StepCode.EXTERNAL, StepCode.CAUSE} <= begun
    assert not begun & {StepCode.TRIAGE, StepCode.PREVENTION, StepCode.CONFIRMATION}
    assert step(incident, StepCode.EXTERNAL).due_at == datetime(2026, 11, 25, 17, 15, tzinfo=TOKYO)
    assert step(incident, StepCode.CAUSE).due_at == datetime(2026, 12, 24, 17, 15, tzinfo=TOKYO)


def test_a_step_of_the_response_is_not_passed_on_with_one_button(chain):
    incident = sent(chain)
    step(incident, StepCode.PASS_ON).pass_on(by=chain.section_officer, at=minutes(5))
    with pytest.raises(InvalidTransition, match="「対応」の画面"):
        step(incident, StepCode.CAUSE).pass_on(by=chain.central_manager, at=minutes(6))


def test_what_the_committee_would_do_falls_to_the_general_manager_when_a_chief_is_the_matter(chain):
    incident = sent(chain, bypasses_chief=True)
    assert step(incident, StepCode.PREVENTION).sender == Party.GENERAL_MANAGER

"""The response to an incident: triage, meetings, measures, cause, prevention, confirmation (3.9.3.2, 3.9.3.3)."""

import hashlib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import QuerySet
from django.utils import timezone

from incidents.chain import Party, StepCode
from incidents.handling import Spoken
from incidents.models import (
    AttackFinding,
    CustodyMove,
    EmergencyMeasure,
    Evidence,
    Incident,
    IncidentGrant,
    IncidentLink,
    IncidentMeeting,
    NetworkCut,
    PreventionReport,
    Receipt,
    ResponseTask,
    Step,
    Triage,
)
from incidents.models.emergency_measure import finish_measures
from incidents.response.reminders import end_grants, remind_of_tasks
from incidents.response.waiting import answers_for
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import Department
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters import catalogue
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.transitions import InvalidTransition

from . import outside
from .factory import make_appointment, make_asset
from .response_rows import agree, order, passed_on, sent, take, weigh, with_cause, with_report, write_cause

AT = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def city(cast):
    reference.load("incident_kinds.json", "cause_categories.json")
    return cast


def step(incident, code) -> Step:
    return incident.steps.get(code=code)


def told(person, words: str) -> bool:
    return Notification.objects.filter(recipient=person, title__contains=words).exists()


# -- step 5 ------------------------------------------------------------------------------------------------------------
def test_nobody_weighs_before_the_general_manager_has_been_told(city):
    with pytest.raises(InvalidTransition, match="部から総括管理者へ"):
        weigh(city, sent(city, at=AT), at=AT)


def test_citizens_affected_makes_it_grave_and_asks_for_the_security_meeting(city):
    incident = passed_on(city, at=AT)
    with pytest.raises(ValidationError, match="情報セキュリティ会議を招集します"):
        weigh(city, incident, at=AT, citizens=True, outcome=Triage.Outcome.EMERGENCY)
    weigh(city, incident, at=AT, citizens=True, outcome=Triage.Outcome.SECURITY)
    incident.refresh_from_db()
    assert incident.is_grave
    assert step(incident, StepCode.TRIAGE).outcome == Step.Outcome.DONE
    assert told(city.secretary, "会議を招集してください")


def test_other_systems_affected_lets_no_section_deal_with_it_alone(city):
    incident = passed_on(city, at=AT)
    with pytest.raises(ValidationError):
        weigh(city, incident, at=AT, systems=True)
    weigh(city, incident, at=AT, systems=True, outcome=Triage.Outcome.EMERGENCY, reason="市民には影響がない")
    assert told(city.central_manager, "会議を招集してください")


def test_not_convening_needs_a_reason_and_is_refused_where_the_city_always_convenes(city):
    incident = passed_on(city, at=AT)
    with pytest.raises(ValidationError, match="招集しない理由"):
        weigh(city, incident, at=AT, reason=" ")
    parameter = catalogue.get("incidents.meeting_convened")
    ParameterChoice.choose(parameter, "always", basis="決裁", seen=0, by=city.central_manager, at=AT)
    with pytest.raises(ValidationError, match="必ず"):
        weigh(city, incident, at=AT)


def test_only_the_general_manager_weighs_and_may_weigh_again_when_facts_change(city):
    incident = passed_on(city, at=AT)
    for person in (city.clerk, city.central_manager, city.ciso, city.secretary):
        with pytest.raises(PermissionDenied):
            Triage.weigh(incident, citizens=False, systems=False, outcome="section", reason="小さい", by=person, at=AT)
    weigh(city, incident, at=AT)
    weigh(city, incident, at=AT + HOUR, citizens=True, outcome=Triage.Outcome.SECURITY)
    assert [row.outcome for row in incident.triages.all()] == ["section", "security"]
    assert step(incident, StepCode.TRIAGE).done_at == AT


def test_a_judgement_spoken_at_night_is_typed_in_by_another_and_confirmed(city):
    incident = passed_on(city, at=AT)
    night = AT + timedelta(hours=12)
    row = Triage.weigh(
        incident,
        citizens=False,
        systems=False,
        outcome="section",
        reason="所管で足りる",
        by=city.central_manager,
        at=night + HOUR,
        spoken=Spoken(city.general_manager, night, "電話で"),
    )
    assert (row.by, row.at) == (city.general_manager, night)
    assert step(incident, StepCode.TRIAGE).done_at == night
    entry = row.oral_entry
    assert entry.can_answer(city.general_manager)
    entry.confirm(by=city.general_manager, at=night + DAY)
    with pytest.raises(ValidationError):
        Triage.weigh(
            incident,
            citizens=True,
            systems=False,
            outcome="security",
            by=city.central_manager,
            at=night,
            spoken=Spoken(city.clerk, night),
        )


# -- meetings ----------------------------------------------------------------------------------------------------------
def meeting(city, incident, *members, kind="security", by=None, at=AT) -> IncidentMeeting:
    return IncidentMeeting.call(incident, kind, planned_at=at + HOUR, place="庁議室", members=members, by=by or city.general_manager, at=at)


def test_only_the_meeting_that_was_judged_is_called_and_its_members_read_the_file(city):
    incident = passed_on(city, at=AT)
    weigh(city, incident, at=AT)
    with pytest.raises(InvalidTransition):
        meeting(city, incident, city.outsider_officer)
    weigh(city, incident, at=AT, citizens=True, outcome=Triage.Outcome.SECURITY)
    row = meeting(city, incident, city.outsider_officer)
    assert told(city.outsider_officer, "招集されました")
    seen = Incident.objects.visible_to(city.outsider_officer, at=AT)
    assert seen.filter(pk=incident.pk).exists()
    assert list(IncidentMeeting.objects.waiting_for(city.outsider_officer)) == [row]


def test_the_right_to_read_ends_by_its_day_even_before_anybody_takes_it_away(city):
    incident = passed_on(city, at=AT)
    weigh(city, incident, at=AT, citizens=True, outcome=Triage.Outcome.SECURITY)
    meeting(city, incident, city.outsider_officer)
    later = AT + timedelta(days=92)
    assert not Incident.objects.visible_to(city.outsider_officer, at=later).filter(pk=incident.pk).exists()
    assert end_grants(at=later) == 1
    assert end_grants(at=later) == 0
    assert not city.outsider_officer.has_perm("incidents.view_incident", incident)


def test_a_meeting_called_off_ends_the_right_to_read_that_no_other_meeting_needs(city):
    incident = passed_on(city, at=AT)
    weigh(city, incident, at=AT, citizens=True, outcome=Triage.Outcome.SECURITY)
    row = meeting(city, incident, city.outsider_officer, city.outsider_clerk)
    meeting(city, incident, city.outsider_clerk, kind="emergency", by=city.central_manager)
    row.cancel(reason="電話で足りた", by=city.secretary, at=AT + HOUR)
    for person, reads in [(city.outsider_officer, False), (city.outsider_clerk, True)]:
        assert Incident.objects.visible_to(person, at=AT + HOUR).filter(pk=incident.pk).exists() is reads
        notice = Notification.objects.get(recipient=person, title__contains="中止")
        assert bool(notice.url) is reads


def test_a_right_prolonged_in_the_meantime_is_not_taken_away(city, monkeypatch):
    incident = passed_on(city, at=AT)
    weigh(city, incident, at=AT, citizens=True, outcome=Triage.Outcome.SECURITY)
    meeting(city, incident, city.outsider_officer)
    later = AT + timedelta(days=92)
    order_by = QuerySet.order_by

    def called_again(rows, *names):
        if rows.model is Incident and rows.query.select_for_update:  # another call was first at the lock
            IncidentGrant.objects.update(until=later.date())
        return order_by(rows, *names)

    monkeypatch.setattr(QuerySet, "order_by", called_again)
    assert end_grants(at=later) == 0
    assert IncidentGrant.objects.open().exists()


def test_a_member_who_has_moved_reads_no_longer_until_called_again(city):
    incident = passed_on(city, at=AT)
    weigh(city, incident, at=AT, citizens=True, outcome=Triage.Outcome.SECURITY)
    meeting(city, incident, city.outsider_officer)
    city.outsider_officer.appointments.update(until=(AT + 3 * DAY).date())
    assert not Incident.objects.visible_to(city.outsider_officer, at=AT + 5 * DAY).filter(pk=incident.pk).exists()


def test_the_chief_who_is_the_matter_is_not_called(city):
    incident = passed_on(city, at=AT, bypasses_chief=True)
    weigh(city, incident, at=AT, citizens=True, outcome=Triage.Outcome.SECURITY)
    with pytest.raises(ValidationError, match="所属長"):
        meeting(city, incident, city.section_officer)
    meeting(city, incident, city.member)
    assert Incident.objects.visible_to(city.member, at=AT).filter(pk=incident.pk).exists()
    assert not Incident.objects.visible_to(city.secretary, at=AT).filter(pk=incident.pk).exists()


def test_a_meeting_is_held_once_with_minutes_and_its_decisions_become_measures(city):
    incident = passed_on(city, at=AT)
    weigh(city, incident, at=AT, citizens=True, outcome=Triage.Outcome.SECURITY)
    row = meeting(city, incident, city.member, city.ciso)
    with pytest.raises(InvalidTransition):
        order(city, incident, ResponseTask.Kind.DECISION, at=AT, meeting=row)
    row.members.get(person=city.ciso).tick("coming", by=city.secretary, at=AT)
    row.members.get(person=city.member).tick("not_coming", by=city.member, at=AT)
    with pytest.raises(PermissionDenied):
        row.members.get(person=city.member).tick("coming", by=city.clerk, at=AT)
    with pytest.raises(ValidationError):
        row.hold(held_at=AT + HOUR, attended=[city.ciso], minutes=" ", by=city.secretary, at=AT + 2 * HOUR)
    row.hold(held_at=AT + HOUR, attended=[city.ciso], minutes="遮断を続ける", by=city.secretary, at=AT + 2 * HOUR)
    assert {member.person: member.attended for member in row.members.all()} == {city.ciso: True, city.member: False}
    with pytest.raises(InvalidTransition):
        row.cancel(reason="やめる", by=city.secretary, at=AT + 2 * HOUR)
    row.refresh_from_db()
    assert order(city, incident, ResponseTask.Kind.DECISION, at=AT, meeting=row).is_running


# -- measures that are tracked -------------------------------------------------------------------------------------------
def test_a_measure_follows_the_post_and_only_its_owner_says_it_is_done(city):
    task = order(city, passed_on(city, at=AT), at=AT)
    assert list(ResponseTask.objects.waiting_for(city.section_officer, at=AT)) == [task]
    assert not ResponseTask.objects.waiting_for(city.central_manager, at=AT).exists()
    for person in (city.clerk, city.general_manager):
        with pytest.raises(PermissionDenied):
            task.complete(note="済んだ", by=person, at=AT)
    with pytest.raises(ValidationError):
        task.complete(note=" ", by=city.section_officer, at=AT)
    task.complete(note="済んだ", by=city.section_officer, at=AT)
    with pytest.raises(InvalidTransition):
        task.complete(note="もう一度", by=city.section_officer, at=AT)


def test_a_measure_of_another_section_is_seen_by_its_owner_without_the_incident(city):
    incident = passed_on(city, at=AT)
    task = order(city, incident, at=AT, department=city.other_section)
    assert ResponseTask.objects.visible_to(city.outsider_officer, at=AT).filter(pk=task.pk).exists()
    assert not Incident.objects.visible_to(city.outsider_officer, at=AT).filter(pk=incident.pk).exists()
    assert not ResponseTask.objects.visible_to(city.outsider_clerk, at=AT).exists()


def test_a_person_of_the_section_may_be_named_and_loses_the_measure_with_the_post(city):
    incident = passed_on(city, at=AT)
    with pytest.raises(ValidationError, match="担当の課"):
        order(city, incident, at=AT, handed_to=city.outsider_clerk)
    task = order(city, incident, at=AT, handed_to=city.colleague)
    assert ResponseTask.objects.waiting_for(city.colleague, at=AT).exists()
    city.colleague.appointments.update(until=AT.date())
    assert not ResponseTask.objects.waiting_for(city.colleague, at=AT + 2 * DAY).exists()
    assert {actor.person for actor in task.able(at=AT + 2 * DAY)} == {city.section_officer}


def test_the_effect_is_checked_by_somebody_else_and_where_there_is_none_a_new_measure_follows(city):
    task = order(city, passed_on(city, at=AT), at=AT, check_on=(AT + 30 * DAY).date())
    task.complete(note="改めた", by=city.section_officer, at=AT)
    for person in (city.section_officer, city.clerk):
        with pytest.raises(PermissionDenied):
            ResponseTask.objects.get(pk=task.pk).check_effect(effective=True, words="見た", by=person, at=AT)
    with pytest.raises(ValidationError):
        ResponseTask.objects.get(pk=task.pk).check_effect(effective=False, words="また起きた", by=city.secretary, at=AT)
    follower = ResponseTask.objects.get(pk=task.pk).check_effect(
        effective=False, words="また起きた", again_due_on=(AT + 40 * DAY).date(), by=city.secretary, at=AT + 30 * DAY
    )
    assert (follower.follows, follower.owner, follower.status) == (task, task.owner, "open")
    assert follower.check_on - follower.due_on == task.check_on - task.due_on


def test_reminders_go_to_the_owner_then_one_up_each_once_however_late_they_run(city):
    task = order(city, passed_on(city, at=AT), at=AT, days=5)
    assert remind_of_tasks(at=AT) == 0
    remind_of_tasks(at=AT + 2 * DAY)
    remind_of_tasks(at=AT + 2 * DAY)
    assert Notification.objects.filter(title__contains="近づいています", recipient=city.section_officer).count() == 1
    remind_of_tasks(at=AT + 14 * DAY)
    remind_of_tasks(at=AT + 14 * DAY)
    assert Notification.objects.filter(title__contains="期限超過", recipient=city.section_officer).count() == 1
    assert Notification.objects.filter(title__contains="行われていません", recipient=city.division_officer).count() == 1
    task.complete(note="済んだ", by=city.section_officer, at=AT + 14 * DAY)
    assert remind_of_tasks(at=AT + 15 * DAY) == 0


def test_a_measure_put_off_keeps_its_reason_among_the_notes(city):
    incident = passed_on(city, at=AT)
    task = order(city, incident, at=AT)
    with pytest.raises(PermissionDenied):
        task.put_off(to=(AT + 9 * DAY).date(), reason="部品待ち", by=city.section_officer, at=AT)
    task.put_off(to=(AT + 9 * DAY).date(), reason="部品待ち", by=city.general_manager, at=AT)
    assert "部品待ち" in incident.notes.get().text


def test_a_matter_of_the_chief_gives_the_chief_no_measure(city):
    incident = passed_on(city, at=AT, bypasses_chief=True)
    for owner in (Party.SECTION_OFFICER, Party.COMMITTEE):
        with pytest.raises(ValidationError):
            order(city, incident, at=AT, owner=owner)
    assert order(city, incident, at=AT, owner=Party.DIVISION_OFFICER).is_running


def test_a_measure_for_the_manager_of_a_service_waits_for_that_person(city):
    with pytest.raises(ValidationError, match="ほかの担当"):
        order(city, passed_on(city, at=AT), at=AT, owner=Party.SERVICE_MANAGER)
    now = timezone.now()
    outside.open_types(city)
    service = outside.in_use(city)
    incident = passed_on(city, at=now, service=service)
    task = order(city, incident, at=now, owner=Party.SERVICE_MANAGER)
    assert [actor.person for actor in task.able(at=now)] == [city.colleague]
    assert list(ResponseTask.objects.waiting_for(city.colleague, at=now)) == [task]
    assert not ResponseTask.objects.waiting_for(city.promoter, at=now).exists()
    task.complete(note="設定を改めた", by=city.colleague, at=now)
    with pytest.raises(ValidationError, match="所属長に関わる"):
        order(city, passed_on(city, at=now, service=service, bypasses_chief=True), at=now, owner=Party.SERVICE_MANAGER)


def test_the_chief_who_is_the_matter_has_no_part_in_the_response_by_another_hat(city):
    section = Department.objects.get(code="gyosei-keiei")
    incident = passed_on_by(city, city.general_manager, reporter=city.secretary, department=section, bypasses_chief=True)
    chief = city.central_manager
    piece = secure(city, incident, by=city.general_manager)
    assert set(Evidence.objects.visible_to(city.general_manager, at=AT)) == {piece}
    assert not Evidence.objects.visible_to(chief, at=AT).exists()
    with pytest.raises(PermissionDenied):
        take(city, incident, at=AT, basis=EmergencyMeasure.Basis.ON_SPOT)
    with pytest.raises(ValidationError, match="この方には任せられません"):
        order(city, incident, at=AT, owner=Party.GENERAL_MANAGER, department=section, handed_to=chief)
    task = order(city, incident, at=AT, owner=Party.CENTRAL_MANAGER, department=section)
    assert [actor.person for actor in task.able(at=AT)] == [city.general_manager]
    for rows in (ResponseTask.objects.waiting_for(chief, at=AT), ResponseTask.objects.visible_to(chief, at=AT)):
        assert not rows.exists()
    assert not Notification.objects.filter(recipient=chief).exists()


def test_the_chief_who_is_the_matter_answers_to_no_cause_as_head_of_the_division(city):
    make_appointment(city.section_officer, "shimin.head", kind="concurrent")
    analysis = write_cause(city, passed_on(city, at=AT, bypasses_chief=True), at=AT)
    assert answers_for(city.division_officer, at=AT) == [analysis]
    assert not answers_for(city.section_officer, at=AT)
    with pytest.raises(PermissionDenied):
        analysis.answer(Party.DIVISION_OFFICER, agrees=True, words="", by=city.section_officer, at=AT)


def passed_on_by(city, person, **fields) -> Incident:
    """Told to the 総括管理者 by this person."""
    incident = sent(city, at=AT, **fields)
    for pending in incident.steps.filter(code=StepCode.TO_GENERAL, done_at__isnull=True):
        pending.pass_on(by=person, at=AT)
    return incident


# -- step 6, 7b, 7c ------------------------------------------------------------------------------------------------------
def test_step_6_ends_with_a_measure_or_the_reason_why_none_is_needed(city):
    incident = passed_on(city, at=AT)
    with pytest.raises(ValidationError):
        finish_measures(incident, by=city.central_manager, at=AT)
    with pytest.raises(PermissionDenied):
        finish_measures(incident, by=city.section_officer, at=AT, none_needed="不要")
    take(city, incident, at=AT)
    finish_measures(incident, by=city.central_manager, at=AT)
    assert Receipt.objects.filter(step__incident=incident, step__code=StepCode.MEASURES, party=Party.GENERAL_MANAGER).exists()
    take(city, incident, at=AT, what="あとから加えた措置")
    assert incident.measures.count() == 2


def test_a_measure_says_on_whose_order_it_was_taken(city):
    incident = passed_on(city, at=AT)
    with pytest.raises(ValidationError):
        take(city, incident, at=AT, basis=EmergencyMeasure.Basis.ALONE)
    take(city, incident, at=AT, basis=EmergencyMeasure.Basis.ALONE, absence="出張中で連絡がつかない")
    with pytest.raises(ValidationError):
        take(city, incident, at=AT, basis=EmergencyMeasure.Basis.ORDERED)
    row = take(city, incident, at=AT + HOUR, basis=EmergencyMeasure.Basis.ORDERED, order=Spoken(city.general_manager, AT, "止めよ"))
    assert row.oral_entry.spoken_by == city.general_manager
    with pytest.raises(PermissionDenied):
        take(city, incident, at=AT, by=city.clerk)


def test_a_measure_on_the_order_of_the_central_manager_names_who_ordered_it(city):
    incident = passed_on(city, at=AT)
    with pytest.raises(ValidationError, match="指示した中央電子計算組織管理者"):
        take(city, incident, at=AT, by=city.section_officer)
    with pytest.raises(ValidationError):
        take(city, incident, at=AT + HOUR, by=city.section_officer, order=Spoken(city.general_manager, AT, "外せ"))
    row = take(city, incident, at=AT + HOUR, by=city.section_officer, order=Spoken(city.central_manager, AT, "外せ"))
    assert row.oral_entry.spoken_by == city.central_manager


def test_a_stopped_system_is_restored_once(city):
    row = take(city, passed_on(city, at=AT), at=AT, is_stop=True)
    with pytest.raises(ValidationError):
        row.restore(restored_at=AT - HOUR, note="復旧", by=city.central_manager, at=AT)
    row.restore(restored_at=AT, note="復旧", by=city.central_manager, at=AT)
    with pytest.raises(InvalidTransition):
        row.restore(restored_at=AT, note="復旧", by=city.central_manager, at=AT)


def test_the_section_officer_cuts_on_the_central_manager_s_judgement_and_two_are_told(city):
    incident = passed_on(city, at=AT)
    about = {"network": "相手先の網", "reason": "不審な通信", "cut_at": AT}
    with pytest.raises(ValidationError, match="判断した"):
        NetworkCut.cut(incident, **about, by=city.section_officer, at=AT)
    cut = NetworkCut.cut(incident, **about, by=city.section_officer, at=AT, judgement=Spoken(city.central_manager, AT))
    assert cut.oral_entry.spoken_by == cut.judged_by == city.central_manager
    with pytest.raises(PermissionDenied):
        cut.tell_general(by=city.section_officer, at=AT)
    cut.tell_general(by=city.central_manager, at=AT)
    cut.tell_council(words="市長を通じて報告", told_at=AT, by=city.central_manager, at=AT)
    with pytest.raises(InvalidTransition):
        cut.tell_council(words="もう一度", told_at=AT, by=city.central_manager, at=AT)
    assert told(city.general_manager, "遮断の報告")


def test_a_possible_crime_asks_for_the_record_and_the_police(city):
    incident = passed_on(city, at=AT)
    found = AttackFinding.find(incident, is_certain=True, may_be_crime=True, by=city.central_manager, at=AT)
    incident.refresh_from_db()
    assert incident.is_grave
    assert found.missing == ["関係機関との連絡", "攻撃の記録の保存", "警察との連携"]
    words = {"record_kept": "保存した", "bodies": "都に連絡", "police": "相談した"}
    assert not AttackFinding.find(incident, is_certain=True, may_be_crime=True, by=city.central_manager, at=AT, **words).missing
    assert incident.attack_findings.count() == 2


# -- evidence ------------------------------------------------------------------------------------------------------------
def secure(city, incident, **fields) -> Evidence:
    fields = {"name": "送信記録", "form": "copy", "source": "サーバ", "taken_by": "係員", "taken_at": AT, "place": "金庫"} | fields
    return Evidence.secure(incident, **{"by": city.central_manager, **fields}, at=AT)


def test_evidence_is_hidden_from_the_section_and_from_the_committee_when_a_chief_is_the_matter(city):
    open_piece = secure(city, passed_on(city, at=AT))
    narrow = secure(city, passed_on(city, at=AT, bypasses_chief=True))
    for person, pieces in [
        (city.clerk, set()),
        (city.section_officer, set()),
        (city.secretary, {open_piece}),
        (city.division_officer, {open_piece, narrow}),
        (city.ciso, {open_piece, narrow}),
    ]:
        assert set(Evidence.objects.visible_to(person, at=AT)) == pieces, person


def test_custody_is_a_log_from_hand_to_hand_and_what_is_lent_comes_back(city):
    piece = secure(city, passed_on(city, at=AT))
    move = {"place": "警察署", "moved_at": AT + HOUR, "reason": "捜査", "by": city.central_manager, "at": AT + HOUR}
    piece.hand_on(CustodyMove.Kind.LENT, taker="警察署の係員", **move)
    assert piece.is_lent
    with pytest.raises(ValidationError):
        piece.hand_on(CustodyMove.Kind.HANDED, taker="別の人", **move)
    piece.hand_on(CustodyMove.Kind.RETURNED, taker="", holder=city.secretary, **{**move, "place": "金庫"})
    assert [row.giver for row in piece.moves.all()] == ["", city.central_manager.name, "警察署の係員"]
    assert Evidence.objects.get(pk=piece.pk).holder == city.secretary


def test_a_mistake_in_evidence_is_put_right_by_a_further_piece(city):
    incident = passed_on(city, at=AT)
    first = secure(city, incident)
    second = secure(city, incident, name="送信記録（正しい日付）", corrects=first)
    assert list(first.corrections.all()) == [second]
    with pytest.raises(ValidationError):
        secure(city, passed_on(city, at=AT), corrects=first)


def test_a_typed_digest_that_is_not_that_of_the_attached_file_is_refused(city):
    incident, words = passed_on(city, at=AT), "送信記録".encode()
    right = hashlib.sha256(words).hexdigest()
    with pytest.raises(ValidationError) as refused:
        secure(city, incident, sha256="0" * 64, uploads=[SimpleUploadedFile("log.txt", words)])
    assert set(refused.value.error_dict) == {"sha256"}
    assert secure(city, incident, sha256=right.upper(), uploads=[SimpleUploadedFile("log.txt", words)]).sha256 == right
    assert secure(city, incident, sha256="0" * 64).sha256 == "0" * 64


# -- steps 8 to 10 -------------------------------------------------------------------------------------------------------
def test_the_cause_is_done_when_each_party_has_answered_or_a_reason_stands(city):
    incident = passed_on(city, at=AT)
    analysis = write_cause(city, incident, at=AT)
    with pytest.raises(PermissionDenied):
        analysis.answer(Party.SECTION_OFFICER, agrees=True, words="", by=city.clerk, at=AT)
    analysis.answer(Party.SECTION_OFFICER, agrees=True, words="", by=city.section_officer, at=AT)
    with pytest.raises(InvalidTransition):
        analysis.answer(Party.SECTION_OFFICER, agrees=True, words="", by=city.section_officer, at=AT)
    with pytest.raises(ValidationError, match="回答がありません"):
        analysis.finish(by=city.central_manager, at=AT)
    assert step(incident, StepCode.CAUSE).done_at is None
    reasons = {Party.DIVISION_OFFICER: "長期の不在", Party.COMMITTEE: "次の会議が先"}
    analysis.finish(by=city.central_manager, at=AT, reasons=reasons)
    assert step(incident, StepCode.PREVENTION).is_pending
    assert set(analysis.answers.values_list("stance", flat=True)) == {"agrees", "not_asked"}


def test_a_new_version_of_the_cause_asks_again(city):
    incident = passed_on(city, at=AT)
    first = write_cause(city, incident, at=AT)
    agree(city, first, at=AT)
    second = write_cause(city, incident, at=AT)
    assert second.unanswered()
    with pytest.raises(InvalidTransition, match="新しい版"):
        first.finish(by=city.central_manager, at=AT)


def test_a_matter_of_the_chief_asks_neither_the_chief_nor_the_committee_for_the_cause(city):
    analysis = write_cause(city, passed_on(city, at=AT, bypasses_chief=True), at=AT)
    assert set(analysis.asked(analysis.incident)) == {Party.DIVISION_OFFICER, Party.GENERAL_MANAGER}


def test_the_ciso_confirms_and_the_drafts_go_to_their_owners(city):
    report = with_report(city, at=AT)
    task = report.incident.tasks.get()
    assert task.status == "draft"
    assert not ResponseTask.objects.waiting_for(city.section_officer, at=AT).exists()
    with pytest.raises(PermissionDenied):
        report.confirm(words="確認", by=city.general_manager, at=AT)
    report.confirm(words="確認", by=city.ciso, at=AT)
    assert list(ResponseTask.objects.waiting_for(city.section_officer, at=AT)) == [task]
    assert step(report.incident, StepCode.CONFIRMATION).outcome == Step.Outcome.DONE
    assert told(city.section_officer, "再発防止策を実施")


def test_a_measure_against_recurrence_always_has_a_day_for_its_check(city):
    incident = with_cause(city, at=AT)
    with pytest.raises(ValidationError, match="効果を確かめる日"):
        order(city, incident, ResponseTask.Kind.PREVENTION, at=AT)
    task = order(city, incident, ResponseTask.Kind.PREVENTION, at=AT, check_on=(AT + 30 * DAY).date())
    words = {"words": "改める", "owner": task.owner, "department": task.department, "due_on": task.due_on, "by": city.secretary, "at": AT}
    with pytest.raises(ValidationError, match="効果を確かめる日"):
        task.revise(check_on=None, **words)
    task.revise(check_on=task.check_on, **words)


def test_each_owner_of_a_confirmed_measure_is_sent_to_the_measure(city):
    incident = with_cause(city, at=AT)
    places = [city.section, city.other_section]
    tasks = [order(city, incident, "prevention", at=AT, department=place, check_on=(AT + 30 * DAY).date()) for place in places]
    PreventionReport.report(incident, words="二人で確かめる", by=city.secretary, at=AT).confirm(words="確認", by=city.ciso, at=AT)
    for person, task in zip([city.section_officer, city.outsider_officer], tasks, strict=True):
        url = Notification.objects.get(recipient=person, title__contains="再発防止策を実施").url
        assert url == task.get_absolute_url()
        assert city.client(person).get(url).status_code == 200


def test_what_the_ciso_sends_back_begins_again_with_a_fresh_clock_and_loses_no_receipt(city):
    report = with_report(city, at=AT)
    incident, later = report.incident, AT + 50 * DAY
    with pytest.raises(ValidationError):
        report.send_back(words=" ", by=city.ciso, at=later)
    report.send_back(words="担当を課に分ける", by=city.ciso, at=later)
    again = step(incident, StepCode.PREVENTION)
    assert (again.is_pending, again.round, again.started_at) == (True, 2, later)
    assert again.due_at > later + 40 * DAY
    assert step(incident, StepCode.CONFIRMATION).started_at is None
    with pytest.raises(InvalidTransition):
        report.confirm(words="やはり確認", by=city.ciso, at=later)
    second = PreventionReport.report(incident, words="分けた", by=city.secretary, at=later)
    assert step(incident, StepCode.CONFIRMATION).is_pending
    assert list(Receipt.objects.filter(step=again, party=Party.CISO).values_list("round", flat=True)) == [1, 2]
    second.confirm(words="", by=city.ciso, at=later)


def test_no_draft_is_added_while_the_ciso_has_the_report(city):
    report = with_report(city, at=AT)
    with pytest.raises(InvalidTransition):
        order(city, report.incident, ResponseTask.Kind.PREVENTION, at=AT, check_on=(AT + 30 * DAY).date())
    assert order(city, report.incident, ResponseTask.Kind.INSTRUCTION, at=AT).is_running


def test_measures_are_drafted_by_the_committee_alone(city):
    incident = with_cause(city, at=AT)
    for person in (city.clerk, city.section_officer, city.ciso):
        with pytest.raises(PermissionDenied):
            order(city, incident, ResponseTask.Kind.PREVENTION, by=person, at=AT)


# -- links ---------------------------------------------------------------------------------------------------------------
def test_a_link_is_seen_only_by_who_sees_the_thing(city):
    incident = passed_on(city, at=AT)
    asset = make_asset(city.section, by=city.clerk, at=AT)
    link = IncidentLink.tie(incident, thing=asset, by=city.clerk, at=AT)
    IncidentLink.tie(incident, clause="3.9.3.2", by=city.clerk, at=AT)
    assert link in IncidentLink.objects.visible_to(city.clerk)
    assert link not in IncidentLink.objects.visible_to(city.outsider_clerk)
    assert IncidentLink.objects.visible_to(city.outsider_clerk).count() == 1
    with pytest.raises(InvalidTransition):
        IncidentLink.tie(incident, thing=asset, by=city.section_officer, at=AT)
    with pytest.raises(PermissionDenied):
        IncidentLink.tie(incident, thing=asset, by=city.outsider_clerk, at=AT)
    link.untie(by=city.clerk, at=AT)
    IncidentLink.tie(incident, thing=asset, by=city.clerk, at=AT)

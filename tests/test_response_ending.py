"""How an incident ends and is taken up again: closed, mistaken, merged, reopened (3.9.3.3)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from incidents.authorities.closing import finish_external
from incidents.chain import StepCode
from incidents.models import Ending, Incident, IncidentMeeting, Note, Publication, Receipt, Step, Triage
from incidents.open_points import open_points
from incidents.reminders import remind_overdue
from incidents.response.forms.ending import incident_by_number
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.transitions import InvalidTransition

from .authority_acts import propose
from .response_rows import confirmed, order, passed_on, sent, weigh, with_report

AT = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def city(cast):
    reference.load("incident_kinds.json")
    return cast


def close(city, incident, reason="", at=AT) -> Ending:
    return Ending.close(incident, by=city.general_manager, at=at, reason=reason)


def finish_the_rest(city, incident) -> None:
    """The words to the CISO, and step 7: nobody outside is told (no authority is loaded), nothing is published."""
    for code, person in ((StepCode.TO_CISO, city.general_manager), (StepCode.COMMITTEE_TO_CISO, city.secretary)):
        incident.steps.get(code=code).pass_on(by=person, at=AT)
    proposal = propose(incident, city.secretary, at=AT, way=Publication.Way.NOT)
    proposal.approve(by=city.member, at=AT, basis=Publication.Basis.MEMBER)
    finish_external(incident, by=city.secretary, at=AT)


def test_nobody_closes_over_an_undone_step_without_a_written_reason(city):
    incident = passed_on(city, at=AT)
    with pytest.raises(ValidationError, match="済んでいないこと"):
        close(city, incident)
    incident.refresh_from_db()
    assert incident.is_open
    row = close(city, incident, "再発のおそれがないため")
    assert any("原因の究明" in point for point in row.left)
    left = incident.steps.filter(outcome=Step.Outcome.LEFT)
    assert {StepCode.CAUSE, StepCode.TRIAGE} <= set(left.values_list("code", flat=True))
    assert not any(point.title.startswith("8") for point in open_points(Incident.objects.get(pk=incident.pk), at=AT))


def test_what_is_all_done_closes_without_a_reason(city):
    incident = confirmed(city, at=AT)
    finish_the_rest(city, incident)
    incident.refresh_from_db()
    assert [point.title for point in open_points(incident, at=AT)] == []
    row = close(city, incident)
    assert (row.kind, row.left) == (Ending.Kind.CLOSED, [])
    incident.refresh_from_db()
    assert (incident.status, incident.ended_at) == (Incident.Status.CLOSED, AT)


@pytest.mark.parametrize("act", ["close", "mistake", "reopen"])
def test_only_those_who_lead_the_response_end_it_or_take_it_up(city, act):
    incident = passed_on(city, at=AT)
    if act == "reopen":
        close(city, incident, "終える")
    for person in (city.clerk, city.section_officer, city.division_officer, city.secretary, city.ciso, city.administrator):
        with pytest.raises(PermissionDenied):
            getattr(Ending, act)(incident, reason="理由", by=person, at=AT)


def test_everyone_who_was_told_is_told_of_a_mistaken_report_and_nothing_is_deleted(city):
    incident = passed_on(city, at=AT)
    task = order(city, incident, at=AT)
    with pytest.raises(ValidationError):
        Ending.mistake(incident, reason=" ", by=city.central_manager, at=AT)
    Ending.mistake(incident, reason="試験用のメールだった", by=city.central_manager, at=AT)
    told = set(Notification.objects.filter(title__contains="誤報でした").values_list("recipient__username", flat=True))
    assert {"clerk", "section_officer", "division_officer", "general_manager", "secretary", "member"} <= told
    task.refresh_from_db()
    assert (task.status, task.ending) == ("dropped", "誤報のため")
    assert Incident.objects.visible_to(city.clerk, at=AT).filter(pk=incident.pk).exists()
    with pytest.raises(InvalidTransition):
        close(city, incident, "もう一度")


def test_nothing_is_done_to_an_incident_that_has_ended(city):
    incident = passed_on(city, at=AT)
    close(city, incident, "終える")
    with pytest.raises(InvalidTransition):
        weigh(city, incident, at=AT)
    with pytest.raises(InvalidTransition):
        order(city, incident, at=AT)
    assert remind_overdue(at=AT + 100 * DAY) == 0


def test_a_measure_outlives_the_closing(city):
    incident = passed_on(city, at=AT)
    task = order(city, incident, at=AT)
    close(city, incident, "残りは期限まで管理する")
    task.complete(note="済んだ", by=city.section_officer, at=AT + DAY)
    task.refresh_from_db()
    assert task.status == "done"


def test_reopening_starts_what_was_left_with_fresh_clocks(city):
    incident = passed_on(city, at=AT)
    close(city, incident, "終える")
    later = AT + 100 * DAY
    with pytest.raises(ValidationError):
        Ending.reopen(incident, reason=" ", by=city.central_manager, at=later)
    Ending.reopen(incident, reason="同じ手口が続いた", by=city.central_manager, at=later)
    steps = {step.code: step for step in incident.steps.all()}
    cause = steps[StepCode.CAUSE]
    assert (cause.started_at, cause.done_at, cause.outcome) == (later, None, "")
    assert cause.due_at > later + 20 * DAY
    assert steps[StepCode.PREVENTION].started_at is None
    assert steps[StepCode.PASS_ON].done_at == AT
    unread = Receipt.objects.pending().filter(step__incident=incident)
    assert unread.exists()
    assert all(row.due_at > later for row in unread)
    assert remind_overdue(at=later) == 0


def test_a_report_reopened_has_reached_the_ciso_only_if_it_had_before(city):
    incident = passed_on(city, at=AT)
    for reached in (False, True):
        if reached:
            incident.steps.get(code=StepCode.TO_CISO).pass_on(by=city.general_manager, at=AT)
        close(city, incident, "終える")
        Ending.reopen(incident, reason="再び起きた", by=city.central_manager, at=AT)
        incident.refresh_from_db()
        assert incident.status == (Incident.Status.REACHED if reached else Incident.Status.REPORTED)


def test_the_number_of_a_drill_names_no_true_report(city):
    drill, real = sent(city, at=AT, is_drill=True), sent(city, at=AT)
    assert (drill.number, real.number) == ("訓R8-001", "R8-001")
    for word, found in [("R8-001", real), ("訓R8-001", drill), (" 訓Ｒ８－００１", drill), ("訓R8-002", None), ("訓", None)]:
        assert incident_by_number(word, by=city.central_manager, at=AT) == found, word


def called(city, incident) -> IncidentMeeting:
    weigh(city, incident, at=AT, citizens=True, outcome=Triage.Outcome.SECURITY)
    call = {"planned_at": AT + DAY, "place": "庁議室", "members": [city.outsider_officer], "by": city.general_manager, "at": AT}
    return IncidentMeeting.call(incident, "security", **call)


def test_the_end_calls_off_a_meeting_that_has_not_met(city):
    incident = passed_on(city, at=AT)
    row = called(city, incident)
    close(city, incident, "終える")
    row.refresh_from_db()
    assert (row.status, row.ending) == ("cancelled", "報告が「完了」で終わったため")
    assert not Incident.objects.visible_to(city.outsider_officer, at=AT).exists()
    assert Notification.objects.filter(recipient=city.outsider_officer, title__contains="中止").exists()


def test_a_meeting_of_a_report_that_has_ended_waits_for_nobody(city):
    incident = passed_on(city, at=AT)
    row = called(city, incident)
    assert list(IncidentMeeting.objects.waiting_for(city.outsider_officer)) == [row]
    Incident.objects.filter(pk=incident.pk).update(status="closed", ended_at=AT)  # ended before meetings were called off with it
    assert not IncidentMeeting.objects.waiting_for(city.outsider_officer).exists()


def test_the_end_sends_nobody_to_a_page_that_one_does_not_see(city):
    incident = passed_on(city, at=AT)
    task = order(city, incident, at=AT, department=city.other_section)
    close(city, incident, "終える")
    told = Notification.objects.get(recipient=city.outsider_officer, title__contains="完了")
    assert told.url == task.get_absolute_url()
    assert city.client(city.outsider_officer).get(told.url).status_code == 200
    assert Notification.objects.filter(recipient=city.clerk, url=incident.get_absolute_url(), title__contains="完了").exists()


# -- merging -------------------------------------------------------------------------------------------------------------
def merge(city, incident, into, by=None) -> Ending:
    return Ending.merge(incident, into=into, reason="同じできごと", by=by or city.central_manager, at=AT)


def test_both_reporters_see_the_report_that_goes_on_and_its_seers_see_the_other(city):
    first = passed_on(city, at=AT)
    second = sent(city, at=AT, reporter=city.outsider_clerk, department=city.other_section)
    Note.add(second, text="同じ送信元だった", by=city.outsider_clerk, at=AT)
    merge(city, second, first)
    for person in (city.clerk, city.outsider_clerk, city.section_officer):
        assert set(Incident.objects.visible_to(person, at=AT)) == {first, second}, person
    second.refresh_from_db()
    assert (second.status, second.merged_into) == (Incident.Status.MERGED, first)
    told = set(Notification.objects.filter(title__contains="ほかの報告").values_list("recipient__username", flat=True))
    assert {"clerk", "outsider_clerk", "section_officer"} <= told


def test_a_chain_of_merged_reports_ends_in_the_one_that_goes_on(city):
    first, second, third = (sent(city, at=AT) for _ in range(3))
    merge(city, third, second)
    merge(city, second, first)
    third.refresh_from_db()
    assert third.merged_into == first


def test_a_report_is_not_merged_into_itself_nor_into_one_that_has_ended(city):
    first, second = sent(city, at=AT), sent(city, at=AT)
    with pytest.raises(ValidationError):
        merge(city, first, first)
    close(city, second, "終える")
    with pytest.raises(InvalidTransition):
        merge(city, first, second)
    with pytest.raises(PermissionDenied):
        merge(city, first, sent(city, at=AT), by=city.section_officer)


def test_a_narrowed_report_is_never_opened_by_merging(city):
    narrowed, other = sent(city, at=AT, bypasses_chief=True), sent(city, at=AT)
    with pytest.raises(ValidationError, match="所属長を通さない"):
        merge(city, narrowed, other)
    by_the_chief = sent(city, at=AT, reporter=city.section_officer)
    with pytest.raises(ValidationError, match="所属長です"):
        merge(city, by_the_chief, narrowed)
    elsewhere = sent(city, at=AT, bypasses_chief=True, department=city.other_section)
    with pytest.raises(ValidationError, match="同じ所属"):
        merge(city, elsewhere, narrowed)
    with pytest.raises(ValidationError, match="その存在が伝わる"):
        merge(city, other, narrowed)
    merge(city, sent(city, at=AT, bypasses_chief=True), narrowed)
    assert not Incident.objects.visible_to(city.section_officer, at=AT).filter(pk=narrowed.pk).exists()


def test_which_report_goes_on_and_why_is_shown_to_those_who_see_that_one(city):
    first, other = sent(city, at=AT), sent(city, at=AT)
    merge(city, first, other)
    Incident.objects.filter(pk=other.pk).update(bypasses_chief=True)  # as such reports were merged before this was refused
    for person, is_shown in [(city.section_officer, False), (city.central_manager, True)]:
        client = city.client(person)
        assert (other.number in client.get(first.get_absolute_url()).content.decode()) is is_shown
        page = client.get(reverse("incidents:response", args=[first.pk])).content.decode()
        assert (other.number in page, "同じできごと" in page) == (is_shown, is_shown)


def test_a_drill_is_not_merged_with_what_truly_happened(city):
    drill, real = sent(city, at=AT, is_drill=True), sent(city, at=AT)
    with pytest.raises(ValidationError, match="訓練"):
        merge(city, drill, real)


def test_measures_of_a_merged_report_are_open_points_of_the_other(city):
    report = with_report(city, at=AT)
    other = passed_on(city, at=AT)
    merge(city, report.incident, other)
    assert any("手順を改める" in point.title for point in open_points(other, at=AT))

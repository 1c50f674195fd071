"""緊急時対応訓練 (3.9.2.3): the same screens marked 訓練, left out of every figure, evaluated in the end."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incidents import figures, panels
from incidents.drills.reminders import remind_of_tasks
from incidents.models import (
    Drill,
    DrillStep,
    DrillTask,
    Ending,
    Incident,
    IncidentKind,
    IncidentMeeting,
    Receipt,
    ResponseTask,
    Step,
    drill_run,
    incident_meeting,
)
from incidents.models import drill as drill_module
from incidents.reminders import remind_overdue
from incidents.response.reminders import remind_of_tasks as remind_of_measures
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.duties.catalogue import load_duties
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.jobs.models import JobResult
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

from .cast import PERSONS, Cast
from .response_rows import order, weigh
from .taken import take
from .test_incident_chain import sent

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=TOKYO)
FACTS = {"title": "標的型メールの訓練", "scenario": "不審なメールを開いた", "goals": "三者に一時間で伝わる", "scope": "市民課と行政経営課"}


@pytest.fixture
def city(cast):
    reference.load("incident_kinds.json")
    return cast


def minutes(count: int) -> datetime:
    return NOW + timedelta(minutes=count)


def planned(cast, *, at=NOW, **fields) -> Drill:
    facts = {**FACTS, "planned_on": timezone.localtime(at).date(), "sections": [cast.section], "participants": []} | fields
    return Drill.plan(by=facts.pop("by", cast.central_manager), at=at, **facts)


def running(cast, *, at=NOW, **fields) -> Drill:
    drill = planned(cast, at=at, **fields)
    drill.start(by=cast.central_manager, at=at)
    return drill


def reported(cast, drill, *, at=NOW) -> Incident:
    incident = drill.begin_incident(kind=IncidentKind.objects.get(code="malware"), by=cast.clerk, at=at)
    incident.summary, incident.place = "訓練の報告", "自席"
    incident.save()
    return incident.report(by=cast.clerk, at=at)


def ended(cast) -> Drill:
    drill = running(cast)
    incident = reported(cast, drill)
    incident.steps.get(code="pass_on").pass_on(by=cast.section_officer, at=minutes(10))
    incident.steps.get(code="to_general").pass_on(by=cast.division_officer, at=minutes(10 + 60 * 5))
    drill.end(by=cast.central_manager, at=minutes(400))
    return drill


def task(cast, drill, **fields) -> DrillTask:
    facts = {
        "what": "連絡の順を掲示する",
        "owner": "SECTION_OFFICER",
        "department": cast.section,
        "due_on": NOW.date() + timedelta(days=30),
    }
    return DrillTask.add(drill, by=cast.central_manager, at=minutes(500), **(facts | fields))


def test_a_drill_is_planned_with_persons_and_range_and_they_are_told(city):
    drill = planned(city, participants=[city.ciso])
    assert set(drill.people(on=NOW.date())) >= {city.clerk, city.colleague, city.section_officer, city.ciso}
    assert drill.fiscal_year == 2026
    told = Notification.objects.get(recipient=city.clerk)
    assert told.title.startswith("【訓練】")
    with pytest.raises(ValidationError):
        planned(city, sections=[], participants=[])
    with pytest.raises(PermissionDenied):
        planned(city, by=city.clerk)


def test_a_report_of_a_drill_goes_the_way_of_every_report_and_says_that_it_is_one(city):
    incident = reported(city, running(city))
    assert incident.is_drill
    assert incident.number == "訓R8-001"
    assert Receipt.objects.pending().filter(step__incident=incident).exists()
    told = Notification.objects.filter(recipient=city.section_officer, url=incident.get_absolute_url())
    assert told
    assert all(row.title.startswith("【訓練】") for row in told)


def test_reminders_of_a_drill_say_so_too_and_stop_with_its_end(city):
    drill = running(city)
    reported(city, drill)
    assert remind_overdue(at=minutes(600))
    assert all(row.title.startswith("【訓練】") for row in Notification.objects.filter(title__contains="期限超過"))
    drill.end(by=city.central_manager, at=minutes(700))
    assert remind_overdue(at=minutes(9000)) == 0


def test_drills_leave_no_gap_in_the_numbers_of_real_incidents(city):
    drill = running(city)
    first = sent(city)
    reported(city, drill)
    assert (first.number, sent(city).number, reported(city, drill).number) == ("R8-001", "R8-002", "訓R8-002")


def test_drills_are_left_out_of_figures_panels_and_lists(city):
    before = figures.chain(at=minutes(1))
    incident = reported(city, running(city))
    assert figures.chain(at=minutes(9000)) == before
    assert not Incident.objects.real().filter(pk=incident.pk).exists()
    clause = type("Clause", (), {"number": "3.9.3.1.1"})()
    assert all(step["open"] == 0 for step in panels.chain(clause, city.clerk).context["steps"])


def test_only_who_takes_part_reports_and_only_while_it_runs(city):
    drill = planned(city)
    kind = IncidentKind.objects.get(code="malware")
    with pytest.raises(InvalidTransition):
        drill.begin_incident(kind=kind, by=city.clerk, at=NOW)
    drill.start(by=city.general_manager, at=NOW)
    with pytest.raises(PermissionDenied):
        drill.begin_incident(kind=kind, by=city.outsider_clerk, at=NOW)
    assert drill.begin_incident(kind=kind, by=city.clerk, at=NOW).is_drill


def test_a_drill_does_not_begin_before_its_day(city):
    drill = planned(city, planned_on=NOW.date() + timedelta(days=1))
    with pytest.raises(InvalidTransition, match="より前"):
        drill.start(by=city.central_manager, at=NOW)


def test_the_end_keeps_how_long_each_step_was_allowed_and_took(city):
    drill = ended(city)
    steps = {step.code: step for step in DrillStep.objects.filter(run__drill=drill)}
    assert (steps["pass_on"].allowed_minutes, steps["pass_on"].used_minutes, steps["pass_on"].state[0]) == (60, 10, "期限内")
    assert (steps["to_general"].used_minutes, steps["to_general"].state[0]) == (300, "期限を超過")
    assert steps["confirmation"].state[0] == "始まらず"
    incident = Incident.objects.get()
    assert incident.status == Incident.Status.CLOSED
    assert not Step.objects.pending().exists()


def test_a_draft_of_a_drill_is_given_up_with_its_end(city):
    drill = running(city)
    draft = drill.begin_incident(kind=IncidentKind.objects.get(code="lost"), by=city.clerk, at=NOW)
    drill.end(by=city.central_manager, at=minutes(1))
    draft.refresh_from_db()
    assert draft.status == Incident.Status.DISCARDED


def test_measures_and_meetings_of_a_drill_end_with_it_and_nothing_is_taken_up_again(city):
    drill = running(city)
    incident = reported(city, drill)
    incident.steps.get(code="pass_on").pass_on(by=city.section_officer, at=minutes(1))
    incident.steps.get(code="to_general").pass_on(by=city.division_officer, at=minutes(2))
    weigh(city, incident, at=minutes(3), citizens=True, outcome="security")
    call = {"planned_at": minutes(900), "place": "庁議室", "members": [city.member], "by": city.general_manager, "at": minutes(3)}
    meeting = IncidentMeeting.call(incident, "security", **call)
    running_one, done = order(city, incident, at=NOW), order(city, incident, at=NOW, check_on=NOW.date() + timedelta(days=9))
    done.complete(note="改めた", by=city.section_officer, at=minutes(4))
    Ending.close(incident, reason="終える", by=city.general_manager, at=minutes(5))
    assert set(ResponseTask.objects.unchecked()) == {done}
    drill.end(by=city.central_manager, at=minutes(6))
    running_one.refresh_from_db()
    meeting.refresh_from_db()
    assert (running_one.status, running_one.ending, meeting.status) == ("dropped", "訓練が終わったため", "cancelled")
    assert not ResponseTask.objects.unchecked().exists()
    assert not ResponseTask.objects.overdue(on=NOW.date() + timedelta(days=99)).exists()
    assert remind_of_measures(at=NOW + timedelta(days=99)) == 0
    with pytest.raises(InvalidTransition, match="訓練は終わっている"):
        done.check_effect(effective=True, words="見た", by=city.secretary, at=minutes(7))
    with pytest.raises(InvalidTransition, match="訓練は終わっている"):
        Ending.reopen(incident, reason="もう一度", by=city.general_manager, at=minutes(7))


def test_the_end_locks_every_report_of_the_drill_before_the_first_entry_of_the_trail(city, monkeypatch):
    drill = running(city)
    for _ in range(2):
        incident = reported(city, drill)
        incident.steps.get(code="pass_on").pass_on(by=city.section_officer, at=minutes(1))
        weigh_and_call(city, incident)
    called = []
    for place in (drill_run, incident_meeting, drill_module):
        monkeypatch.setattr(
            place, "record", lambda by, verb, *args, keep=place.record, **given: (called.append(verb), keep(by, verb, *args, **given))
        )
    lock, read = Incident.lock, Incident.objects.__class__.select_for_update
    monkeypatch.setattr(Incident, "lock", lambda row: (called.append("lock"), lock(row))[1])
    monkeypatch.setattr(
        Incident.objects.__class__, "select_for_update", lambda rows, **given: (called.append("lock"), read(rows, **given))[1]
    )
    drill.end(by=city.central_manager, at=minutes(9))
    first = next(number for number, what in enumerate(called) if what != "lock")
    assert "lock" in called[:first]
    assert "lock" not in called[first:]
    assert called.count("incidents.incident.drill_over") == called.count("incidents.meeting.cancelled") == 2


def weigh_and_call(cast, incident) -> None:
    """The 総括管理者 is told, weighs, and convenes the meeting."""
    incident.steps.get(code="to_general").pass_on(by=cast.division_officer, at=minutes(2))
    weigh(cast, incident, at=minutes(3), citizens=True, outcome="security")
    call = {"planned_at": minutes(900), "place": "庁議室", "members": [cast.member], "by": cast.general_manager, "at": minutes(3)}
    IncidentMeeting.call(incident, "security", **call)


def test_who_takes_part_hears_of_a_changed_plan(city):
    drill = planned(city)
    drill.change(by=city.central_manager, at=minutes(1), sections=[city.section], participants=[], scenario="電話で始まる")
    assert Notification.objects.filter(recipient=city.clerk, title__contains="計画が変わりました", url=drill.get_absolute_url()).exists()


def test_the_trail_keeps_no_free_words_of_a_task(city):
    found = task(city, ended(city), what="山田さんの手順を直す")
    assert "山田" not in str(found)
    assert not Entry.objects.filter(subject_label__contains="山田").exists()


def test_the_evaluation_asks_for_tasks_where_something_is_to_be_bettered_and_does_the_duty(city):
    load_duties(at=NOW)
    drill = ended(city)
    words = {"reached_goals": "達した", "went_well": "速い", "by": city.general_manager, "at": minutes(600)}
    DrillStep.objects.get(code="to_general").evaluate(went_well="", to_better="遅い", by=city.central_manager, at=minutes(450))
    with pytest.raises(ValidationError):
        drill.conclude(to_better="部から先が遅い", **words)
    found = task(city, drill)
    drill.conclude(to_better="部から先が遅い", **words)
    assert drill.status == Drill.Status.DONE
    assert not Occurrence.objects.filter(duty__mechanism="duty:drill").appeared(on=NOW.date()).open()
    assert Notification.objects.filter(recipient=city.section_officer, url=found.get_absolute_url()).exists()


def test_a_task_follows_the_post_reminds_and_ends_with_words(city):
    drill = ended(city)
    found = task(city, drill)
    for day in (24, 40, 41):
        remind_of_tasks(at=NOW + timedelta(days=day))
    assert Notification.objects.filter(recipient=city.section_officer, title__contains="改善項目の期限が近づいて").count() == 1
    assert Notification.objects.filter(recipient=city.section_officer, title__contains="期限を過ぎて").count() == 1
    assert Notification.objects.filter(recipient=city.division_officer, title__contains="進んでいません").count() == 1
    with pytest.raises(PermissionDenied):
        found.end("done", outcome="した", by=city.colleague, at=minutes(600))
    with pytest.raises(PermissionDenied):
        found.end("dropped", outcome="要らない", by=city.section_officer, at=minutes(600))
    with pytest.raises(ValidationError):
        found.end("done", outcome=" ", by=city.section_officer, at=minutes(600))
    found.end("done", outcome="掲示した", by=city.section_officer, at=minutes(600))
    with pytest.raises(InvalidTransition):
        found.end("done", outcome="もう一度", by=city.section_officer, at=minutes(601))


def test_a_task_of_an_officer_needs_a_department_and_a_day_ahead(city):
    drill = ended(city)
    for wrong in ({"department": None}, {"due_on": NOW.date() - timedelta(days=1)}):
        with pytest.raises(ValidationError):
            task(city, drill, **wrong)
    assert not DrillTask.objects.exists()


def test_a_cancelled_drill_stays_with_its_reason(city):
    drill = planned(city)
    with pytest.raises(ValidationError):
        drill.cancel(reason=" ", by=city.central_manager, at=NOW)
    drill.cancel(reason="災害対応のため", by=city.central_manager, at=NOW)
    assert (drill.status, drill.cancelled_reason) == ("cancelled", "災害対応のため")


def test_drills_are_seen_by_who_takes_part_or_organises(city):
    drill = planned(city)
    for person in (city.clerk, city.central_manager, city.general_manager, city.ciso, city.secretary):
        assert list(Drill.objects.visible_to(person, at=NOW)) == [drill]
    assert not Drill.objects.visible_to(city.outsider_clerk, at=NOW).exists()


# -- whatever people do ------------------------------------------------------------------------------------------------

ACTS = st.lists(
    st.tuples(
        st.sampled_from(sorted(PERSONS)),
        st.sampled_from(["start", "report", "pass", "order", "end", "reopen", "task", "conclude", "cancel"]),
    ),
    max_size=12,
)
GOES_ON = [("central_manager", "start"), ("clerk", "report"), ("general_manager", "order")]


def act(cast, drill, person, what: str, at) -> None:
    """Try one act; a refusal is an answer like any other."""
    try:
        if what == "report":
            drill.begin_incident(kind=IncidentKind.objects.get(code="malware"), by=person, at=at).report(by=person, at=at)
        elif what == "pass":
            for step in Step.objects.pending().filter(incident__is_drill=True, code="pass_on"):
                step.pass_on(by=person, at=at)
        elif what == "order":
            for incident in Incident.objects.filter(is_drill=True).submitted():
                order(cast, incident, at=at, by=person)
        elif what == "reopen":
            for incident in Incident.objects.filter(is_drill=True).submitted():
                Ending.reopen(incident, reason="もう一度", by=person, at=at)
        elif what == "task":
            DrillTask.add(drill, what="直す", owner="CISO", department=None, due_on=at.date(), by=person, at=at)
        elif what == "conclude":
            drill.conclude(reached_goals="達した", went_well="", to_better="直す", by=person, at=at)
        elif what == "cancel":
            drill.cancel(reason="中止", by=person, at=at)
        else:
            getattr(drill, what)(by=person, at=at)
    except (InvalidTransition, PermissionDenied, ValidationError):
        pass


@pytest.mark.django_db
@settings(max_examples=20, deadline=None)
@example(acts=[*GOES_ON, ("central_manager", "end"), ("general_manager", "reopen")])
@given(acts=ACTS)
def test_no_order_of_acts_leaves_a_clock_running_or_lets_a_drill_look_real(acts):
    with transaction.atomic():
        cast = Cast()
        reference.load("incident_kinds.json")
        drill = planned(cast)
        for number, (who, what) in enumerate(acts):
            act(cast, drill, getattr(cast, who), what, minutes(number))
        drill.refresh_from_db()
        if not drill.is_running:
            assert not Step.objects.pending().exists()
            assert not Receipt.objects.pending().exists()
            assert not ResponseTask.objects.running().exists()
            assert not ResponseTask.objects.filter(status__in=("draft", "open")).exists()
        assert not Incident.objects.real().exists()
        assert drill.status != "done" or drill.tasks.exists()
        for run in drill.runs.exclude(incident__status__in=("draft", "discarded")):
            expected = 0 if drill.is_running else run.incident.steps.count()
            assert run.steps.count() == expected
        marked = Notification.objects.filter(url__contains="/incidents/").exclude(url__contains="/tasks/")
        assert all(row.title.startswith("【訓練】") for row in marked)
        assert Entry.objects.filter(verb="incidents.drill.ended").count() <= 1
        transaction.set_rollback(True)


# -- the pages ---------------------------------------------------------------------------------------------------------


def day(name: str, value) -> dict:
    return {f"{name}_year": value.year, f"{name}_month": value.month, f"{name}_day": value.day}


def test_from_the_plan_to_the_sheet_on_the_pages(city):
    organiser, clerk = city.client(city.central_manager), city.client(city.clerk)
    today = timezone.localdate()
    answer = organiser.post(reverse("incidents:drill_new"), {**FACTS, **day("planned_on", today)})
    assert answer.status_code == 422
    assert "参加する課か、参加する人を選んでください" in answer.content.decode()
    assert FACTS["scenario"] in answer.content.decode()
    organiser.post(reverse("incidents:drill_new"), {**FACTS, **day("planned_on", today), "sections": [city.section.pk]})
    drill = Drill.objects.get()
    organiser.post(reverse("incidents:drill_start", args=[drill.pk]))
    kind = IncidentKind.objects.get(code="malware")
    answer = clerk.post(reverse("incidents:drill_report", args=[drill.pk]), {"kind": kind.pk}, follow=True)
    assert "これは緊急時対応訓練です" in answer.content.decode()
    incident = Incident.objects.get()
    incident.report(by=city.clerk, at=timezone.now())
    for url in (
        incident.get_absolute_url(),
        reverse("incidents:calls", args=[incident.pk]),
        reverse("incidents:add_note", args=[incident.pk]),
    ):
        assert "これは緊急時対応訓練です" in clerk.get(url).content.decode()
    assert "訓練" in city.client(city.section_officer).get("/").content.decode()
    organiser.post(reverse("incidents:drill_end", args=[drill.pk]))
    step = DrillStep.objects.get(code="report")
    organiser.post(reverse("incidents:drill_step", args=[step.pk]), {"went_well": "すぐ報告した", "to_better": ""})
    answer = organiser.post(reverse("incidents:drill_conclude", args=[drill.pk]), {"reached_goals": "", "went_well": "", "to_better": ""})
    assert answer.status_code == 422
    organiser.post(reverse("incidents:drill_conclude", args=[drill.pk]), {"reached_goals": "達した", "went_well": "", "to_better": ""})
    page = clerk.get(drill.get_absolute_url()).content.decode()
    assert "すぐ報告した" in page
    assert "達した" in page
    for kind, subject in (("incidents.drill_sheet", {"drill": drill.pk}), ("incidents.report_sheet", {"incident": str(incident.pk)})):
        job = enqueue(kind, by=city.clerk, **subject)
        run_job(job.pk)
        assert JobResult.objects.get(job=job).content.read()[:5] == b"%PDF-"


def test_of_two_evaluations_at_once_the_second_is_told(city, monkeypatch):
    drill = ended(city)

    def too_late(*args, **given):
        raise InvalidTransition("この訓練は「評価済み」です。")

    monkeypatch.setattr(Drill, "conclude", too_late)
    words = {"reached_goals": "達した", "went_well": "", "to_better": ""}
    answer = city.client(city.central_manager).post(reverse("incidents:drill_conclude", args=[drill.pk]), words, follow=True)
    assert answer.redirect_chain[-1][0] == drill.get_absolute_url()
    assert "この訓練は「評価済み」です。" in answer.content.decode()


def test_lists_of_incidents_leave_drills_out_unless_asked(city):
    reported(city, running(city, at=timezone.now()), at=timezone.now())
    client, url = city.client(city.section_officer), reverse("incidents:desk", args=["section"])
    body = client.get(url).content.decode()
    listed = body[body.index('id="all"') :]
    assert "訓R8-001" not in listed
    assert "訓R8-001" in body  # it waits, marked
    both = client.get(url, {"drill": "with"}).content.decode()
    assert "訓R8-001" in both[both.index('id="all"') :]


def test_the_list_asks_as_many_questions_for_one_drill_as_for_many_and_leaves_as_a_table(city):
    client, url = city.client(city.central_manager), reverse("incidents:drills")
    planned(city, at=timezone.now())
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(15):
        planned(city, at=timezone.now())
    with CaptureQueriesContext(connection) as many:
        client.get(url)
    assert len(few) == len(many)
    for suffix in ("csv", "xlsx"):
        assert take(client, "incidents.drills", suffix).status_code == 200
    assert Entry.objects.filter(verb="exports.table.taken").count() == 2

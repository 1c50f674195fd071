"""What comes round: each run is noted whatever becomes of it, administrators see what is late or failed, and may run it now."""

import threading
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from celery import current_app, shared_task
from celery.exceptions import Retry
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from kombu.exceptions import OperationalError

from musashimurayama_isms import schedule
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.celery import PatientTask, app
from musashimurayama_isms.dashboard.desk import waiting
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.parameters.catalogue import get
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.rounds import broker, checks, recording, sweeping
from musashimurayama_isms.rounds.board import Board
from musashimurayama_isms.rounds.models import TaskRun
from musashimurayama_isms.rounds.times import next_after
from musashimurayama_isms.schedule import ON_DEMAND, SCHEDULE, WORDS
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 10, 30, tzinfo=TOKYO)
HOURLY, DAILY, MINUTELY = "duties.remind", "duties.make_ahead", "jobs.sweep"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def noted(name: str = HOURLY, *, began_at: datetime = NOW, status: str = "done", **fields) -> TaskRun:
    """A run as the worker would have noted it."""
    ended_at = None if status in ("running", "ordered") else began_at
    return TaskRun.objects.create(
        name=name, task_id=f"{name}-{TaskRun.objects.count()}", status=status, began_at=began_at, ended_at=ended_at, tries=1, **fields
    )


def all_in_time(at: datetime = NOW) -> None:
    for name in SCHEDULE:
        noted(name, began_at=at)


def line_of(name: str, *, at: datetime):
    return next(line for line in Board(at=at).lines if line.name == name)


@pytest.fixture
def failing():
    """A task on the schedule that writes a row and fails, saying the name of a person."""

    @shared_task(name="tests.failing")
    def fail() -> None:
        with transaction.atomic():
            User.objects.create(username="half-done", name="書きかけ")
            raise ValueError("市民 花子")

    with patch.dict(SCHEDULE, {"tests.failing": {"task": "tests.failing", "schedule": 60.0}}):
        yield current_app.tasks["tests.failing"]
    current_app.tasks.pop("tests.failing", None)


# -- the record --------------------------------------------------------------------------------------------------------
def test_a_run_is_noted_from_its_beginning_to_its_end(db):
    current_app.loader.import_default_modules()
    current_app.tasks["files.sweep"].apply()
    run = TaskRun.objects.get()
    assert (run.name, run.status, run.tries, run.error) == ("files.sweep", "done", 1, "")
    assert run.began_at <= run.ended_at


def test_a_failure_is_noted_although_its_work_is_rolled_back_and_without_its_words(failing):
    failing.max_retries = 0
    failing.apply()
    run = TaskRun.objects.get()
    assert (run.status, run.error) == ("failed", "ValueError")
    assert not User.objects.filter(username="half-done").exists()
    assert "市民 花子" not in str(TaskRun.objects.values().get())


def test_every_task_is_tried_again_with_longer_and_longer_pauses(failing):
    current_app.loader.import_default_modules()
    for name in [*SCHEDULE, *ON_DEMAND]:
        task = current_app.tasks[name]
        assert isinstance(task, PatientTask)
        assert (task.autoretry_for, task.retry_backoff, task.max_retries) == ((Exception,), 30, 3) or name == "tests.failing"
    pauses = []
    for tries in range(3):
        failing.push_request(retries=tries, called_directly=False, id="one")
        with (
            patch.object(failing, "retry_jitter", False),
            patch.object(failing, "retry", side_effect=Retry()) as again,
            pytest.raises(Retry),
        ):
            failing.run()
        failing.pop_request()
        pauses.append(again.call_args.kwargs["countdown"])
    assert all(0 <= pause <= limit for pause, limit in zip(pauses, (30, 60, 120), strict=True))


def test_all_tries_of_one_run_are_one_note_that_ends_well_when_the_last_does(failing):
    failing.max_retries = 3
    failing.apply()  # eager: the tries follow at once
    assert TaskRun.objects.get().tries == 4
    assert TaskRun.objects.get().status == "failed"


def test_a_database_that_refuses_the_note_does_not_stop_the_work(db):
    current_app.loader.import_default_modules()
    with patch.object(TaskRun.objects, "get_or_create", side_effect=DatabaseError("gone")), patch.object(recording, "logger") as log:
        assert current_app.tasks["files.sweep"].apply().state == "SUCCESS"
    log.exception.assert_called_once()


def test_tasks_that_no_clock_sends_are_not_noted(db):
    current_app.loader.import_default_modules()
    current_app.tasks["jobs.run"].apply(args=["6f0c3f3e-0000-4000-8000-000000000000"])
    assert not TaskRun.objects.exists()


# -- late, failed, next ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "following"),
    [
        (MINUTELY, NOW + MINUTE),
        (HOURLY, datetime(2026, 11, 26, 11, 25, tzinfo=TOKYO)),
        (DAILY, datetime(2026, 11, 27, 1, 20, tzinfo=TOKYO)),
        ("approvals.remind_overdue", datetime(2026, 11, 26, 10, 40, tzinfo=TOKYO)),
    ],
)
def test_the_next_time_follows_from_the_schedule_in_the_time_of_tokyo(name, following):
    assert next_after(name, NOW) == following


def test_a_task_is_late_once_its_grace_is_over_and_not_before(db):
    noted(HOURLY, began_at=NOW)
    due = datetime(2026, 11, 26, 11, 25, tzinfo=TOKYO) + timedelta(minutes=WORDS[HOURLY].grace)
    assert not line_of(HOURLY, at=due).is_late
    assert line_of(HOURLY, at=due + MINUTE).is_late


def test_a_task_that_never_ran_is_late_counted_from_the_first_note(db):
    assert not Board(at=NOW).troubled
    noted(MINUTELY, began_at=NOW - DAY - HOUR * 3)
    assert line_of(DAILY, at=NOW).is_late


def test_a_failure_is_named_until_the_task_succeeds_again(cast):
    all_in_time()
    noted(HOURLY, status="failed", error="OSError", began_at=NOW + MINUTE)
    assert [line.name for line in Board(at=NOW + MINUTE).troubled] == [HOURLY]
    assert any(WORDS[HOURLY].title in title for title, _ in Board(at=NOW + MINUTE).problems)
    noted(HOURLY, began_at=NOW + MINUTE * 2)
    assert not Board(at=NOW + MINUTE * 2).troubled
    assert line_of(HOURLY, at=NOW + MINUTE * 2).failures == 1


def test_the_desk_of_administrators_alone_says_it(cast):
    all_in_time()
    noted(HOURLY, status="failed", error="OSError", began_at=NOW + MINUTE)
    said = [item for item in waiting(cast.administrator, at=NOW + MINUTE) if item.url == reverse("jobs:health")]
    assert len(said) == 1
    assert WORDS[HOURLY].title in said[0].why
    assert not [item for item in waiting(cast.central_manager, at=NOW + MINUTE) if item.url == reverse("jobs:health")]


def test_the_page_shows_every_task_in_the_same_number_of_queries(cast, clock):
    clock.now = NOW
    all_in_time()
    browser = cast.client(cast.administrator)
    browser.get(reverse("jobs:health"))
    with CaptureQueriesContext(connection) as few:
        page = browser.get(reverse("jobs:health")).content.decode()
    assert all(words.title in page for words in WORDS.values())
    for day in range(5):
        for name in SCHEDULE:
            noted(name, status="failed", error="OSError", began_at=NOW - DAY * day)
    with CaptureQueriesContext(connection) as many:
        page = browser.get(reverse("jobs:health")).content.decode()
    assert "失敗した定時の処理が" in page
    assert len(many) == len(few)


def test_a_broker_that_does_not_answer_is_said_and_not_waited_for(cast):
    with patch.object(app, "connection_for_read", side_effect=OperationalError("away")):
        assert broker.waiting() is None
        assert "ブローカーが応答しません" in cast.client(cast.administrator).get(reverse("jobs:health")).content.decode()
    app.control.purge()  # what other tests have sent for and no worker took
    assert broker.waiting() == 0


# -- 今すぐ実行 ----------------------------------------------------------------------------------------------------------
def test_an_administrator_has_a_task_run_now_which_is_recorded(cast, django_capture_on_commit_callbacks):
    with patch.object(app, "send_task") as sent, django_capture_on_commit_callbacks(execute=True):
        answer = cast.client(cast.administrator).post(reverse("rounds:run", args=["files.sweep"]), follow=True)
    run = TaskRun.objects.get()
    assert sent.call_args.args == ("files.sweep",)
    assert sent.call_args.kwargs["task_id"] == run.task_id
    assert run.status == "ordered"
    assert Entry.objects.get(verb="rounds.task.ordered").actor_name == cast.administrator.name
    assert "依頼しました" in answer.content.decode()

    current_app.loader.import_default_modules()
    current_app.tasks["files.sweep"].apply(task_id=run.task_id)
    run.refresh_from_db()
    assert run.status == "done"


def test_what_is_under_way_is_not_ordered_again(cast):
    TaskRun.order(HOURLY, by=cast.administrator, at=NOW)
    with pytest.raises(InvalidTransition, match="すでに依頼"):
        TaskRun.order(HOURLY, by=cast.administrator, at=NOW + MINUTE)
    TaskRun.order(HOURLY, by=cast.administrator, at=NOW + HOUR)  # the first one must have been lost


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_press_at_once_one_is_told_that_it_is_ordered(cast):
    start, refused = threading.Barrier(2), []

    def press() -> None:
        try:
            start.wait()
            TaskRun.order(HOURLY, by=cast.administrator, at=NOW)
        except InvalidTransition:
            refused.append(True)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    with patch.object(TaskRun, "send"):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert (TaskRun.objects.filter(name=HOURLY).count(), len(refused)) == (1, 1)


def test_nobody_else_orders_a_run(cast):
    with pytest.raises(PermissionDenied):
        TaskRun.order(HOURLY, by=cast.central_manager, at=NOW)
    assert cast.client(cast.central_manager).post(reverse("rounds:run", args=[HOURLY])).status_code == 404
    assert cast.client(cast.administrator).post(reverse("rounds:run", args=["no.such"])).status_code == 404


def test_a_broker_that_is_away_is_said_and_the_order_stays(cast, django_capture_on_commit_callbacks):
    away = OperationalError("away")
    with patch.object(TaskRun, "send", side_effect=away), pytest.raises(OperationalError), django_capture_on_commit_callbacks(execute=True):
        TaskRun.order(HOURLY, by=cast.administrator, at=NOW)
    assert TaskRun.objects.get().status == "ordered"


# -- kept for some weeks -----------------------------------------------------------------------------------------------
def test_old_notes_go_and_the_last_of_each_task_stays(cast):
    only = noted(DAILY, began_at=NOW - DAY * 300)
    old, young = noted(HOURLY, began_at=NOW - DAY * 29), noted(HOURLY, began_at=NOW - DAY * 27)
    often = [noted(MINUTELY, began_at=NOW - DAY * 2) for _ in range(3)]
    failed = noted(MINUTELY, began_at=NOW - DAY * 2, status="failed", error="OSError")
    last = noted(MINUTELY), noted(HOURLY)
    assert sweeping.sweep(at=NOW) == 4
    assert set(TaskRun.objects.all()) == {only, young, failed, *last}
    assert not TaskRun.objects.filter(pk__in=[old.pk, *(row.pk for row in often)]).exists()
    assert sweeping.sweep(at=NOW) == 0


def test_the_city_says_how_long_they_are_kept(cast):
    noted(HOURLY, began_at=NOW - DAY * 10)
    noted(HOURLY, began_at=NOW)
    assert sweeping.sweep(at=NOW) == 0
    ParameterChoice.choose(get("portal.round_weeks"), 1, basis="試験", seen=0, by=cast.central_manager, at=NOW)
    assert sweeping.sweep(at=NOW) == 1


# -- manage.py check ---------------------------------------------------------------------------------------------------
def test_schedule_tasks_and_words_fit_together(db):
    assert checks.the_schedule_is_whole() == []
    assert {entry["task"] for entry in SCHEDULE.values()} == set(SCHEDULE)


@pytest.mark.parametrize(
    ("where", "change", "code"),
    [
        ("SCHEDULE", {"no.such": {"task": "no.such", "schedule": 60.0}}, "rounds.W001"),
        ("WORDS", {"no.such": schedule.Words("無い処理", "")}, "rounds.W004"),
    ],
)
def test_what_does_not_fit_is_named(where, change, code):
    with patch.dict(getattr(schedule, where), change):
        assert code in {message.id for message in checks.the_schedule_is_whole()}


def test_a_task_without_a_row_and_a_row_without_words_are_named():
    row = {**SCHEDULE}
    with patch.dict(SCHEDULE, clear=True):
        SCHEDULE.update({name: row[name] for name in row if name != HOURLY})
        assert [(message.id, HOURLY in message.msg) for message in checks.the_schedule_is_whole()][:1] == [("rounds.W002", True)]
    words = {**WORDS}
    with patch.dict(WORDS, clear=True):
        WORDS.update({name: words[name] for name in words if name != HOURLY})
        assert [message.id for message in checks.the_schedule_is_whole()] == ["rounds.W003"]

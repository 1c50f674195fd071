"""Long work: nothing is lost, nothing is done twice, and the person is told."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from celery import Celery, current_app
from celery.signals import before_task_publish
from django.conf import settings as portal
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from musashimurayama_isms.jobs import health, queue, registry, retention, run, tasks
from musashimurayama_isms.jobs.models import (
    BACK_OFF,
    GAVE_UP,
    LEASE,
    MAX_ATTEMPTS,
    RESEND_AFTER,
    STOPPED,
    CancelAsked,
    Heartbeat,
    Job,
    JobResult,
    LeaseLost,
)
from musashimurayama_isms.jobs.run import Run, run_job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters.catalogue import get
from musashimurayama_isms.parameters.models import ParameterChoice
from musashimurayama_isms.schedule import SCHEDULE
from musashimurayama_isms.trail.models import Entry, Reading
from musashimurayama_isms.transitions import InvalidTransition

from .factory import make_user

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now

    def pass_(self, span):
        self.now += span


class Wire:
    """Stands for the Celery application: keeps what was handed to it."""

    def __init__(self):
        self.carried = []

    def send_task(self, name, args):
        self.carried.append((name, *args))


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def job(monkeypatch):
    """The decorator, on a registry of this test alone."""
    monkeypatch.setattr(registry, "_kinds", dict(registry._kinds))
    return registry.job


@pytest.fixture
def wire(monkeypatch):
    wire = Wire()
    monkeypatch.setattr(queue, "current_app", wire)
    return wire


@pytest.fixture
def counting(job):
    """A kind of work that counts how often it was done."""
    done = []
    job("test.count", title="数える")(lambda run: done.append(run.params) or {"message": "数えました。"})
    return done


def queued(kind="test.count", *, by=None, **params):
    return Job.objects.create(kind=kind, title="数える", created_by=by, params=params, created_at=NOW)


# -- into the queue ---------------------------------------------------------------------------------------------------


def test_a_job_is_a_row_first_and_is_sent_after_the_commit(cast, counting, wire, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = queue.enqueue("test.count", by=cast.clerk, subject=cast.section, first=1)
        assert wire.carried == []
    job.refresh_from_db()
    assert wire.carried == [("jobs.run", str(job.pk))]
    assert job.sent_at is not None
    assert (job.title, job.params, job.subject, job.status) == ("数える", {"first": 1}, cast.section, Job.Status.QUEUED)
    assert Entry.objects.about(job).get().verb == "jobs.job.requested"


def test_an_act_rolled_back_leaves_no_job_and_sends_nothing(cast, counting, wire, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        queue.enqueue("test.count", by=cast.clerk)
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert wire.carried == []


def test_an_unknown_kind_cannot_be_asked_for(db):
    with pytest.raises(registry.UnknownJob):
        queue.enqueue("nobody.knows", by=None)


def test_a_code_is_taken_once(job):
    job("test.once", title="一度")(print)
    with pytest.raises(ValueError, match=r"test\.once"):
        job("test.once", title="二度")(print)


def test_with_the_broker_away_the_row_stays_and_the_sweep_sends_it(counting, monkeypatch, cast, django_capture_on_commit_callbacks, wire):
    away = Celery("away", broker="redis+socket:///nonexistent/redis.sock", set_as_current=False)
    away.conf.broker_transport_options = portal.CELERY_BROKER_TRANSPORT_OPTIONS
    away.conf.task_publish_retry = portal.CELERY_TASK_PUBLISH_RETRY
    monkeypatch.setattr(queue, "current_app", away)
    with django_capture_on_commit_callbacks(execute=True):
        job = queue.enqueue("test.count", by=cast.clerk)
    job.refresh_from_db()
    assert (job.status, job.sent_at) == (Job.Status.QUEUED, None)

    monkeypatch.setattr(queue, "current_app", wire)
    assert queue.sweep(at=datetime.now(UTC)) == 1
    assert wire.carried == [("jobs.run", str(job.pk))]


def test_the_sweep_leaves_alone_what_is_under_way(db, wire, counting):
    on_its_way, held, later = queued(), queued(), queued()
    queue.send(on_its_way, at=NOW)
    Job.objects.claim(held.pk, at=NOW)
    Job.objects.filter(pk=later.pk).update(not_before=NOW + 5 * MINUTE)
    wire.carried.clear()
    assert queue.sweep(at=NOW + MINUTE) == 0
    assert wire.carried == []


def test_a_message_that_never_arrives_is_sent_again(db, wire, counting):
    job = queued()
    queue.send(job, at=NOW)
    assert queue.sweep(at=NOW + RESEND_AFTER) == 0
    assert queue.sweep(at=NOW + RESEND_AFTER + MINUTE) == 1


# -- running ----------------------------------------------------------------------------------------------------------


def test_a_job_runs_and_keeps_its_result(cast, counting, clock):
    job = run_job(queued(by=cast.clerk, n=3).pk, clock=clock)
    job.refresh_from_db()
    assert counting == [{"n": 3}]
    assert (job.status, job.result, job.finished_at, job.attempts) == (Job.Status.DONE, {"message": "数えました。"}, NOW, 1)
    assert Entry.objects.about(job).last().verb == "jobs.job.done"


def test_a_finished_job_never_runs_again(db, counting, clock):
    job = queued()
    run_job(job.pk, clock=clock)
    clock.pass_(LEASE * 3)
    assert run_job(job.pk, clock=clock) is None
    assert len(counting) == 1


def test_of_two_messages_for_one_job_the_second_finds_nothing_to_do(db, clock):
    job = queued()
    assert Job.objects.claim(job.pk, at=NOW) is not None
    assert [Job.objects.claim(job.pk, at=NOW + MINUTE) for _ in range(7)] == [None] * 7


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_eight_workers_at_once_exactly_one_gets_each_job():
    jobs = [queued() for _ in range(20)]
    claimed, start = [], threading.Barrier(8)

    def claim_all():
        try:
            for job in jobs:
                start.wait()
                if Job.objects.claim(job.pk, at=NOW):
                    claimed.append(job.pk)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=claim_all) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(claimed) == sorted(job.pk for job in jobs)
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}


def test_progress_is_seen_and_keeps_the_lease(db, job, clock):
    seen = []

    @job("test.steps", title="進む")
    def steps(run):
        for n in range(3):
            clock.pass_(4 * MINUTE)
            run.progress(n + 1, 3, f"{n + 1}件目")
            row = Job.objects.get(pk=run.job.pk)
            seen.append((row.done, row.total, row.message, row.lease_until - clock.now))

    assert run_job(queued("test.steps").pk, clock=clock).status == Job.Status.DONE
    assert seen == [(1, 3, "1件目", LEASE), (2, 3, "2件目", LEASE), (3, 3, "3件目", LEASE)]


def test_a_job_whose_worker_died_is_sent_again_after_its_lease_and_done(db, counting, wire, clock):
    job = queued()
    queue.send(job, at=NOW)
    Job.objects.claim(job.pk, at=NOW)  # and then the worker is killed
    assert queue.sweep(at=NOW + LEASE - MINUTE) == 0
    clock.pass_(LEASE + MINUTE)
    assert queue.sweep(at=clock.now) == 1
    assert run_job(job.pk, clock=clock).status == Job.Status.DONE
    assert len(counting) == 1


def test_a_worker_that_lost_its_lease_changes_nothing_any_more(db, job, clock):
    @job("test.slow", title="遅い")
    def slow(run):
        if run.job.attempts > 1:
            run.keep("後.txt", b"second")
            return "second"
        run.keep("前.txt", b"first")
        clock.pass_(LEASE + MINUTE)
        run_job(run.job.pk, clock=clock)  # another worker takes over and finishes
        return "first"

    row = queued("test.slow")
    run_job(row.pk, clock=clock)
    row.refresh_from_db()
    assert (row.status, row.result, row.attempts) == (Job.Status.DONE, "second", 2)
    assert [result.name for result in JobResult.objects.final()] == ["後.txt"]


def test_a_worker_that_lost_its_lease_can_neither_report_nor_keep(db, job, clock):
    stopped = []

    @job("test.zombie", title="置き去り")
    def zombie(run):
        Job.objects.filter(pk=run.job.pk).update(claim=None)
        for act in (lambda: run.progress(1, 2), lambda: run.keep("残り.txt", b"x")):
            try:
                act()
            except Exception as error:
                stopped.append(type(error).__name__)
        raise ValueError("whatever it stumbles over then")

    row = queued("test.zombie")
    run_job(row.pk, clock=clock)
    row.refresh_from_db()
    assert stopped == ["LeaseLost", "LeaseLost"]
    assert (row.status, row.error, JobResult.objects.count()) == (Job.Status.RUNNING, "", 0)


def test_a_refusal_ends_a_job_for_good_with_its_sentence(cast, job, clock):
    @job("test.refuse", title="断る")
    def refuse(run):
        run.keep("途中.txt", b"half")
        raise registry.JobRefused("ファイルの3行目が読めません。直してから、もう一度取り込んでください。")

    row = queued("test.refuse", by=cast.clerk)
    run_job(row.pk, clock=clock)
    row.refresh_from_db()
    assert (row.status, row.attempts) == (Job.Status.FAILED, 1)
    assert row.error == "ファイルの3行目が読めません。直してから、もう一度取り込んでください。"
    assert not row.results.exists()
    assert default_storage.listdir(row.folder)[1] == []
    assert Notification.objects.get(recipient=cast.clerk).url == row.get_absolute_url()


def test_an_unexpected_error_is_tried_again_later_and_then_given_up(db, job, clock, wire, caplog):
    @job("test.break", title="壊れる")
    def broken(run):
        raise RuntimeError("disk full")

    row = queued("test.break")
    for attempt in range(1, MAX_ATTEMPTS):
        run_job(row.pk, clock=clock)
        row.refresh_from_db()
        assert (row.status, row.attempts, row.not_before) == (Job.Status.QUEUED, attempt, clock.now + BACK_OFF[attempt])
        assert run_job(row.pk, clock=clock) is None, "not before its time"
        clock.pass_(BACK_OFF[attempt])
        assert queue.sweep(at=clock.now) == 1
    run_job(row.pk, clock=clock)
    row.refresh_from_db()
    assert (row.status, row.error, row.attempts) == (Job.Status.FAILED, GAVE_UP, MAX_ATTEMPTS)
    assert "disk full" in caplog.text
    assert "disk full" not in row.error


def test_a_job_that_kills_its_worker_each_time_is_given_up(db, clock, wire):
    row = queued()
    for _ in range(MAX_ATTEMPTS):
        assert Job.objects.claim(row.pk, at=clock.now)
        clock.pass_(LEASE + MINUTE)
    assert Job.objects.claim(row.pk, at=clock.now) is None
    assert queue.sweep(at=clock.now) == 0
    row.refresh_from_db()
    assert (row.status, row.error) == (Job.Status.FAILED, STOPPED)


def test_what_a_worker_left_when_it_died_for_the_last_time_is_cleared_away(db, clock, wire):
    row = queued()
    for _ in range(MAX_ATTEMPTS):
        Run(Job.objects.claim(row.pk, at=clock.now), clock=clock).keep("途中.pdf", b"half")
        clock.pass_(LEASE + MINUTE)
    default_storage.save(f"{row.folder}/without-a-row", ContentFile(b"ha"))  # killed between the file and its row
    queue.sweep(at=clock.now)
    assert (row.results.count(), default_storage.listdir(row.folder)[1]) == (0, [])


def test_a_kind_that_is_gone_is_told_in_a_sentence(db, clock):
    row = queued("gone.kind")
    run_job(row.pk, clock=clock)
    row.refresh_from_db()
    assert (row.status, row.error) == (Job.Status.FAILED, run.UNKNOWN)


def test_an_atomic_job_that_is_killed_before_it_is_done_has_written_nothing(cast, job, clock):
    class Killed(BaseException):
        pass

    @job("test.write", title="書く", atomic=True)
    def write(run):
        Heartbeat.objects.create(name="once", at=NOW)
        if run.job.attempts == 1:
            raise Killed
        return "written"

    row = queued("test.write")
    with pytest.raises(Killed):
        run_job(row.pk, clock=clock)
    assert not Heartbeat.objects.filter(name="once").exists()
    clock.pass_(LEASE + MINUTE)
    run_job(row.pk, clock=clock)
    assert Heartbeat.objects.filter(name="once").count() == 1


def test_the_next_run_clears_what_a_killed_one_has_kept(db, job, clock):
    @job("test.keep", title="残す")
    def keep(run):
        run.keep("結果.csv", f"{run.job.attempts}".encode())

    row = queued("test.keep")
    Run(Job.objects.claim(row.pk, at=NOW), clock=clock).keep("途中.csv", b"half")
    clock.pass_(LEASE + MINUTE)
    run_job(row.pk, clock=clock)
    result = row.results.get()
    assert (result.name, result.content.read(), result.size) == ("結果.csv", b"2", 1)
    assert len(default_storage.listdir(row.folder)[1]) == 1


@hypothesis(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["claim", "finish", "fail", "try_again", "stop", "cancel", "sweep", "wait"]), max_size=25))
def test_whatever_happens_a_job_moves_only_as_its_table_says_and_is_done_at_most_once(db, acts):
    """Any acts in any order, by whoever has ever held a claim."""
    with transaction.atomic():
        play = Play()
        for act in acts:
            before = Job.objects.get(pk=play.row.pk)
            play.perform(act)
            after = Job.objects.get(pk=play.row.pk)
            assert after.status == before.status or after.status in Job.TRANSITIONS[Job.Status(before.status)]
            assert after.attempts <= MAX_ATTEMPTS
        assert play.finishes == (Job.objects.get(pk=play.row.pk).status == Job.Status.DONE)
        transaction.set_rollback(True)


class Play:
    """One job, everyone who ever claimed it, and how often somebody managed to finish it."""

    def __init__(self):
        self.row, self.holders, self.now, self.finishes = queued(), [], NOW, 0
        self.administrator = make_user(is_superuser=True)

    def perform(self, act):
        if act == "wait":
            self.now += LEASE + MINUTE
        elif act == "claim":
            self.holders += filter(None, [Job.objects.claim(self.row.pk, at=self.now)])
        elif act == "cancel":
            succeeds(Job.objects.get(pk=self.row.pk).cancel, by=self.administrator, at=self.now)
        elif act == "sweep":
            for job in Job.objects.abandoned(self.now):
                queue.stop(job, at=self.now)
            for job in Job.objects.exhausted(self.now):
                queue.end_of(job, at=self.now)
        elif act == "finish":
            self.finishes += sum(succeeds(holder.finish, "result", at=self.now) for holder in self.holders)
        elif act == "fail":
            for holder in self.holders:
                succeeds(holder.fail, "理由", at=self.now)
        elif act == "stop":
            for holder in self.holders:
                if holder.status == Job.Status.RUNNING and succeeds(holder.renew, at=self.now) is None:
                    succeeds(holder.stop, at=self.now)
        else:
            for holder in self.holders:
                succeeds(holder.try_again, at=self.now)


def succeeds(act, *args, **kwargs):
    """Whether the act was allowed; None where the holder of a job learns that it was taken back."""
    try:
        act(*args, **kwargs)
    except CancelAsked:
        return None
    except (LeaseLost, InvalidTransition):
        return False
    return True


# -- pages ------------------------------------------------------------------------------------------------------------


def test_one_sees_ones_own_jobs_administrators_see_all_and_a_stranger_meets_404(cast):
    job = queued(by=cast.clerk)
    for person, status in ((cast.clerk, 200), (cast.administrator, 200), (cast.colleague, 404), (cast.section_officer, 404)):
        browser = cast.client(person)
        assert browser.get(job.get_absolute_url()).status_code == status
        assert browser.get(reverse("jobs:progress", args=[job.pk])).status_code == status
        assert browser.post(reverse("jobs:cancel", args=[job.pk])).status_code == (302 if status == 200 else 404)
        assert ("数える" in browser.get(reverse("jobs:list")).content.decode()) == (status == 200)


def test_an_open_job_asks_for_itself_as_background_work_and_a_finished_one_does_not(cast, counting, clock):
    job = queued(by=cast.clerk)
    browser, page = cast.client(cast.clerk), reverse("jobs:progress", args=[job.pk])
    waiting = browser.get(page).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    assert """hx-headers='{"X-Background": "1"}'""" in waiting
    run_job(job.pk, clock=clock)
    finished = browser.get(page).content.decode()
    assert "数えました。" in finished
    assert "hx-trigger" not in finished


def test_progress_is_shown_in_words_and_as_a_bar(cast, clock):
    job = queued(by=cast.clerk)
    Run(Job.objects.claim(job.pk, at=NOW), clock=clock).progress(3, 10, "条項を読んでいます")
    page = cast.client(cast.clerk).get(job.get_absolute_url()).content.decode()
    assert "10件のうち3件" in page
    assert "条項を読んでいます" in page
    assert 'max="10" value="3"' in page


def test_a_job_that_has_not_begun_can_be_taken_back_by_who_asked(cast, counting, clock):
    job = queued(by=cast.clerk)
    browser = cast.client(cast.clerk)
    assert browser.get(reverse("jobs:cancel", args=[job.pk])).status_code == 405
    browser.post(reverse("jobs:cancel", args=[job.pk]))
    job.refresh_from_db()
    assert job.status == Job.Status.CANCELLED
    assert Entry.objects.about(job).get().verb == "jobs.job.cancelled"
    assert run_job(job.pk, clock=clock) is None
    assert counting == []


def test_a_running_job_stops_at_its_next_sign_of_life_and_leaves_no_file(cast, job, clock):
    @job("test.long", title="長い")
    def long(run):
        run.keep("途中.pdf", b"half")
        cast.client(cast.clerk).post(reverse("jobs:cancel", args=[run.job.pk]))
        run.progress(2, 3, "続けています")
        raise AssertionError("it went on")

    row = queued("test.long", by=cast.clerk)
    run_job(row.pk)
    row.refresh_from_db()
    assert (row.status, row.results.count()) == (Job.Status.CANCELLED, 0)
    assert default_storage.listdir(row.folder)[1] == []
    assert [entry.verb for entry in Entry.objects.about(row)] == ["jobs.job.cancel_asked", "jobs.job.cancelled"]
    assert run_job(row.pk) is None
    page = cast.client(cast.clerk).get(row.get_absolute_url()).content.decode()
    assert "作りかけのファイルは残していません" in page


def test_a_wish_to_cancel_is_said_at_once_and_once(cast, clock):
    job = queued(by=cast.clerk)
    held = Job.objects.claim(job.pk, at=datetime.now(UTC))
    browser, address = cast.client(cast.clerk), reverse("jobs:cancel", args=[job.pk])
    assert "まもなく止まります" in browser.post(address, follow=True).content.decode()
    assert address not in browser.get(job.get_absolute_url()).content.decode()
    assert "すでに取り消しています" in browser.post(address, follow=True).content.decode()
    with pytest.raises(CancelAsked):
        held.renew(at=NOW)


def test_an_error_after_the_wish_to_cancel_is_no_reason_to_try_again(cast, job):
    @job("test.break_then", title="壊れる")
    def broken(run):
        run.job.cancel(by=cast.clerk, at=datetime.now(UTC))
        raise RuntimeError("disk full")

    row = queued("test.break_then", by=cast.clerk)
    run_job(row.pk)
    row.refresh_from_db()
    assert row.status == Job.Status.CANCELLED


def test_work_that_was_finished_before_the_wish_arrived_is_done(cast, job):
    @job("test.too_late", title="間に合う")
    def quick(run):
        run.keep("全部.txt", b"whole")
        run.job.cancel(by=cast.clerk, at=datetime.now(UTC))

    row = queued("test.too_late", by=cast.clerk)
    run_job(row.pk)
    row.refresh_from_db()
    assert (row.status, row.results.count()) == (Job.Status.DONE, 1)


def test_a_cancelled_job_whose_worker_died_is_ended_by_the_sweep(cast, wire, clock):
    job = queued(by=cast.clerk)
    Run(Job.objects.claim(job.pk, at=NOW), clock=clock).keep("途中.pdf", b"half")
    Job.objects.get(pk=job.pk).cancel(by=cast.clerk, at=NOW)
    clock.pass_(LEASE + MINUTE)
    assert Job.objects.claim(job.pk, at=clock.now) is None, "nobody takes up what was taken back"
    assert queue.sweep(at=clock.now) == 0
    job.refresh_from_db()
    assert (job.status, job.results.count()) == (Job.Status.CANCELLED, 0)
    assert default_storage.listdir(job.folder)[1] == []


def test_what_runs_in_one_transaction_cannot_be_stopped_half_way_and_the_page_says_so(cast, job):
    job("test.piece", title="一つ", atomic=True)(lambda run: None)
    row = queued("test.piece", by=cast.clerk)
    Job.objects.claim(row.pk, at=datetime.now(UTC))
    browser, address = cast.client(cast.clerk), reverse("jobs:cancel", args=[row.pk])
    assert address not in browser.get(row.get_absolute_url()).content.decode()
    assert "途中では止められません" in browser.post(address, follow=True).content.decode()
    row.refresh_from_db()
    assert (row.status, row.cancel_asked_at) == (Job.Status.RUNNING, None)


def test_a_job_that_has_ended_cannot_be_taken_back_and_the_page_says_so(cast, counting, clock):
    job = queued(by=cast.clerk)
    run_job(job.pk, clock=clock)
    page = cast.client(cast.clerk).post(reverse("jobs:cancel", args=[job.pk]), follow=True).content.decode()
    assert "「完了」のため、取り消せません" in page


# -- once more ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["done", "failed", "cancelled"])
def test_an_ended_job_runs_again_as_a_new_one_with_the_same_conditions(cast, counting, clock, ending):
    first = queued(by=cast.clerk, n=3)
    if ending == "done":
        run_job(first.pk, clock=clock)
    elif ending == "failed":
        Job.objects.claim(first.pk, at=NOW).fail("理由", at=NOW)
    else:
        first.cancel(by=cast.clerk, at=NOW)
    browser = cast.client(cast.clerk)
    assert "もう一度実行する" in browser.get(first.get_absolute_url()).content.decode()
    answer = browser.post(reverse("jobs:repeat", args=[first.pk]))
    again = Job.objects.get(repeats=first)
    assert answer.url == again.get_absolute_url()
    assert (again.params, again.created_by, again.kind) == ({"n": 3}, cast.clerk, first.kind)
    assert Entry.objects.about(again).get().changes["repeats"] == str(first.pk)
    assert run_job(again.pk, clock=clock).status == Job.Status.DONE
    first.refresh_from_db()
    assert first.status == ending


def test_a_second_press_does_not_run_it_twice(cast, counting, clock):
    first = queued(by=cast.clerk)
    run_job(first.pk, clock=clock)
    queue.repeat(first, by=cast.clerk)
    page = cast.client(cast.clerk).post(reverse("jobs:repeat", args=[first.pk]), follow=True).content.decode()
    assert "すでに、もう一度実行しています" in page
    assert first.repeated.count() == 1


def test_nobody_repeats_what_another_asked_for(cast, counting, clock):
    first = queued(by=cast.clerk)
    run_job(first.pk, clock=clock)
    address = reverse("jobs:repeat", args=[first.pk])
    assert cast.client(cast.colleague).post(address).status_code == 404
    assert cast.client(cast.administrator).post(address).status_code == 403
    assert not first.repeated.exists()


def test_a_kind_that_hangs_on_its_own_files_is_not_repeated_from_its_page(cast, job, clock):
    job("test.upload", title="読み取り", repeats=False)(lambda run: None)
    row = queued("test.upload", by=cast.clerk)
    run_job(row.pk, clock=clock)
    with pytest.raises(InvalidTransition):
        queue.repeat(row, by=cast.clerk)
    assert "もう一度実行する" not in cast.client(cast.clerk).get(row.get_absolute_url()).content.decode()


# -- what the portal makes by itself -----------------------------------------------------------------------------------


@pytest.fixture
def own(job):
    """A paper of the portal's own, for the CISO."""
    job("test.own", title="月報", read_by=("CISO",), is_kept=True)(
        lambda run: run.keep("月報.pdf", b"%PDF-") and {"message": "できました。"}
    )
    return "test.own"


def test_it_is_asked_for_once_and_read_by_who_holds_the_role(cast, own):
    made = queue.enqueue_once(own, "2026-10", month="2026-10")
    assert queue.enqueue_once(own, "2026-10", month="2026-10") is None
    run_job(made.pk)
    address = reverse("jobs:download", args=[made.results.get().pk])
    assert cast.client(cast.ciso).get(address).status_code == 200
    assert cast.client(cast.administrator).get(made.get_absolute_url()).status_code == 200
    assert cast.client(cast.administrator).get(address).status_code == 404
    for stranger in (cast.clerk, cast.section_officer):
        assert cast.client(stranger).get(made.get_absolute_url()).status_code == 404
        assert cast.client(stranger).get(address).status_code == 404
    told = set(Notification.objects.filter(url=made.get_absolute_url()).values_list("recipient__username", flat=True))
    assert told == {"ciso", "administrator"}


def test_when_it_fails_the_administrators_are_told_and_may_run_it_again(cast, job):
    @job("test.own_fails", title="月報", read_by=("CISO",))
    def fails(run):
        raise registry.JobRefused("作れません。")

    made = queue.enqueue_once("test.own_fails", "2026-10")
    run_job(made.pk)
    told = Notification.objects.filter(url=made.get_absolute_url()).values_list("recipient__username", flat=True)
    assert list(told) == ["administrator"]
    again = queue.repeat(made, by=cast.administrator)
    assert (again.created_by, Entry.objects.about(again).get().actor) == (None, cast.administrator)


# -- how long files stay -----------------------------------------------------------------------------------------------


def test_files_go_when_their_time_is_over_and_row_and_digest_stay(cast, job, clock):
    job("test.paper", title="紙面")(lambda run: run.keep("紙面.pdf", b"%PDF-") and None)
    row = queued("test.paper", by=cast.clerk)
    run_job(row.pk, clock=clock)
    assert "まで受け取れます" in cast.client(cast.clerk).get(row.get_absolute_url()).content.decode()
    assert retention.remove_outlived(at=NOW + timedelta(days=90)) == 0
    assert retention.remove_outlived(at=NOW + timedelta(days=90, minutes=1)) == 1
    assert retention.remove_outlived(at=NOW + timedelta(days=91)) == 0
    result = row.results.get()
    assert (len(result.sha256), default_storage.listdir(row.folder)[1]) == (64, [])
    assert Entry.objects.about(row).last().verb == "jobs.job.files_removed"
    browser = cast.client(cast.clerk)
    assert "保存期間が過ぎたため" in browser.get(row.get_absolute_url()).content.decode()
    answer = browser.get(reverse("jobs:download", args=[result.pk]), follow=True)
    assert "保存期間が過ぎたため消しました" in answer.content.decode()


def test_the_city_says_how_long_and_what_the_portal_keeps_is_not_removed(cast, own, job, clock, django_capture_on_commit_callbacks):
    job("test.paper", title="紙面")(lambda run: run.keep("紙面.pdf", b"%PDF-") and None)
    row, kept = queued("test.paper", by=cast.clerk), queue.enqueue_once(own, "2026-10")
    for each in (row, kept):
        run_job(each.pk, clock=clock)
    days = {"basis": "部長の決定", "seen": 0, "by": cast.central_manager, "at": NOW}
    ParameterChoice.choose(get("jobs.result_days"), 7, **days)
    assert retention.remove_outlived(at=NOW + timedelta(days=8)) == 1
    assert retention.remove_outlived(at=NOW + timedelta(days=4000)) == 0
    assert cast.client(cast.ciso).get(reverse("jobs:download", args=[kept.results.get().pk])).status_code == 200


def test_a_removal_that_was_killed_half_way_is_made_up(cast, job, clock):
    job("test.paper", title="紙面")(lambda run: run.keep("紙面.pdf", b"%PDF-") and None)
    row = queued("test.paper", by=cast.clerk)
    run_job(row.pk, clock=clock)
    retention._remove(row, at=NOW)  # and then the worker is killed
    assert default_storage.listdir(row.folder)[1] != []
    retention.remove_outlived(at=NOW)
    assert default_storage.listdir(row.folder)[1] == []


def test_a_result_is_a_download_for_those_who_see_the_job_once_it_is_done(cast, job, clock):
    job("test.export", title="書き出し")(lambda run: run.keep("台帳 令和8年度.csv", b"a,b\r\n") and None)
    row = queued("test.export", by=cast.clerk)
    held = Run(Job.objects.claim(row.pk, at=NOW), clock=clock).keep("途中.csv", b"half")
    address = reverse("jobs:download", args=[held.pk])
    assert cast.client(cast.clerk).get(address).status_code == 404
    clock.pass_(LEASE + MINUTE)
    run_job(row.pk, clock=clock)
    address = reverse("jobs:download", args=[row.results.get().pk])
    response = cast.client(cast.clerk).get(address)
    assert b"".join(response.streaming_content) == b"a,b\r\n"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%8F%B0")
    assert (response["Cache-Control"], response["Content-Security-Policy"]) == ("private, no-store", "default-src 'none'; sandbox")
    assert cast.client(cast.colleague).get(address).status_code == 404
    assert address in cast.client(cast.clerk).get(row.get_absolute_url()).content.decode()


def test_an_administrator_sees_that_a_job_ran_and_not_what_it_made(cast, job, clock):
    job("test.export", title="書き出し")(lambda run: run.keep("秘密.csv", b"a") and None)
    row = queued("test.export", by=cast.clerk)
    run_job(row.pk, clock=clock)
    browser = cast.client(cast.administrator)
    assert "秘密.csv" not in browser.get(row.get_absolute_url()).content.decode()
    assert browser.get(reverse("jobs:download", args=[row.results.get().pk])).status_code == 404


def test_a_result_is_no_longer_handed_out_to_who_may_no_longer_see_what_it_is_about(cast, job):
    job("test.paper", title="紙面")(lambda run: run.keep("紙面.pdf", b"%PDF-") and None)
    matter = queued(by=cast.clerk)  # any row that knows its readers, here with a UUID for its key
    paper = queue.enqueue("test.paper", by=cast.clerk, subject=matter)
    run_job(paper.pk)
    address = reverse("jobs:download", args=[paper.results.get().pk])
    assert cast.client(cast.clerk).get(address).status_code == 200
    Job.objects.filter(pk=matter.pk).update(created_by=cast.colleague)
    assert cast.client(cast.clerk).get(address).status_code == 404
    assert "紙面.pdf" not in cast.client(cast.clerk).get(paper.get_absolute_url()).content.decode()


def test_the_list_asks_the_database_as_often_for_fifty_jobs_as_for_one(cast):
    browser = cast.client(cast.administrator)
    queued(by=cast.clerk)
    browser.get(reverse("jobs:list"))  # fills the caches
    with CaptureQueriesContext(connection) as one:
        browser.get(reverse("jobs:list"))
    for _ in range(50):
        queued(by=cast.clerk)
    with CaptureQueriesContext(connection) as many:
        page = browser.get(reverse("jobs:list"))
    assert len(page.context["page_obj"].object_list) == 50
    assert len(many) == len(one)


# -- health and schedule ----------------------------------------------------------------------------------------------


def test_a_silent_scheduler_and_worker_are_named(db):
    health.note(Heartbeat.Name.SCHEDULER, at=NOW - 10 * MINUTE)
    assert health.check(at=NOW).problems == ["スケジューラが10分間、応答していません。", "ワーカーが一度も動いていません。"]


def test_with_everything_alive_there_is_no_problem(db):
    for name in Heartbeat.Name:
        health.note(name, at=NOW - MINUTE)
    queued()
    state = health.check(at=NOW)
    assert (state.problems, state.queued, state.running, state.late, state.failed) == ([], 1, 0, 0, 0)


def test_a_queue_that_does_not_move_is_a_problem(db):
    for name in Heartbeat.Name:
        health.note(name, at=NOW + 20 * MINUTE)
    queued()
    assert health.check(at=NOW + 20 * MINUTE).problems == ["10分以上、始まらない処理が1件あります。"]


def test_sending_the_beat_is_the_schedulers_sign_of_life_and_doing_it_the_workers(db):
    tasks.beat.apply()
    assert list(Heartbeat.objects.values_list("name", flat=True)) == ["worker"]
    before_task_publish.send(sender="jobs.sweep")
    assert Heartbeat.objects.count() == 1
    before_task_publish.send(sender="jobs.beat")
    assert set(Heartbeat.objects.values_list("name", flat=True)) == {"worker", "scheduler"}


def test_the_state_of_the_machinery_is_for_administrators(cast):
    assert cast.client(cast.clerk).get(reverse("jobs:health")).status_code == 404
    failed = queued(by=cast.clerk)
    Job.objects.claim(failed.pk, at=datetime.now(UTC)).fail("壊れた行があります。", at=datetime.now(UTC))
    page = cast.client(cast.administrator).get(reverse("jobs:health")).content.decode()
    assert "ワーカーが一度も動いていません。" in page
    assert "壊れた行があります。" in page


def test_everything_on_the_schedule_is_a_task_that_exists():
    current_app.loader.import_default_modules()
    assert {entry["task"] for entry in SCHEDULE.values()} <= set(current_app.tasks)
    assert portal.CELERY_BEAT_SCHEDULE is SCHEDULE


def test_a_result_that_vanished_from_the_disk_is_said_with_the_way_on_and_recorded_once(cast, job, clock):
    job("test.paper", title="紙面")(lambda run: run.keep("紙面.pdf", b"%PDF-") and None)
    row = queued("test.paper", by=cast.clerk)
    run_job(row.pk, clock=clock)
    result, browser = row.results.get(), cast.client(cast.clerk)
    default_storage.delete(result.content.name)
    for _ in range(2):
        answer = browser.get(reverse("jobs:download", args=[result.pk]))
        assert answer.status_code == 410
        assert reverse("jobs:repeat", args=[row.pk]) in answer.content.decode()
    assert Entry.objects.about(result).filter(verb="jobs.result.missed").count() == 1
    assert Notification.objects.filter(recipient=cast.administrator, title__contains="ディスクにありません").count() == 1
    assert not Reading.objects.about(result).exists()  # nobody has read it
    assert cast.client(cast.colleague).get(reverse("jobs:download", args=[result.pk])).status_code == 404

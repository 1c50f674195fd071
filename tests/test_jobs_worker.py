"""A real worker on a real Redis: what is asked for gets done, whoever is killed on the way."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import quote

import pytest
import redis
from celery import Celery
from django.conf import settings as portal
from django.db import connection
from django.utils import timezone

from musashimurayama_isms.jobs import queue
from musashimurayama_isms.jobs.models import LEASE, RESEND_AFTER, Job, JobResult

from .services import redis_server
from .worker_jobs import WORK

PATIENCE = 60  # seconds; the machine may be busy
MINUTE = timedelta(minutes=1)


@pytest.fixture
def database_url(transactional_db, tmp_path):
    """The test database under an address that another process can use."""
    if connection.vendor == "sqlite":
        with _on_disk(tmp_path / "shared.sqlite3") as url:
            yield url
        return
    spec = connection.settings_dict
    person = f"{spec['USER']}:{quote(spec['PASSWORD'] or '')}"
    yield f"postgresql://{person}@{quote(spec['HOST'], safe='')}:{spec['PORT'] or 5432}/{spec['NAME']}"


@contextmanager
def _on_disk(path):
    """SQLite keeps its test database in memory: for a while this process works on a copy of it in a file."""
    connection.ensure_connection()
    in_memory, name = connection.connection, connection.settings_dict["NAME"]
    with sqlite3.connect(path) as copy:
        in_memory.backup(copy)
    copy.close()
    connection.connection, connection.settings_dict["NAME"] = None, str(path)
    try:
        yield f"sqlite:///{path}"
    finally:
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = in_memory, name


@pytest.fixture
def broker(monkeypatch):
    """A Redis of its own, to which this process sends; gives its REDIS_URL."""
    with redis_server() as url:
        app = Celery("sender", broker=url.replace("unix://", "redis+socket://"), set_as_current=False)
        app.conf.broker_transport_options = portal.CELERY_BROKER_TRANSPORT_OPTIONS
        monkeypatch.setattr(queue, "current_app", app)
        yield url
        app.close()


@pytest.fixture
def start_worker(database_url, broker, settings, tmp_path):
    """A function that starts a worker; whatever still runs at the end is killed."""
    settings.MEDIA_ROOT = tmp_path / "media"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.worker_settings",
        "DATABASE_URL": database_url,
        "REDIS_URL": broker,
        "MEDIA_DIR": str(settings.MEDIA_ROOT),
    }
    command = [sys.executable, "-m", "celery", "-A", "musashimurayama_isms", "worker", "-I", "tests.worker_jobs", "--concurrency=1"]
    workers = []

    def start():
        with (tmp_path / "worker.log").open("ab") as log:
            workers.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True))
        return workers[-1]

    yield start
    for worker in workers:
        kill(worker)


def kill(worker):
    """kill -9 of the worker and all its children: nothing is said to anybody."""
    try:
        os.killpg(worker.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    worker.wait()


def wait_for(condition, tmp_path):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail("The worker did not get there:\n" + (tmp_path / "worker.log").read_text()[-3000:])
        time.sleep(0.1)


def ask(diary, **params):
    return queue.enqueue(WORK, by=None, diary=str(diary), **params)


def is_done(job):
    return lambda: Job.objects.get(pk=job.pk).status == Job.Status.DONE


def test_a_worker_does_what_was_asked_before_and_after_it_came_up(start_worker, tmp_path):
    diary = tmp_path / "diary"
    first = ask(diary)
    start_worker()
    wait_for(is_done(first), tmp_path)
    second = ask(diary)
    wait_for(is_done(second), tmp_path)
    assert diary.read_text().split() == ["begun", "ended"] * 2
    assert Job.objects.get(pk=second.pk).result == {"message": "終わりました。"}
    assert [result.content.read() for result in JobResult.objects.final()] == [b"whole"] * 2


def test_a_job_whose_worker_was_killed_is_finished_once_after_its_lease(start_worker, tmp_path):
    diary = tmp_path / "diary"
    job = ask(diary, hang=True)
    worker = start_worker()
    wait_for(lambda: diary.exists() and Job.objects.get(pk=job.pk).done == 1, tmp_path)
    kill(worker)
    start_worker()
    assert queue.sweep(at=timezone.now() + MINUTE) == 0, "the lease of the dead worker still runs"

    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - MINUTE, sent_at=timezone.now() - LEASE - MINUTE)  # minutes pass
    assert queue.sweep(at=timezone.now()) == 1
    wait_for(is_done(job), tmp_path)
    assert diary.read_text().split() == ["begun", "begun", "ended"]
    assert Job.objects.get(pk=job.pk).attempts == 2
    assert JobResult.objects.final().count() == 1


def test_messages_lost_with_the_broker_and_sent_twice_do_a_job_once(start_worker, broker, tmp_path):
    diary = tmp_path / "diary"
    job = ask(diary)
    redis.from_url(broker).flushall()  # a Redis that came back empty
    assert queue.sweep(at=timezone.now() + MINUTE) == 0
    assert queue.sweep(at=timezone.now() + RESEND_AFTER + MINUTE) == 1
    queue.send(job, at=timezone.now())
    queue.send(job, at=timezone.now())
    start_worker()
    wait_for(is_done(job), tmp_path)
    last = ask(diary)
    wait_for(is_done(last), tmp_path)  # behind the two spare messages
    assert diary.read_text().split() == ["begun", "ended"] * 2


def test_a_job_that_is_taken_back_while_it_runs_stops_and_its_worker_goes_on_with_the_next(start_worker, tmp_path, cast):
    endless = ask(tmp_path / "diary", endless=True)
    start_worker()
    wait_for(lambda: JobResult.objects.filter(job=endless).exists(), tmp_path)
    Job.objects.get(pk=endless.pk).cancel(by=cast.administrator, at=timezone.now())
    wait_for(lambda: Job.objects.get(pk=endless.pk).status == Job.Status.CANCELLED, tmp_path)
    assert not JobResult.objects.filter(job=endless).exists()
    folder = tmp_path / "media" / endless.folder
    assert not folder.exists() or list(folder.iterdir()) == []
    following = ask(tmp_path / "diary")
    wait_for(is_done(following), tmp_path)

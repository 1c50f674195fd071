"""Celery beat was off for three days: every word that fell due in them is sent once, none is lost, none comes twice.

Each task of the schedule is run as beat would run it, over things that fall due meanwhile (tests/overdue_rows.py). What a
beat that never stood still would have said is the measure: who was told of a matter then is told of it now.
"""

import importlib
from collections import Counter
from datetime import datetime, timedelta

import pytest
from celery import current_app
from django.conf import settings
from django.db import transaction

from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.schedule import SCHEDULE

from .overdue_rows import DUE

pytestmark = pytest.mark.django_db
BEFORE, OFF, HOUR = timedelta(days=1), timedelta(days=3), timedelta(hours=1)
STEP = timedelta(hours=4)  # how often the beat that never stood still comes
SILENT = {
    "jobs.beat": "says that a worker lives",
    "jobs.sweep": "sends a job again",
    "notifications.send_urgent": "carries words that are there already",
    "notifications.send_digests": "carries words that are there already",
    "trail.seal_readings": "seals the access log",
    "trail.keep_head": "writes a file outside the database; only a failure is told",
    "files.sweep": "clears away contents",
    "jobs.remove_outlived": "clears away contents",
    "dashboard.begin_monthly_report": "asks for a report; who reads it is told by the job itself",
    "duties.make_ahead": "makes rounds far ahead of their days",
    "backup.make": "makes a backup where BACKUP_DIR is set; only a failure is told",
    "search.reindex": "folds words for search",
    "rounds.sweep": "clears away notes of runs",
}
CASES = [pytest.param(name, maker, id=f"{name}-{maker.__name__}") for name, makers in DUE.items() for maker in makers]


def task(name: str):
    """The task of that name, as a worker finds it."""
    for app in settings.INSTALLED_APPS:
        module = f"{app.rpartition('.apps.')[0] or app}.tasks"
        if importlib.util.find_spec(module.rpartition(".")[0]) and importlib.util.find_spec(module):
            importlib.import_module(module)
    return current_app.tasks[name]


def words_of(run, clock, *moments: datetime) -> list[Notification]:
    """What a task adds when it runs at these moments."""
    last = Notification.objects.order_by("pk").last()
    for moment in moments:
        clock.now = moment
        run()
    return list(Notification.objects.filter(pk__gt=last.pk if last else 0).order_by("pk"))


def matters(rows: list[Notification], known: set[tuple]) -> set[tuple]:
    """Who was told of what: the words may differ, as only the latest stage is said of several that were missed.

    What a task itself has made has no number to compare: PostgreSQL gives the next one after a roll-back.
    """
    return {(row.recipient_id, row.content_type_id, row.object_id if about(row) in known else "made by the task") for row in rows}


def about(row: Notification) -> tuple:
    """The thing that a word is about."""
    return row.content_type_id, row.object_id


def still_there(rows: list[Notification]) -> set[tuple]:
    """The things of these words that stand now."""
    return {
        about(row)
        for row in rows
        if row.content_type is None or row.content_type.model_class()._base_manager.filter(pk=row.object_id).exists()
    }


def test_every_task_that_comes_round_is_tried_here():
    """A new task needs a thing in tests/overdue_rows.py, or a word in SILENT why it says nothing."""
    assert set(SCHEDULE) == set(DUE) | set(SILENT)
    assert not set(DUE) & set(SILENT)


@pytest.mark.parametrize(("name", "maker"), CASES)
def test_what_fell_due_while_beat_was_off_is_said_once_to_everybody(cast, clock, name, maker):
    due, run = maker(cast), task(name).run
    before, back = due - BEFORE, due - BEFORE + OFF
    words_of(run, clock, before)
    with transaction.atomic():
        steady = words_of(run, clock, *(before + STEP * step for step in range(1, OFF // STEP + 1)))
        transaction.set_rollback(True)

    known = still_there(steady)
    made_up = words_of(run, clock, back)
    assert steady, "nothing falls due in these days"
    assert matters(made_up, known) == matters(steady, known)
    twice = Counter((row.recipient_id, row.title, row.content_type_id, row.object_id) for row in made_up)
    assert {row for row, count in twice.items() if count > 1} == set()
    assert all(row.key or row.verb for row in made_up), "a reminder without a key comes again with every run"
    assert words_of(run, clock, back, back + HOUR) == []


@pytest.mark.parametrize("name", sorted(SILENT))
def test_what_says_nothing_runs_after_a_pause_and_says_nothing(cast, clock, name):
    moment = clock.set(2026, 11, 24, 10)
    assert words_of(task(name).run, clock, moment, moment + OFF, moment + OFF + HOUR) == []

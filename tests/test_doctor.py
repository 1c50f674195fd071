"""`manage.py doctor` finds each thing that is broken here, says so in Japanese with what to do, and changes nothing."""

import json
import os
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from unittest.mock import patch

import psycopg2
import pytest
from django.conf import settings as portal
from django.core.management import call_command
from django.db import OperationalError, connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from musashimurayama_isms import pdf
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.jobs import health, queue
from musashimurayama_isms.jobs.models import Heartbeat, Job
from musashimurayama_isms.rounds.models import TaskRun
from musashimurayama_isms.settings import STORAGES as PRODUCTION
from musashimurayama_isms.trail.keeping import keep
from musashimurayama_isms.trail.models import Entry, Head
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.trail.triggers import install, lifted
from musashimurayama_isms.trail.verbs import register_verbs
from musashimurayama_isms.upkeep.doctor import CHECKS, Grade, Look, clocks, examine, storage

from .services import postgresql_server, redis_server

pytestmark = pytest.mark.django_db
register_verbs({"tests.doctor.seen": "試験の行為"})
OK, LOOK, BAD = Grade.OK, Grade.LOOK, Grade.BAD


def found(subject: str, **look) -> list:
    """What is found about one subject."""
    return [each for each in examine(Look(timezone.now(), **look)) if each.subject == subject]


def only(subject: str, **look):
    (finding,) = found(subject, **look)
    if finding.grade != OK:
        assert finding.advice
    return finding


@pytest.fixture
def entries(db) -> list[Entry]:
    person = User.objects.create(username="doctor", name="診る人")
    return [record(person, "tests.doctor.seen", person, count=number) for number in range(5)]


# -- the command ---------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[str, int]:
    """What the command prints, and its exit code."""
    out, code = StringIO(), 0
    try:
        call_command("doctor", *arguments, stdout=out)
    except SystemExit as end:
        code = end.code
    return out.getvalue(), code


def test_the_command_ends_with_one_only_where_something_is_wrong(settings, tmp_path):
    with patch("musashimurayama_isms.upkeep.doctor.CHECKS", (storage.media,)):
        settings.MEDIA_ROOT = tmp_path
        text, code = run()
        assert (code, text.splitlines()[-1]) == (0, "異常 0件、注意 0件、OK 1件")
        settings.MEDIA_ROOT, settings.IS_TRIAL = tmp_path / "gone", False
        text, code = run("--quiet")
        assert code == 1
        assert text.startswith("異常 添付ファイルの置き場所: ")
        assert "     → " in text
        rows = json.loads(run("--json")[0])
        assert rows[0]["grade"] == "異常"
        assert set(rows[0]) == {"grade", "subject", "words", "advice"}


def test_every_check_has_a_subject_and_speaks_of_it_where_the_database_does_not_answer(settings):
    assert all(getattr(check, "subject", "") for check in CHECKS)
    with patch.object(health, "check", side_effect=OperationalError("secret")):
        finding = only("ワーカーとスケジューラ")
    assert finding.grade == BAD
    assert "secret" not in finding.words


def test_the_doctor_changes_nothing(entries):
    before = Entry.objects.count(), Heartbeat.objects.count(), TaskRun.objects.count()
    examine(Look(timezone.now(), is_full=True))
    assert (Entry.objects.count(), Heartbeat.objects.count(), TaskRun.objects.count()) == before


# -- the release -----------------------------------------------------------------------------------------------------------


def test_a_warning_of_django_is_told_as_one(settings):
    settings.IS_TRIAL, settings.SECOND_FACTOR, settings.STRONG_WAYS = False, False, set()
    told = {finding.words: finding.grade for finding in found("システム検査")}
    assert told["二つ目の確認方法を、だれにも求めていません。（accounts.W003）"] == LOOK


def test_an_open_sample_account_in_production_is_wrong(settings):
    User.objects.create(username="mihon", name="見本", is_sample=True)
    settings.IS_TRIAL = False
    assert any(finding.grade == BAD and "mihon" in finding.words for finding in found("システム検査"))


def test_a_static_file_that_was_not_collected_is_named(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    assert only("画面の部品").grade == BAD
    assert found("画面の部品", is_before_migrate=True) == [], "a release that is yet to come collects them later"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": PRODUCTION["staticfiles"]}
    with patch("whitenoise.compress.Compressor.compress", return_value=[]):
        call_command("collectstatic", interactive=False, verbosity=0)
    assert only("画面の部品").grade == OK
    paths = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    frame = tmp_path / paths["js/frame.js"]
    assert stat.S_IMODE(frame.stat().st_mode) == 0o644, "root collects them, the portal reads them"
    frame.unlink()
    finding = only("画面の部品")
    assert (finding.grade, "js/frame.js" in finding.words) == (BAD, True)


def test_a_missing_font_is_wrong_and_a_missing_library_is_told(monkeypatch):
    assert only("フォント").grade == OK
    monkeypatch.setattr(pdf, "FONTS", ("Nobody's Gothic",))
    assert only("フォント").grade == BAD
    monkeypatch.undo()
    monkeypatch.setattr(pdf, "SUBSET_LIBRARY", "libnobody.so.0")
    assert only("フォント").grade == LOOK


def test_a_list_of_passwords_that_cannot_be_read_is_wrong(settings, tmp_path):
    assert only("パスワードの一覧").grade == OK
    settings.PASSWORD_LIST = str(tmp_path / "gone.txt")
    assert only("パスワードの一覧").grade == BAD


# -- the settings ----------------------------------------------------------------------------------------------------------


def test_a_file_of_settings_that_others_read_is_wrong(settings, tmp_path):
    settings.ENV_FILE = tmp_path / "portal.env"
    assert only("設定ファイル").grade == OK
    settings.ENV_FILE.write_text("CITY_NAME=見本市\n")
    for mode, grade in ((0o600, OK), (0o640, OK), (0o644, BAD), (0o660, BAD)):
        settings.ENV_FILE.chmod(mode)
        assert only("設定ファイル").grade == grade, oct(mode)


def test_a_misspelt_setting_is_named_and_those_of_the_example_are_known(settings, tmp_path):
    settings.ENV_FILE = tmp_path / "portal.env"
    settings.ENV_FILE.write_text((portal.BASE_DIR / ".env.example").read_text() + "WEB_WORKERS=4\nLDAP_URI=\n")
    assert only("設定の名前").grade == OK
    settings.ENV_FILE.write_text("SESION_IDLE_MINUTES=5\n")
    finding = only("設定の名前")
    assert (finding.grade, "SESION_IDLE_MINUTES" in finding.words) == (LOOK, True)


GOOD_SECRET, GOOD_KEY = "kQ7w-Zp3_vT9xR2m" * 4, bytes(range(32))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "tests-only-" * 8),
        ("TRAIL_KEYS", {"k1": b"\x5a" * 32}),
        ("TRAIL_KEYS", {"k1": GOOD_KEY, "k2": GOOD_KEY}),
    ],
)
def test_a_key_that_everybody_knows_is_wrong_in_production(settings, name, value):
    settings.IS_TRIAL, settings.SECRET_KEY, settings.TRAIL_KEYS = False, GOOD_SECRET, {"k1": GOOD_KEY}
    with patch.dict(settings.DATABASES["default"], PASSWORD="kQ7w-Zp3_vT9xR2m"):
        assert only("鍵").grade == OK
        setattr(settings, name, value)
        assert only("鍵").grade == BAD


def test_the_password_of_the_example_is_wrong(settings):
    settings.IS_TRIAL, settings.SECRET_KEY, settings.TRAIL_KEYS = False, GOOD_SECRET, {"k1": GOOD_KEY}
    with patch.dict(settings.DATABASES["default"], PASSWORD="the-same-password"):
        assert "DATABASE_URL" in only("鍵").words


# -- disks -----------------------------------------------------------------------------------------------------------------


def test_a_place_that_is_gone_or_full_is_wrong(settings, tmp_path, monkeypatch):
    settings.IS_TRIAL, settings.MEDIA_ROOT = False, tmp_path
    assert only("添付ファイルの置き場所").grade == OK
    for free, grade in ((storage.MEDIA_FEW - 1, LOOK), (storage.MEDIA_NONE - 1, BAD)):
        monkeypatch.setattr(storage.shutil, "disk_usage", lambda place, free=free: SimpleNamespace(free=free))
        assert only("添付ファイルの置き場所").grade == grade
    monkeypatch.undo()
    settings.MEDIA_ROOT = tmp_path / "not-mounted"
    assert only("添付ファイルの置き場所").grade == BAD
    settings.MEDIA_ROOT = "/proc"  # there, and nobody may write in it
    assert only("添付ファイルの置き場所").grade == BAD


def test_the_temporary_folder_is_looked_at_too(monkeypatch):
    assert only("一時ファイルの置き場所").grade == OK
    monkeypatch.setattr(storage.tempfile, "gettempdir", lambda: "/nowhere")
    assert only("一時ファイルの置き場所").grade == BAD


# -- the database ----------------------------------------------------------------------------------------------------------


def test_sqlite_in_production_is_told(settings):
    if connection.vendor == "sqlite":
        settings.IS_TRIAL = False
        assert only("データベース").grade == LOOK


@pytest.mark.postgresql
def test_an_old_server_is_wrong(monkeypatch):
    assert only("データベース").grade == OK
    monkeypatch.setitem(connections["default"].__dict__, "pg_version", 140_009)
    assert only("データベース").grade == BAD


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("clauses", "grade"),
    [("ENCODING 'SQL_ASCII' LOCALE 'C'", BAD), ("ENCODING 'UTF8' LOCALE 'C'", LOOK), ("ENCODING 'UTF8' LOCALE 'C.UTF-8'", OK)],
)
def test_a_database_of_other_letters_is_found_out(settings, clauses, grade):
    """Real databases, made wrongly; without tables, which other findings speak of."""
    settings.MIGRATION_MODULES = {}
    with postgresql_server() as url, _other_database(url, clauses):
        with connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION pg_trgm")
        assert only("データベースの文字").grade == grade
        assert only("データベースの表").grade == BAD, "nothing has been migrated there"
        assert only("データベースの表", is_before_migrate=True).grade == OK
        assert only("ワーカーとスケジューラ").grade == BAD


@contextmanager
def _other_database(url: str, clauses: str) -> Iterator[None]:
    """The portal's connection leads to a database that is made with these clauses."""
    server = psycopg2.connect(url)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE wrong TEMPLATE template0 {clauses}")
    place = {"HOST": server.info.host, "PORT": server.info.port, "USER": server.info.user, "PASSWORD": "", "NAME": "wrong"}
    server.close()
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(place)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def test_a_database_that_is_newer_or_older_than_the_release_is_found_out(settings, monkeypatch):
    settings.MIGRATION_MODULES = {}
    loader = MigrationLoader(None)
    applied, (newest,) = dict.fromkeys(loader.disk_migrations), loader.graph.leaf_nodes("files")
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self: applied)
    assert only("データベースの表").grade == OK
    applied["trail", "9999_of_the_next_release"] = None
    assert (only("データベースの表").grade, "9999_of_the_next_release" in only("データベースの表").words) == (LOOK, True)
    del applied["trail", "9999_of_the_next_release"], applied[newest]
    assert (only("データベースの表").grade, ".".join(newest) in only("データベースの表").words) == (BAD, True)
    assert only("データベースの表", is_before_migrate=True).grade == OK


# -- clocks ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "grade"), [(0.2, OK), (-4.9, OK), (6, LOOK), (-59, LOOK), (60, BAD), (-3600, BAD)])
def test_clocks_that_differ_are_told_and_far_ones_are_wrong(seconds, grade):
    assert clocks.compared("時計", timedelta(seconds=seconds)).grade == grade


def test_a_clock_of_this_machine_that_is_wrong_is_found_by_asking_the_others():
    """The host is an hour ahead of Redis and, on PostgreSQL, of the database."""
    ahead = timezone.now
    with patch.object(clocks.timezone, "now", lambda: ahead() + timedelta(hours=1)):
        assert only("時計（Redis）").grade == BAD
        assert only("時計（データベース）").grade == (BAD if connection.vendor == "postgresql" else OK)
    assert only("時計（Redis）").grade == OK
    assert only("時計（データベース）").grade == OK


def test_another_time_zone_is_wrong(settings):
    assert only("時刻帯").grade == OK
    settings.TIME_ZONE = "UTC"
    timezone.get_default_timezone.cache_clear()
    assert only("時刻帯").grade == BAD


# -- what works behind the pages -------------------------------------------------------------------------------------------


def test_a_redis_that_is_away_is_wrong_and_one_that_keeps_nothing_is_told(settings):
    with redis_server() as url:
        settings.REDIS_URL = url
        assert only("Redis").grade == LOOK, "appendonly no"
    assert only("Redis").grade == BAD
    assert only("時計（Redis）").grade == BAD


def test_worker_and_scheduler_are_known_by_their_signs():
    assert {finding.grade for finding in found("ワーカーとスケジューラ") + found("ワーカー") + found("スケジューラ")} == {BAD}
    now = timezone.now()
    health.note(Heartbeat.Name.WORKER, at=now)
    health.note(Heartbeat.Name.SCHEDULER, at=now - timedelta(minutes=10))
    assert only("ワーカー").grade == OK
    assert (only("スケジューラ").grade, "10分間" in only("スケジューラ").words) == (BAD, True)


def test_a_job_that_does_not_begin_is_wrong_and_a_failed_one_is_told(cast):
    assert only("処理の待ち行列").grade == OK
    with patch.object(queue, "send"):
        job = queue.enqueue("exports.table", by=cast.administrator)
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(hours=1))
    assert only("処理の待ち行列").grade == BAD
    Job.objects.filter(pk=job.pk).update(status=Job.Status.FAILED, finished_at=timezone.now(), error="x")
    assert only("処理の待ち行列").grade == LOOK


def test_what_comes_round_and_failed_is_told():
    now = timezone.now()
    TaskRun.objects.create(name="duties.remind", task_id="1", status="failed", began_at=now, ended_at=now, tries=4, error="ValueError")
    assert any("失敗した定時の処理が1件" in finding.words for finding in found("定時の処理"))


def test_a_mail_relay_that_does_not_answer_is_wrong(settings):
    assert only("メール").grade == OK
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAIL_ENABLED, settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = True, "127.0.0.1", 5
    with socket.create_server(("127.0.0.1", 0)) as relay:
        settings.EMAIL_PORT = relay.getsockname()[1]
        thread = threading.Thread(target=_greet, args=(relay,))
        thread.start()
        assert only("メール").grade == OK
        thread.join()
    assert only("メール").grade == BAD, "nobody listens any more"


def _greet(relay: socket.socket) -> None:
    """As much of a mail relay as a greeting and a farewell need."""
    peer, _ = relay.accept()
    with peer, peer.makefile("rwb", buffering=0) as line:
        line.write(b"220 relay\r\n")
        while word := line.readline():
            line.write(b"221 bye\r\n" if word.upper().startswith(b"QUIT") else b"250 ok\r\n")


# -- the trail -------------------------------------------------------------------------------------------------------------


def test_a_trail_in_order_is_proved_and_a_dropped_trigger_is_wrong(entries):
    assert only("証跡").grade == OK
    assert only("証跡", is_full=True).grade == OK
    with connection.cursor() as cursor:
        on = " ON trail_entry" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER trail_entry_refuses_update{on}")
    assert "trail_entry_refuses_update" in only("証跡").words
    install("default")


@pytest.mark.parametrize("change", [{"verb": "tests.doctor.forged"}, {"previous": "0" * 64}, {"number": 9_000_000}])
def test_a_last_entry_that_was_rewritten_is_found_without_walking_the_whole_trail(entries, change):
    with lifted("default"):
        Entry.objects.filter(pk=entries[-2].pk).update(**change)
    assert only("証跡").grade == BAD


def test_an_old_entry_that_was_rewritten_is_found_by_the_full_proof(entries, monkeypatch):
    monkeypatch.setattr("musashimurayama_isms.upkeep.doctor.trail.LAST", 2)
    with lifted("default"):
        Entry.objects.filter(pk=entries[0].pk).update(verb="tests.doctor.forged")
    assert only("証跡").grade == OK
    assert only("証跡", is_full=True).grade == BAD


def test_a_cut_tail_is_found_by_the_head_that_is_kept_elsewhere(entries, settings, tmp_path):
    settings.IS_TRIAL = False
    assert only("証跡の先頭の控え").grade == LOOK, "nothing is kept"
    kept = tmp_path / "head"
    settings.TRAIL_HEAD_FILE = str(kept)
    assert only("証跡の先頭の控え").grade == BAD, "no such file"
    kept.write_text("何か\n")
    assert only("証跡の先頭の控え").grade == BAD
    kept.write_text(f"{Head.objects.get()}\n")
    assert only("証跡の先頭の控え").grade == OK
    old = (timezone.now() - timedelta(days=40)).timestamp()
    os.utime(kept, (old, old))
    assert only("証跡の先頭の控え").grade == LOOK, "nobody has written it for a day"
    kept.write_text(f"{entries[-1].number}:{'0' * 64}\n")
    assert only("証跡の先頭の控え").grade == BAD


def test_a_head_that_the_portal_could_not_write_is_told_until_it_can(entries, settings, tmp_path):
    settings.IS_TRIAL, settings.TRAIL_HEAD_FILE = False, str(tmp_path / "head")
    keep(tmp_path / "head")
    assert only("証跡の先頭の控え").grade == OK
    run = {"name": "trail.keep_head", "began_at": timezone.now(), "ended_at": timezone.now()}
    TaskRun.objects.create(**run, task_id="1", status="failed", error="PermissionError")
    found = only("証跡の先頭の控え")
    assert (found.grade, "PermissionError" in found.words) == (BAD, True)
    TaskRun.objects.create(**run, task_id="2", status="done")
    assert only("証跡の先頭の控え").grade == OK
    old = (timezone.now() - timedelta(hours=25)).timestamp()
    os.utime(tmp_path / "head", (old, old))
    assert only("証跡の先頭の控え").grade == LOOK


def test_connections_are_left_as_they_were():
    examine(Look(timezone.now()))
    assert not connections["default"].needs_rollback

"""Backups in the life of the portal: the clock makes them, a failure is told, they are looked at, and a drill is recorded."""

import errno
import io
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from musashimurayama_isms.backup import looking, making, media
from musashimurayama_isms.backup.archive import opened
from musashimurayama_isms.backup.checks import backups_are_fresh, settings_are_whole
from musashimurayama_isms.backup.making import make, make_due
from musashimurayama_isms.backup.models import Backup, Proof
from musashimurayama_isms.backup.refusals import Refused
from musashimurayama_isms.backup.sealed import SealedWriter
from musashimurayama_isms.duties.catalogue import load_duties
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.trail.models import Entry
from musashimurayama_isms.transitions import InvalidTransition

NIGHT = datetime(2026, 11, 26, 2, 30, tzinfo=TOKYO)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEY = bytes(range(32))
LIST = reverse("backup:list")
outermost = pytest.mark.usefixtures("_migrated")  # with transactions of its own: a snapshot begins one


@pytest.fixture(autouse=True)
def folder(settings, tmp_path) -> Path:
    settings.BACKUP_KEY, settings.BACKUP_DIR, settings.BACKUP_KEEP = KEY, str(tmp_path / "backups"), 2
    settings.MEDIA_ROOT = tmp_path / "media"
    (settings.MEDIA_ROOT / "files").mkdir(parents=True)
    (settings.MEDIA_ROOT / "files" / "one").write_bytes(b"content")
    (tmp_path / "backups").mkdir()
    return tmp_path / "backups"


@pytest.fixture
def _migrated(transactional_db) -> Iterator[None]:
    """The record of migrations, which a test database that was made without them lacks."""
    recorder = MigrationRecorder(connection)
    is_new = not recorder.has_table()
    recorder.ensure_schema()
    yield
    if is_new:
        with connection.schema_editor() as editor:
            editor.delete_model(recorder.Migration)


def made(*, at: datetime = NIGHT, **fields) -> Backup:
    facts = {"name": f"portal-{at:%Y%m%d-%H%M}.backup", "status": "made", "sha256": f"{at:%Y%m%d%H%M}", "size": 1024, "rows": 7}
    return Backup.objects.create(**{"begun_at": at, "ended_at": at, **facts, **fields})


def proved(*, at: datetime = NIGHT, problem: str = "", sha256: str = "") -> Proof:
    facts = {} if problem else {"rows": 7, "files": 1, "head": f"3:{'a' * 64}"}
    return Proof.note_result(name="portal-20261126-0230.backup", sha256=sha256, at=at, problem=problem, **facts)


# -- making --------------------------------------------------------------------------------------------------------------------


@outermost
def test_the_clock_makes_one_a_day_and_keeps_the_newest(folder):
    (folder / "other.txt").write_text("stays")
    assert [make_due(at=NIGHT + HOUR * hours) for hours in range(3)] == [1, 0, 0]
    assert [make_due(at=NIGHT + DAY * days) for days in (1, 2)] == [1, 1]
    names = ["other.txt", "portal-20261127-0230.backup", "portal-20261128-0230.backup"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert [row.removed_at is not None for row in Backup.objects.order_by("begun_at")] == [True, False, False]
    last = Backup.objects.first()
    assert last.size == (folder / last.name).stat().st_size
    entry = Entry.objects.filter(verb="backup.backup.made").first()
    assert entry.changes["digest"] == last.sha256
    assert str(folder) not in str(entry.changes)


@outermost
def test_where_no_place_is_set_the_clock_makes_none(settings):
    settings.BACKUP_DIR = ""
    assert make_due(at=NIGHT) == 0
    assert not Backup.objects.exists()


@outermost
def test_the_manifest_says_what_was_there(folder):
    call_command("backup", stdout=(said := io.StringIO()))
    backup = Backup.objects.get()
    with opened(folder / backup.name, KEY) as archive:
        found = archive.manifest
        with archive.media("files/one") as stream:
            assert stream.read() == b"content"
    assert found.rows["backup_backup"] == 1
    assert found.head == "0:"  # its own making is the first entry of this trail
    assert set(found.trail_keys) == {"test"}
    assert "5a" * 16 not in str(found)
    assert backup.head in said.getvalue()


@outermost
def test_a_file_that_goes_meanwhile_is_told(monkeypatch):
    monkeypatch.setattr(media, "names", lambda root: iter(["files/gone", "files/one"]))
    call_command("backup", stdout=(said := io.StringIO()))
    assert "作成中に消された添付ファイルが 1 個" in said.getvalue()


@outermost
@pytest.mark.postgresql
def test_what_is_written_while_the_backup_runs_is_neither_counted_nor_dumped(folder, monkeypatch):
    facts = making._facts

    def meanwhile(*args, **kwargs):
        found = facts(*args, **kwargs)

        def write() -> None:
            made(at=NIGHT - DAY)
            connections.close_all()

        other = threading.Thread(target=write)
        other.start()
        other.join()
        return found

    monkeypatch.setattr(making, "_facts", meanwhile)
    written = make(folder, at=NIGHT).manifest
    assert Backup.objects.count() == 2
    assert written.rows["backup_backup"] == 1


@outermost
def test_a_full_disk_leaves_nothing_and_is_told_once_a_night(cast, folder, monkeypatch):
    put = SealedWriter._put

    def full(self, data):
        if self.size > 100:
            raise OSError(errno.ENOSPC, "No space left on device")
        put(self, data)

    monkeypatch.setattr(SealedWriter, "_put", full)
    for hours in range(3):
        with pytest.raises(Refused, match="空きがありません"):
            make_due(at=NIGHT + HOUR * hours)
    assert list(folder.iterdir()) == []
    row = Backup.objects.get()
    assert (row.status, row.tries) == ("failed", 3)
    told = Notification.objects.filter(recipient=cast.administrator)
    assert told.count() == 1
    assert str(folder) not in told.get().body + told.get().title
    monkeypatch.undo()


@outermost
def test_only_one_is_made_at_a_time_and_a_dead_one_gives_way(folder):
    running = made(status="running", ended_at=None)
    with pytest.raises(InvalidTransition, match="いま別の控え"):
        make(folder, at=NIGHT + HOUR)
    assert make_due(at=NIGHT + HOUR) == 0
    make(folder, at=NIGHT + 7 * HOUR)
    running.refresh_from_db()
    assert running.status == "failed"


@pytest.mark.django_db
def test_wrong_places_are_refused_in_words(folder, settings, tmp_path):
    for to, words in ((tmp_path / "nowhere", "書き込めません"), (settings.MEDIA_ROOT, "MEDIA_DIR")):
        with pytest.raises(CommandError, match=words):
            call_command("backup", to=str(to))
    with pytest.raises(CommandError, match="1以上"):
        call_command("backup", keep=0)
    settings.BACKUP_DIR = ""
    with pytest.raises(CommandError, match="--to"):
        call_command("backup")
    settings.BACKUP_KEY = None
    for command, words in ((("backup", "--to", str(folder)), "BACKUP_KEY"), (("escrow_keys", "--to", str(folder)), "BACKUP_KEY")):
        with pytest.raises(CommandError, match=words):
            call_command(*command)
    assert list(folder.iterdir()) == []
    assert not Backup.objects.exists()


@outermost
def test_a_place_without_room_is_refused_before_the_restore(folder, monkeypatch):
    found = make(folder, at=NIGHT).manifest
    monkeypatch.setattr(looking.shutil, "disk_usage", lambda place: type("Usage", (), {"free": 3})())
    with pytest.raises(Refused, match="空きが足りません"):
        looking.has_room(found)


# -- the page and the drill ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_shows_backups_and_proofs_in_a_constant_number_of_queries(cast):
    client = cast.client(cast.administrator)
    client.get(LIST)  # what a process remembers from its first page on
    counts = []
    for number in range(1, 12):
        row = made(at=NIGHT - DAY * number)
        proved(at=NIGHT - DAY * number, sha256=row.sha256)
        if number in (1, 11):
            with CaptureQueriesContext(connection) as found:
                page = client.get(LIST).content.decode()
            counts.append(len(found))
    assert counts[0] == counts[1]
    assert "復元できた" in page
    assert "訓練として記録する" not in page  # the administrator runs the server, and does not answer for it
    assert "訓練として記録する" in cast.client(cast.central_manager).get(LIST).content.decode()
    assert cast.client(cast.clerk).get(LIST).status_code == 404


@pytest.mark.django_db
def test_a_recorded_drill_completes_the_round_of_the_duty(cast, clock):
    load_duties(at=NIGHT - 200 * DAY)
    round_ = Occurrence.objects.filter(duty__code="restore-drill").order_by("due_on").first()
    moment = clock.set(round_.due_on.year, round_.due_on.month, round_.due_on.day, 10)
    proof = proved(at=moment - DAY)
    client = cast.client(cast.central_manager)
    answer = client.post(reverse("backup:drill", args=[proof.pk]), {"note": "手順書の3が分かりにくい"}, follow=True)
    assert "済みになりました" in answer.content.decode()
    round_.refresh_from_db()
    assert round_.status == Occurrence.Status.DONE
    assert "手順書の3が分かりにくい" in round_.note
    proof.refresh_from_db()
    assert proof.drilled_by == cast.central_manager
    assert "手順書" not in "".join(str(entry.changes) for entry in Entry.objects.all())
    assert "すでに訓練として記録" in client.post(reverse("backup:drill", args=[proof.pk]), {}, follow=True).content.decode()


@pytest.mark.django_db
def test_failed_old_and_foreign_proofs_are_no_drill(cast):
    for proof in (proved(problem="壊れています"), proved(at=NIGHT - 91 * DAY)):
        with pytest.raises(InvalidTransition, match="90日以内"):
            proof.record_drill(note="", by=cast.central_manager, at=NIGHT)
    with pytest.raises(PermissionDenied):
        proved().record_drill(note="", by=cast.administrator, at=NIGHT)
    assert cast.client(cast.administrator).post(reverse("backup:drill", args=[proved().pk])).status_code == 403
    assert not Proof.objects.exclude(drilled_at=None).exists()


# -- the checks ----------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_production_is_warned_of_what_is_missing_old_or_unproved(settings, clock):
    clock.now = NIGHT

    def warned() -> set[str]:
        return {found.id for found in [*settings_are_whole(), *backups_are_fresh(databases=["default"])]}

    settings.IS_TRIAL, settings.BACKUP_DIR, settings.BACKUP_KEY = False, "", None
    assert warned() == {"backup.W001", "backup.W002", "backup.W003", "backup.W004"}
    settings.BACKUP_DIR, settings.BACKUP_KEY = "/srv/backups", KEY
    row, proof = made(at=NIGHT - HOUR), proved(at=NIGHT - HOUR)
    assert warned() == set()
    Backup.objects.filter(pk=row.pk).update(begun_at=NIGHT - 3 * DAY)
    Proof.objects.filter(pk=proof.pk).update(at=NIGHT - 401 * DAY)
    assert warned() == {"backup.W003", "backup.W004"}
    made(status="failed", at=NIGHT)
    assert warned() == {"backup.W003", "backup.W004", "backup.W005"}
    settings.IS_TRIAL = True
    assert warned() == set()

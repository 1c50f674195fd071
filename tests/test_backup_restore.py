"""Backup, proof and restore by real processes on real databases: what comes back, what is refused, and that nothing half is left."""

import re
import subprocess
from pathlib import Path

import pytest

from musashimurayama_isms.backup.sealed import HEADER
from musashimurayama_isms.backup.staging import Staging

from .backup_rows import CONTENT
from .installations import OTHER_KEY, Installation, Site, is_postgresql, site  # noqa: F401  (a fixture)

HEAD = re.compile(r"\d+:[0-9a-f]{64}")


@pytest.fixture(scope="module")
def source(site: Site) -> Installation:  # noqa: F811
    return site.copy()


@pytest.fixture(scope="module")
def backup(source: Installation) -> Path:
    return source.backup()


def head_of(text: str) -> str:
    return HEAD.findall(text)[-1]


def alter(path: Path, to: Path, place: int) -> Path:
    """The file with one bit of one byte turned; a negative place counts from the end."""
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    to.write_bytes(content)
    return to


def counts(installation: Installation) -> dict[str, int]:
    return {name: installation.ask(f'SELECT COUNT(*) FROM "{name}"')[0][0] for name in installation.tables()}  # noqa: S608


# -- what comes back ---------------------------------------------------------------------------------------------------------


def test_a_backup_comes_back_whole_and_goes_on(site):  # noqa: F811
    source = site.copy()
    backup, before = source.backup(), counts(source)
    rounds = source.ask("SELECT id, session_round FROM accounts_user ORDER BY id")
    place = site.empty()
    said = place.manage("restore", str(backup), "--yes")
    assert "復元しました" in said
    head = head_of(said)

    after = counts(place)
    changed = {name: after[name] - before[name] for name in before if after[name] != before[name]}
    assert changed == {"django_session": -1, "backup_proof": 1}  # of the trail, its own making is not yet in it, its restoring is
    assert [path.read_bytes() for path in place.media.rglob("*") if path.is_file()] == [CONTENT]
    assert all(path.stat().st_mode & 0o077 == 0 for path in place.media.rglob("*"))
    assert "書換えや欠落はありません" in place.manage("verify_trail", "--head", head)
    assert place.ask("SELECT id, session_round - 1 FROM accounts_user ORDER BY id") == rounds  # everybody logs in anew
    ((status, sha256, files),) = place.ask("SELECT status, sha256, files FROM backup_backup")
    assert (status, sha256, files) == ("made", source.ask("SELECT sha256 FROM backup_backup")[0][0], 1)
    assert place.ask("SELECT kind, succeeded FROM backup_proof") in ([("restored", 1)], [("restored", True)])
    taken_up = "from datetime import timedelta; from django.utils import timezone; from musashimurayama_isms.jobs.models import Job"
    later = "print('stale', Job.objects.stale(timezone.now() + timedelta(minutes=11)).count())"
    assert "stale 1" in place.manage("shell", "--no-imports", "-c", f"{taken_up}; {later}")


def test_the_backup_of_an_earlier_version_is_brought_up_to_this_one(site):  # noqa: F811
    old = site.copy()
    old.manage("migrate", "jobs", "0002", "--verbosity", "0")
    assert "repeats_id" not in columns(old)
    backup, place = old.backup(), site.empty()
    assert "この版に合わせました（1 件）" in place.manage("restore", str(backup), "--yes")
    assert "repeats_id" in columns(place)
    assert "書換えや欠落はありません" in place.manage("verify_trail")
    assert "No planned migration operations" in place.manage("migrate", "--plan")


def columns(installation: Installation) -> set[str]:
    of_sqlite = "SELECT name FROM pragma_table_info('jobs_job')"
    of_postgresql = "SELECT column_name FROM information_schema.columns WHERE table_name = 'jobs_job'"
    return {name for (name,) in installation.ask(of_postgresql if is_postgresql() else of_sqlite)}


# -- the proof ---------------------------------------------------------------------------------------------------------------


def test_a_proof_is_a_restore_that_leaves_nothing_but_its_result(source, backup):
    before = source.ask("SELECT COUNT(*) FROM pg_database")[0][0] if is_postgresql() else 0
    said = source.manage("verify_backup", str(backup))
    assert "復元できることを確かめました" in said
    ((succeeded, sha256, linked),) = source.ask(
        "SELECT succeeded, sha256, backup_id IS NOT NULL FROM backup_proof ORDER BY id DESC LIMIT 1"
    )
    assert succeeded
    assert linked
    assert sha256 == source.ask("SELECT sha256 FROM backup_backup WHERE status = 'made' ORDER BY id DESC LIMIT 1")[0][0]
    assert source.ask("SELECT verb FROM trail_entry ORDER BY number DESC LIMIT 1") == [("backup.proof.proved",)]
    if is_postgresql():
        assert source.ask("SELECT COUNT(*) FROM pg_database")[0][0] == before


def test_a_given_empty_database_is_used_and_left_empty(site, source, backup):  # noqa: F811
    place = site.empty()
    source.manage("verify_backup", str(backup), "--database", place.url)
    assert place.is_empty()
    assert "空ではありません" in source.refused("verify_backup", str(backup), "--database", source.url)
    assert source.tables()


def test_a_head_noted_elsewhere_is_held_against_the_backup(source, backup):
    head = head_of(source.manage("verify_trail"))
    number, digest = source.ask("SELECT number, digest FROM trail_entry ORDER BY number LIMIT 1")[0]
    assert "確かめました" in source.manage("verify_backup", str(backup), "--head", f"{number}:{digest}")
    assert "一致しません" in source.refused("verify_backup", str(backup), "--head", f"{number}:{'0' * 64}")
    assert "より後のもの" in source.refused("verify_backup", str(backup), "--head", head)
    assert "そのまま指定" in source.refused("verify_backup", str(backup), "--head", "17")


def test_a_trail_that_was_rewritten_before_the_backup_is_found_and_nothing_stays(site):  # noqa: F811
    bad = site.copy()
    if is_postgresql():
        bad.ask("ALTER TABLE trail_entry DISABLE TRIGGER ALL")
        bad.ask("UPDATE trail_entry SET actor_name = 'だれか' WHERE number = 3")
        bad.ask("ALTER TABLE trail_entry ENABLE TRIGGER ALL")
    else:
        ((kept,),) = bad.ask("SELECT sql FROM sqlite_master WHERE name = 'trail_entry_refuses_update'")
        bad.ask("DROP TRIGGER trail_entry_refuses_update")
        bad.ask("UPDATE trail_entry SET actor_name = 'だれか' WHERE number = 3")
        bad.ask(kept)
    backup, place = bad.backup(), site.empty()
    assert "3 番の証跡が書き換えられています" in place.refused("restore", str(backup), "--yes")
    assert place.is_empty()
    assert "復元できません" in bad.refused("verify_backup", str(backup))
    assert bad.ask("SELECT succeeded FROM backup_proof") in ([(0,)], [(False,)])
    assert bad.ask("SELECT verb FROM trail_entry ORDER BY number DESC LIMIT 1") == [("backup.proof.not_proved",)]


# -- kill -9 -----------------------------------------------------------------------------------------------------------------

HERE = "musashimurayama_isms.backup"
BEFORE_IT_IS_THERE = (
    f"{HERE}.databases.script:Rows.read:200" if is_postgresql() else "shutil:copyfileobj",  # among the rows; among the bytes
    f"{HERE}.restoring:_compare_rows",
    f"{HERE}.media:copy",
    "django.core.management.commands.migrate:Command.handle",
    f"{HERE}.restoring:_facts",
)


def test_a_restore_that_is_killed_leaves_nothing_until_all_is_there_and_a_run_again_works(site, source, backup):  # noqa: F811
    """Each run finds what the one before has left, so each is also the run again."""
    place = site.empty()
    order = ("restore", str(backup), "--yes")
    for point in BEFORE_IT_IS_THERE:
        place.killed(point, *order)
        assert not place.tables(), point
        assert all(path.name == ".restoring" for path in place.media.iterdir()), point
    checked = place.run("check")
    assert checked.returncode == 1
    assert "復元が途中で終わったままです" in checked.stderr

    place.killed(f"{HERE}.staging:Staging.settle", *order)  # the database is there, its files wait
    assert place.ask("SELECT kind FROM backup_proof") == [("restored",)]
    assert "別の控えの復元の途中のファイル" in place.refused("restore", str(source.backup()), "--yes")
    place.killed("shutil:rmtree", *order)  # the files are there, their empty folders not yet away
    assert "続きを行います" in (said := place.manage(*order))
    assert "復元しました" in said
    assert [path.read_bytes() for path in place.media.rglob("*") if path.is_file()] == [CONTENT]
    assert not (place.media / ".restoring").exists()
    assert "書換えや欠落はありません" in place.manage("verify_trail", "--head", head_of(said))
    assert place.ask("SELECT COUNT(*) FROM backup_proof") == [(1,)]
    assert "復元し終えています" in place.refused(*order)
    assert "復元できることを確かめました" in place.manage("verify_backup", str(place.backup()))


def test_only_one_restore_at_a_time_comes_to_a_place(site, backup):  # noqa: F811
    place = site.empty()
    with Staging(place.media).held():
        assert "もう一つ動いています" in place.refused("restore", str(backup), "--yes")
    assert place.is_empty()


# -- what is refused ---------------------------------------------------------------------------------------------------------


def test_only_an_empty_place_is_restored_into(site, source, backup):  # noqa: F811
    people = source.ask("SELECT COUNT(*) FROM accounts_user")[0][0]
    assert f"利用者 {people}人" in source.refused("restore", str(backup), "--yes")
    place = site.empty()
    assert "--yes" in place.refused("restore", str(backup))
    place.media.mkdir()
    (place.media / "other").write_text("already there")
    assert "空ではありません（ファイル 1個）" in place.refused("restore", str(backup), "--yes")
    assert (place.media / "other").read_text() == "already there"
    assert not place.tables()


def test_other_keys_are_named_and_nothing_is_written(site, backup):  # noqa: F811
    place = site.empty()
    for words, changes in (
        ("この控えの鍵ではありません", {"BACKUP_KEY": OTHER_KEY}),
        ("BACKUP_KEY か BACKUP_KEY_FILE がありません", {"BACKUP_KEY": ""}),
        ("証跡の鍵「old」", {"TRAIL_KEYS": f"new:{'2d' * 32}"}),
        ("証跡の鍵「new」", {"TRAIL_KEYS": f"old:{'1c' * 32},new:{'3e' * 32}"}),
    ):
        assert words in place.with_settings(**changes).refused("restore", str(backup), "--yes")
        assert place.is_empty()


def test_another_secret_key_is_told(site, backup):  # noqa: F811
    place = site.empty().with_settings(SECRET_KEY="another-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG")
    assert "注意: 設定 SECRET_KEY が、控えたときと違います" in place.manage("restore", str(backup), "--yes")


def test_a_damaged_file_is_refused_before_anything_is_written(site, source, backup, tmp_path):  # noqa: F811
    place = site.empty()
    for where in (HEADER.size + 5, -1):  # every other byte: tests/test_backup_sealed.py
        damaged = alter(backup, tmp_path / "damaged.backup", where)
        assert "壊れているか、途中で切れています" in place.refused("restore", str(damaged), "--yes")
        assert place.is_empty()
    assert "ありません" in place.refused("restore", str(tmp_path / "nothing.backup"), "--yes")
    assert "復元できません" in source.refused("verify_backup", str(tmp_path / "damaged.backup"))


def test_a_backup_of_a_newer_version_is_refused(site):  # noqa: F811
    new = site.copy()
    new.ask("INSERT INTO django_migrations (app, name, applied) VALUES ('jobs', '0099_from_later', CURRENT_TIMESTAMP)")
    backup, place = new.backup(), site.empty()
    assert "より新しい版" in place.refused("restore", str(backup), "--yes")
    assert place.is_empty()


def test_nothing_of_the_city_can_be_read_in_the_file(source, backup):
    content = backup.read_bytes()
    assert CONTENT[:60] not in content
    assert b"SQLite format" not in content
    assert b"PGDMP" not in content
    assert source.env["SECRET_KEY"].encode() not in content
    assert backup.stat().st_mode & 0o077 == 0


# -- the keys ----------------------------------------------------------------------------------------------------------------


def test_a_restored_chain_verifies_with_the_keys_joined_from_two_sheets(site, source, backup, tmp_path):  # noqa: F811
    said = source.manage("escrow_keys", "--to", str(tmp_path))
    sheets = []
    for half in "AB":
        (paper,) = tmp_path.glob(f"*-{half}.pdf")
        assert paper.stat().st_mode & 0o077 == 0
        text = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True).stdout
        sheets.append(tmp_path / f"{half}.txt")
        sheets[-1].write_text("\n".join(line for line in text.splitlines() if re.match(r"\s*(SHEET|[TBS]\d+\.)", line)))
        for key in ("1c" * 16, "2d" * 16, "0a" * 16):
            assert key not in text.replace(" ", "")
    lines = source.manage("join_keys", *map(str, sheets)).splitlines()
    joined = dict(line.split("=", 1) for line in lines)
    assert joined == {name: source.env[name] for name in ("TRAIL_KEYS", "BACKUP_KEY", "SECRET_KEY")}

    place = site.empty()
    place = place.with_settings(**joined)
    place.manage("restore", str(backup), "--yes")
    assert "書換えや欠落はありません" in place.manage("verify_trail")
    entry = source.ask("SELECT verb, changes FROM trail_entry ORDER BY number DESC LIMIT 1")[0]
    assert entry[0] == "backup.keys.escrowed"
    assert not any(key in str(entry[1]) for key in ("1c" * 8, "2d" * 8, "0a" * 8, source.env["SECRET_KEY"]))
    assert re.search(r"\d{8}-[0-9A-F]{4}", said)

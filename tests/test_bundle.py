"""The bundle for a machine without network: what is in it, and that the same release gives the same bytes."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from deploy.bundle import CannotBundle, archive, debian, images, source

from .bundles import CACHE, NOBODY, ROOT, altered, build, checkout, install, short_folder, stubs, unpack
from .test_containers import pinned

pytestmark = pytest.mark.bundle
FONT = "fonts-morisawa-bizud-mincho"  # a package that needs no other


@pytest.fixture(scope="module")
def folder():
    with short_folder() as place:
        yield place


@pytest.fixture(scope="module")
def root(folder):
    (folder / "checkout").mkdir()
    return checkout(folder / "checkout")


@pytest.fixture(scope="module")
def packed(folder, root):
    (root / ".env").write_text("SECRET_KEY=never-leaves")
    (root / "var").mkdir()
    (root / "var" / "portal.env").write_text("SECRET_KEY=never-leaves")
    return build(root, folder / "first")


@pytest.fixture(scope="module")
def bundle(folder, packed):
    return unpack(packed, folder / "unpacked")


def test_the_command_gives_the_same_bytes_and_says_what_to_note_on_paper(folder, root, packed):
    (root / "var" / "cache").symlink_to(CACHE)
    command = [sys.executable, "-m", "deploy.bundle", "--to", folder / "second", "--without-debs", "--without-images"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    again = folder / "second" / packed.name
    assert archive.digest(again) == archive.digest(packed)
    assert f"SHA-256: {archive.digest(packed)}" in done.stdout
    assert "紙に控え" in done.stdout
    assert sorted(path.name for path in again.parent.iterdir()) == [packed.name, f"{packed.name}.sha256"]


def test_the_command_of_the_handbook_makes_it():
    shown = subprocess.run(["make", "--dry-run", "bundle", "BUNDLE=--without-debs"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown.stdout.splitlines()[-1] == "./.venv/bin/python -m deploy.bundle --without-debs"


def test_the_sum_beside_it_finds_a_bundle_that_was_damaged_on_its_way(packed, tmp_path):
    shutil.copy(f"{packed}.sha256", tmp_path)
    shutil.copy(packed, tmp_path)
    check = ["sha256sum", "--check", f"{packed.name}.sha256"]
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    with (tmp_path / packed.name).open("r+b") as file:
        file.seek(1000)
        file.write(b"x")
    assert subprocess.run(check, cwd=tmp_path, capture_output=True, check=False).returncode == 1


def test_a_release_is_named_by_its_day_and_commit(packed):
    assert packed.name.startswith("portal-20260401-")
    with tarfile.open(packed) as tar:
        assert {(entry.mtime, entry.uid) for entry in tar} == {(1775001600, 0)}


def test_the_bundle_holds_each_pinned_package_and_says_for_which_machine(bundle):
    manifest = json.loads((bundle / "manifest.json").read_text())
    wanted = pinned("requirements.txt") | pinned("requirements-uv.txt")
    assert {wheel["name"]: wheel["version"] for wheel in manifest["wheels"]} == wanted
    for wheel in manifest["wheels"]:
        assert archive.digest(bundle / "wheels" / wheel["file"]) == wheel["sha256"]
    assert manifest["python"] == "3.11"
    assert manifest["machine"] == os.uname().machine
    assert {"python3", "libpango-1.0-0", "redis-server", "postgresql", "nginx"} <= set(manifest["debian_wanted"])
    assert "庁内のミラー" in manifest["debian_note"]
    assert manifest["images"] == []
    assert manifest["images_note"]


def test_the_bundle_holds_the_static_files_under_their_final_names(bundle):
    names = json.loads((bundle / "release" / "collected" / "staticfiles.json").read_text())["paths"]
    assert (bundle / "release" / "collected" / names["css/base.css"]).is_file()
    assert list(names) == sorted(names)


def test_every_file_stands_in_the_sums(bundle):
    lines = (bundle / archive.SUMS).read_text().splitlines()
    files = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*") if path.is_file()}
    assert {line[66:] for line in lines} == files - {archive.SUMS}


def test_no_setting_of_this_machine_leaves_it(bundle):
    names = {path.name for path in (bundle / "release").iterdir()}
    assert "manage.py" in names
    assert not names & {".env", "var", ".venv", ".git"}


def test_without_git_a_clean_copy_is_taken_and_named_by_what_is_in_it(tmp_path, root):
    copy = tmp_path / "copy"
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns(".git"))
    (copy / ".venv").mkdir()
    taken = source.take(copy, tmp_path / "release")
    assert not {path.name for path in (tmp_path / "release").iterdir()} & {".env", "var", ".venv"}
    assert source.take(copy, tmp_path / "again") == taken
    (copy / "manage.py").write_text("changed")
    assert source.take(copy, tmp_path / "changed").version != taken.version


def test_changes_that_are_not_committed_are_told_and_stay_out(tmp_path, root):
    copy = tmp_path / "copy"
    shutil.copytree(root, copy)
    (copy / "manage.py").write_text("changed")
    assert source.take(copy, tmp_path / "release").is_dirty
    assert (tmp_path / "release" / "manage.py").read_bytes() == (root / "manage.py").read_bytes()


def test_a_git_that_fails_is_no_reason_to_take_whatever_lies_there(tmp_path):
    (tmp_path / "copy" / ".git").mkdir(parents=True)
    with pytest.raises(CannotBundle, match="git からこの版を取り出せません"):
        source.take(tmp_path / "copy", tmp_path / "release")


# -- Debian packages -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_debs(folder, bundle):
    whole = altered(bundle, folder / "with-debs", is_summed=False)
    try:
        rows = debian.fetch([FONT], whole / "packages", CACHE / "apt")
    except CannotBundle as error:
        pytest.skip(str(error))
    (whole / archive.SUMS).unlink()  # it is one file with that of the other bundle
    archive.write_sums(whole)
    return whole, rows


def test_debian_packages_come_with_their_versions_and_checksums(with_debs):
    whole, rows = with_debs
    assert [row["name"] for row in rows] == [FONT]
    assert archive.digest(whole / "packages" / rows[0]["file"]) == rows[0]["sha256"]


def test_the_machine_installs_them_from_the_bundle_alone(with_debs, tmp_path):
    """The real apt with an empty state, which only says what it would do, reads the bundle and nothing else."""
    (tmp_path / "status").touch()
    say_only = f'exec /usr/bin/apt-get --simulate -o Dir::State::status={tmp_path}/status "$@" >>{tmp_path}/said'
    path = stubs(
        tmp_path / "stubs",
        id="echo 0",
        dpkg_query=f'[ "$4" != {FONT} ] || [ -e {tmp_path}/done ] || exit 1; echo installed',
        apt_get=f'case "$*" in *" install "*) touch {tmp_path}/done; {say_only} ;; *) exec /usr/bin/apt-get "$@" ;; esac',
    )
    done = install(with_debs[0], "--to", tmp_path / "srv", "--trial", PATH=path, PYTHON="/nonexistent")
    assert f"Debian のパッケージを入れています: python3 {FONT}" not in done.stdout
    assert f"Debian のパッケージを入れています: {FONT}" in done.stdout, done.stderr
    assert f"Inst {FONT} " in (tmp_path / "said").read_text()
    assert "Python 3.11 が要ります" in done.stderr


def test_a_file_that_is_not_the_one_of_the_list_is_refused(with_debs, tmp_path):
    whole, rows = with_debs
    shutil.copytree(CACHE / "apt", tmp_path / "apt")
    kept = next((tmp_path / "apt" / "archives").glob(f"{FONT}_*"))
    stanza = (whole / "packages" / "Packages").read_text()
    kept.write_bytes(kept.read_bytes()[:-1] + b"x")
    with pytest.raises(CannotBundle, match=f"{FONT} のファイルが、一覧のものと違います"):
        debian._moved(stanza, tmp_path / "apt" / "archives", tmp_path)


def test_packages_that_are_missing_are_named_where_the_bundle_has_none(bundle, tmp_path):
    path = stubs(tmp_path / "stubs", id="echo 0", dpkg_query="exit 1")
    done = install(bundle, "--to", tmp_path / "srv", "--trial", PATH=path)
    assert done.returncode == 1
    assert "libpango-1.0-0" in done.stderr
    assert "この束には入っていない" in done.stderr


def test_without_root_the_missing_packages_are_named(bundle, tmp_path):
    path = stubs(tmp_path / "stubs", id="echo 1000", dpkg_query="exit 1")
    done = install(bundle, "--to", tmp_path / "srv", "--trial", PATH=path)
    assert done.returncode == 1
    assert "redis-server" in done.stderr
    assert "管理者の権限" in done.stderr
    assert not list((tmp_path / "srv").glob("releases/[!.]*"))


# -- container images ----------------------------------------------------------------------------------------------------


def test_images_are_saved_where_an_engine_answers(tmp_path, monkeypatch):
    said = tmp_path / "said"
    save = f'echo "$*" >>{said}; [ "$1" != save ] || echo image >"$3"'
    monkeypatch.setenv("PATH", stubs(tmp_path / "stubs", docker="exit 1", podman=save))
    assert images.engine() == "podman"
    rows = images.save("podman", ROOT, tmp_path / "images")
    assert {"musashimurayama-isms", "postgres:15", "redis:7"} <= {row["name"] for row in rows}
    assert all((tmp_path / "images" / row["file"]).read_text() == "image\n" for row in rows)
    assert "pull musashimurayama-isms" not in said.read_text()
    assert "pull postgres:15" in said.read_text()


def test_without_an_engine_there_are_no_images(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", stubs(tmp_path / "stubs", docker="exit 1", podman="exit 1"))
    assert images.engine() is None


# -- what is refused before anything is written --------------------------------------------------------------------------


@pytest.mark.parametrize("pattern", ["wheels/django-5*.whl", "release/manage.py", "release/collected/css/base.*.css", "manifest.json"])
def test_one_changed_byte_is_found_and_the_file_named(bundle, tmp_path, folder, pattern):
    changed = altered(bundle, folder / f"changed-{hashlib.md5(pattern.encode()).hexdigest()}", is_summed=False)  # noqa: S324  a name
    path = next(changed.glob(pattern))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    path.write_bytes(data)
    done = install(changed, "--to", tmp_path / "srv", "--trial")
    assert done.returncode == 1
    assert str(path.relative_to(changed)) in done.stderr
    assert not (tmp_path / "srv").exists()


@pytest.mark.parametrize(("name", "sentence"), [("release/manage.py", "違うか、ありません: release/manage.py"), ("SHA256SUMS", "照合表")])
def test_a_missing_file_is_named(bundle, tmp_path, folder, name, sentence):
    changed = altered(bundle, folder / f"without-{Path(name).name}", without=name, is_summed=False)
    done = install(changed, "--to", tmp_path / "srv", "--trial")
    assert done.returncode == 1
    assert sentence in done.stderr


def test_a_file_that_was_added_is_named(bundle, tmp_path, folder):
    changed = altered(bundle, folder / "added", is_summed=False)
    (changed / "release" / "sitecustomize.py").write_text("print('in')")
    done = install(changed, "--to", tmp_path / "srv", "--trial")
    assert "照合表にないファイルがあります: release/sitecustomize.py" in done.stderr


def test_another_python_is_refused_by_its_name(bundle, tmp_path):
    path = stubs(tmp_path / "stubs", newer='[ "$1" = --version ] && echo Python 3.13.1; exit 1')
    done = install(bundle, "--to", tmp_path / "srv", "--trial", PATH=path, PYTHON="newer")
    assert done.returncode == 1
    assert "Python 3.11 が要ります（この機械: Python 3.13.1）" in done.stderr
    assert not (tmp_path / "srv" / "current").exists()


def test_another_processor_is_refused(bundle, tmp_path):
    done = install(bundle, "--to", tmp_path / "srv", PATH=stubs(tmp_path / "stubs", uname="echo aarch64"))
    assert "機械用です（この機械: aarch64）" in done.stderr


def test_a_folder_that_cannot_be_written_is_named(bundle, folder):
    place = folder / "closed"
    place.mkdir(exist_ok=True)
    place.chmod(0o555)
    done = install(bundle, "--to", place / "srv", "--trial", before=NOBODY)
    assert done.returncode == 1
    assert f"{place} に書き込めません" in done.stderr


@pytest.mark.parametrize("options", [["--for-ever"], ["--to"], ["--to", "/srv/日本"]])
def test_what_it_does_not_understand_it_says(bundle, options):
    done = install(bundle, *options)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("中止しました")


def test_the_handbook_uses_only_options_that_there_are(bundle):
    chapter = (ROOT / "docs" / "administration" / "closed_network.md").read_text()
    words = set(re.findall(r"--[a-z-]+", " ".join(line for line in chapter.splitlines() if line.startswith("./install.sh"))))
    said = install(bundle, "--help").stdout
    assert words
    assert all(f"  {word} " in said for word in words)

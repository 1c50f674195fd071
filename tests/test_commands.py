"""The two commands of the README: what they keep and what they refuse, in one sentence."""

import os
import shutil
import socket
import stat
import subprocess
import tempfile
from pathlib import Path

import pytest

from deploy import portal_env, run

ROOT = Path(__file__).resolve().parent.parent


# -- secrets -----------------------------------------------------------------------------------------------------------


def test_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path):
    path = tmp_path / "portal.env"
    portal_env.complete(path, tmp_path)
    first = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert portal_env.complete(path, tmp_path) == []
    assert path.read_text() == first


def test_a_missing_setting_is_added_and_the_others_stay(tmp_path):
    path = tmp_path / "portal.env"
    path.write_text("SECRET_KEY=mine\nexport CITY_NAME=見本市")
    added = portal_env.complete(path, tmp_path)
    assert path.read_text().startswith("SECRET_KEY=mine\nexport CITY_NAME=見本市\n")
    assert "SECRET_KEY" not in added
    assert set(added) == set(portal_env.defaults(tmp_path)) - {"SECRET_KEY"}


def test_an_open_file_of_secrets_is_closed(tmp_path):
    path = tmp_path / "portal.env"
    path.touch(mode=0o644)
    portal_env.complete(path, tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_settings_that_came_from_another_folder_are_refused(tmp_path):
    path = tmp_path / "portal.env"
    portal_env.complete(path, Path("/srv/old"))
    with pytest.raises(ValueError, match="別のフォルダ"):
        portal_env.complete(path, tmp_path)


def test_two_installations_share_no_secret(tmp_path):
    one, two = portal_env.defaults(tmp_path), portal_env.defaults(tmp_path)
    assert all(one[name] != two[name] for name in ("SECRET_KEY", "TRAIL_KEYS", "SAMPLE_PASSWORD"))


@pytest.mark.parametrize("folder", ["/srv/" + "long/" * 30 + "p", "/srv/市役所/p", "/srv/my portal/p"])
def test_the_socket_of_redis_has_a_short_plain_path(folder):
    path = portal_env.socket_path(Path(folder))
    assert len(os.fsencode(path)) <= portal_env.LONGEST_SOCKET
    assert path != portal_env.socket_path(Path(folder + "2"))
    assert path.as_posix().isascii()
    assert " " not in str(path)


# -- what stops a start, in one sentence ---------------------------------------------------------------------------------


def test_a_taken_port_is_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = str(taken.getsockname()[1])
        with pytest.raises(SystemExit, match=f"ポート {number} はほかのプログラムが使っています"):
            run.free_port(number)


@pytest.mark.parametrize("port", ["", "0", "65536", "http", "８０００", "-1"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(SystemExit, match="PORT は 1 から 65535"):
        run.free_port(port)


def test_a_second_start_in_the_same_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "VAR", tmp_path)
    with run.hold_lock(), pytest.raises(SystemExit, match="すでに動いています"):
        run.hold_lock()
    run.hold_lock().close()


def test_the_trial_command_refuses_a_production_mode(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "VAR", tmp_path)
    monkeypatch.setenv("PORTAL_MODE", "production")
    with pytest.raises(SystemExit, match="試用のため"):
        run.environment()


def setup_in(folder: Path, **stubs: str) -> subprocess.CompletedProcess[str]:
    """Runs deploy/setup.sh in a copy of what it reads, with shell scripts in place of the programs named by `stubs`."""
    programs = folder / "stubs"
    programs.mkdir()
    for name, body in stubs.items():
        program = programs / name.replace("_", "-")
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(0o755)
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    env = {**os.environ, "PATH": f"{programs}:/usr/bin:/bin"}
    return subprocess.run([folder / "deploy" / "setup.sh"], env=env, capture_output=True, text=True, check=False)


def test_a_missing_package_without_root_names_the_command(tmp_path):
    done = setup_in(tmp_path, dpkg_query="exit 1", id="echo 1000")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "apt-get install -y --no-install-recommends" in done.stderr
    assert "libpango-1.0-0" in done.stderr
    assert "redis-server" in done.stderr


def test_nobody_else_looks_into_the_folder_of_the_data(tmp_path):
    setup_in(tmp_path, dpkg_query="exit 1", id="echo 1000")
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


def test_a_failing_package_manager_shows_the_end_of_its_log(tmp_path):
    done = setup_in(tmp_path, dpkg_query="exit 1", id="echo 0", apt_get="echo no route to the archive; exit 100")
    assert done.returncode == 1
    assert "no route to the archive" in done.stderr


def test_a_missing_python_asks_for_debians(tmp_path):
    absent = dict.fromkeys(("python3.11", "python3", "python3.12", "python3.13"), "exit 127")
    done = setup_in(tmp_path, dpkg_query="echo installed", id="echo 1000", **absent)
    assert "python3 python3-venv" in done.stderr


@pytest.mark.parametrize("place", [".", "var"])
def test_an_unwritable_folder_is_named(place):
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if os.getuid() == 0 else []  # root may write anywhere
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "deploy", folder / "deploy")
        (folder / "var").mkdir()
        (folder / "var").chmod(0o777)
        folder.chmod(0o777)
        (folder / place).chmod(0o555)
        done = subprocess.run([*nobody, folder / "deploy" / "setup.sh"], capture_output=True, text=True, check=False)
        folder.chmod(0o755)
    assert done.returncode == 1
    assert f"{(folder / place).resolve()} に書き込めません" in done.stderr

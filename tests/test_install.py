"""install.sh on a machine whose network has no way out: the portal comes up, and nothing that a person has is ever lost."""

import errno
import fcntl
import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

from deploy import settings_file
from deploy.bundle import archive

from .bundles import NOBODY, PATH, PYTHON, altered, build, checkout, closed_network, install, rewrite, running, short_folder, stubs, unpack
from .faults.machines import wait_for
from .handbook import commands_of
from .served import next_release, serving

pytestmark = pytest.mark.bundle
UNIT = "musashimurayama-isms"
WAY_OUT = """
import socket
print(open("/proc/net/route").read().count("\\n") - 1)
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
    print(probe.connect_ex(("192.0.2.1", 9)))
"""
GET = """
import sys, urllib.request
with urllib.request.urlopen("http://localhost:8000" + sys.argv[1]) as answer:
    print(answer.status, answer.headers["Content-Type"])
    print(answer.read().decode())
"""
IS_FOR_ALL = subprocess.run([*NOBODY, PYTHON, "-c", ""], capture_output=True, check=False).returncode == 0
AS_SERVICE = ["--user", "nobody" if IS_FOR_ALL else "root"] if NOBODY else []


@pytest.fixture(scope="module")
def folder():
    with short_folder() as place:
        yield place


@pytest.fixture(scope="module")
def network():
    with closed_network() as made:
        yield made


@pytest.fixture(scope="module")
def bundle(folder):
    (folder / "checkout").mkdir()
    return unpack(build(checkout(folder / "checkout"), folder / "packed"), folder / "unpacked")


@pytest.fixture(scope="module")
def newer(folder, bundle):
    """The next release, with another column and another page."""
    made = altered(bundle, folder / "newer", version="newer", is_summed=False)
    next_release(made)
    (made / archive.SUMS).unlink()
    archive.write_sums(made)
    return made


@pytest.fixture(scope="module")
def trial(folder, bundle, network):
    """A trial installation without network."""
    done = install(bundle, "--to", folder / "trial", "--trial", before=network.before)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "trial"


@pytest.fixture(scope="module")
def production(folder, bundle, network):
    """An installation for production, in a folder of its own instead of /srv and /etc."""
    options = ["--to", folder / "srv", "--settings", folder / "etc" / "portal.env", "--without-servers", *AS_SERVICE]
    done = install(bundle, *options, before=network.before)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "srv", options, done.stdout


def remains(home: Path) -> dict[str, tuple[int, int, int]]:
    """What a person would lose: data and settings, each with its file, size and time."""
    files = [*home.glob("var/**/*"), *home.glob("../etc/*")]
    return {str(path): (facts.st_ino, facts.st_size, facts.st_mtime_ns) for path in files for facts in [path.lstat()]}


def test_the_network_has_no_way_out(network):
    assert network.python(WAY_OUT).split() == ["0", str(errno.ENETUNREACH)]


def test_the_portal_runs_without_a_network(trial, network):
    with running(network, trial):
        assert network.python(GET, "/healthz/").startswith("200 ")
        page = network.python(GET, "/")  # which leads to the log-in page
        styles = re.findall(r'href="(/static/[^"]+\.css)"', page)
        assert "ログイン" in page
        assert styles
        for address in styles:
            assert network.python(GET, address).startswith("200 text/css")
    assert (trial / "var" / "portal.sqlite3").exists()
    assert not (trial / "current" / "var" / "static").exists()


def test_a_second_run_changes_nothing_and_clears_what_a_killed_one_has_left(trial, bundle):
    before, release = remains(trial), (trial / "current").resolve()
    node = release.stat().st_ino
    for half in (".new", ".making"):
        (trial / "releases" / half / "release").mkdir(parents=True)
    done = install(bundle, "--to", trial, "--trial")
    assert done.returncode == 0, done.stderr
    assert "もう入っています" in done.stdout
    assert (remains(trial), (trial / "current").resolve().stat().st_ino) == (before, node)
    assert sorted(path.name for path in (trial / "releases").iterdir()) == [".lock", release.name]


def test_a_damaged_release_is_mended(trial, bundle):
    before, release = remains(trial), (trial / "current").resolve()
    (release / "manage.py").write_text("broken")
    next(release.glob(".venv/lib/*/site-packages/django/__init__.py")).unlink()
    done = install(bundle, "--to", trial, "--trial")
    assert done.returncode == 0, done.stderr
    assert (
        subprocess.run([".venv/bin/python", "manage.py", "check"], cwd=trial / "current", env={"PATH": PATH}, check=False).returncode == 0
    )
    assert remains(trial) == before
    assert sorted(path.name for path in (trial / "releases").iterdir()) == [".lock", release.name]


def test_a_broken_run_leaves_the_old_release_in_use(trial, bundle, folder):
    before, used = remains(trial), os.readlink(trial / "current")
    incomplete = altered(bundle, folder / "incomplete", version="incomplete", without="wheels/weasyprint-*.whl")
    done = install(incomplete, "--to", trial, "--trial")
    assert done.returncode == 1
    assert "Python のパッケージを入れられませんでした" in done.stderr
    assert "前のままです" in done.stderr
    assert os.readlink(trial / "current") == used
    assert sorted(path.name for path in (trial / "releases").iterdir()) == [".lock", used.removeprefix("releases/")]
    assert remains(trial) == before


def test_a_wrong_setting_is_named_and_left_as_it_is(trial, bundle):
    settings = trial / "var" / "portal.env"
    right = settings.read_bytes()
    rewrite(settings, lambda text: re.sub(rb"SECRET_KEY=.*", b"SECRET_KEY=short", text))
    wrong = settings.read_bytes()
    done = install(bundle, "--to", trial, "--trial")
    assert done.returncode == 1
    assert "SECRET_KEY" in done.stderr
    assert settings.read_bytes() == wrong
    rewrite(settings, lambda _: right)


def test_two_runs_at_once_are_one_too_many(trial, bundle):
    with (trial / "releases" / ".lock").open("wb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = install(bundle, "--to", trial, "--trial")
    assert done.returncode == 1
    assert "もう一つ動いています" in done.stderr


def test_production_gets_settings_with_keys_of_its_own(production):
    home, options, said = production
    settings = options[3]
    words = dict(re.findall(r"^(\w+)=(.*)$", settings.read_text(), re.MULTILINE))
    assert words["PORTAL_MODE"] == "production"
    assert len(words["SECRET_KEY"]) > 50
    assert re.fullmatch("k1:[0-9a-f]{64}", words["TRAIL_KEYS"])
    assert stat.S_IMODE(settings.stat().st_mode) == 0o600
    assert (home / "current" / "var").resolve() == home / "var"
    assert stat.S_IMODE((home / "var").stat().st_mode) == 0o700
    if NOBODY and IS_FOR_ALL:
        assert (home / "var").owner() == settings.owner() == "nobody"
        assert (home / "current" / "manage.py").owner() == "root"  # the service cannot change its own code
    assert "systemctl enable --now musashimurayama-isms" in said


def test_an_upgrade_over_a_portal_in_use_keeps_its_data_and_there_is_a_way_back(production, bundle, newer, folder):
    """install.sh and upgrade.sh together, as a person calls them one after the other, and the lines of the handbook back."""
    home, options, _ = production
    first = bundle.name.removeprefix("portal-")
    turn(home, first)
    (folder / "served").mkdir(mode=0o777)
    (folder / "served").chmod(0o777)
    user = AS_SERVICE[1] if AS_SERVICE else Path.home().owner()
    with serving(home, options[3], user, folder / "served") as served:
        served.set_up()
        (home / "var" / "media" / "kept").write_bytes(b"kept")
        subprocess.run([served.systemctl, "restart", f"{UNIT}-web.service"], check=True)
        wait_for(lambda: served.run(".venv/bin/python", "-m", "deploy.healthz").returncode == 0, folder / "served" / "web.log")
        assert "次の版" not in served.page("/login/")
        served.manage("backup", "--to", str(folder / "served"))
        (backup,) = (folder / "served").glob("portal-*.backup")
        (head,) = served.ask("SELECT number || ':' || digest FROM trail_head")[0]
        before, settings = served.counts(), options[3].read_bytes()

        done = install(newer, *options)
        assert "releases/newer/deploy/upgrade.sh newer --backup" in done.stdout, done.stderr
        done = served.upgrade("newer", backup)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "更新が終わりました。動いている版: newer" in done.stdout
        restarts = [f"restart {UNIT}-{name}.service releases/newer" for name in ("web", "worker", "beat")]
        assert served.told == [f"restart {UNIT}-web.service releases/{first}", *restarts]
        assert "次の版" in served.page("/login/")
        after = served.counts()
        assert {name: after[name] - before[name] for name in before if after[name] != before[name]} == {"django_migrations": 1}
        assert "書換えや欠落はありません" in served.manage("verify_trail", "--head", head)
        assert options[3].read_bytes() == settings
        assert (home / "var" / "media" / "kept").read_bytes() == b"kept"
        assert "もう入っています" in install(newer, *options).stdout  # the upgrade has written nothing into the release

        for line in commands_of("upgrade")[1:5]:
            line = line.replace("/srv/portal", str(home)).replace("1.0.0", first)
            env = {"PATH": f"{served.systemctl.parent}:{PATH}"}
            subprocess.run(["bash", "-ec", line], env=env, check=True)
        assert served.told[-3:] == [f"restart {UNIT}-{name}.service releases/{first}" for name in ("web", "worker", "beat")]
        wait_for(lambda: served.run(".venv/bin/python", "-m", "deploy.healthz").returncode == 0, folder / "served" / "web.log")
        assert "次の版" not in served.page("/login/")
        served.ask("DELETE FROM jobs_heartbeat")
        signs = "from django.utils import timezone; from musashimurayama_isms.jobs import health"
        served.manage("shell", "--no-imports", "-c", f"{signs}; health.note('worker', at=timezone.now())")
        assert served.ask("SELECT name, host FROM jobs_heartbeat") == [("worker", "")]


def turn(home: Path, version: str) -> None:
    """Have a release in service."""
    (home / "current").unlink()
    (home / "current").symlink_to(f"releases/{version}")


def test_an_update_stands_ready_and_is_switched_to_when_told(production, bundle, newer, network):
    home, options, _ = production
    turn(home, bundle.name.removeprefix("portal-"))
    before, used = remains(home), os.readlink(home / "current")
    done = install(newer, *options, before=network.before)
    assert done.returncode == 0, done.stderr
    assert "upgrade.sh newer --backup" in done.stdout
    assert os.readlink(home / "current") == used
    assert (home / "releases" / "newer" / "manage.py").exists()
    assert install(newer, *options, "--switch").returncode == 0
    assert os.readlink(home / "current") == "releases/newer"
    assert (home / used / "manage.py").exists()
    assert remains(home) == before


@pytest.mark.parametrize("mode", ["trial", "production"])
def test_settings_are_written_once_and_never_again(tmp_path, mode):
    path = tmp_path / "portal.env"
    assert settings_file.write(mode, path, tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("edited")
    assert not settings_file.write(mode, path, tmp_path)
    assert path.read_text() == "edited"
    assert [file.name for file in tmp_path.iterdir()] == ["portal.env"]


def test_settings_that_came_up_meanwhile_are_not_replaced(tmp_path, monkeypatch):
    path = tmp_path / "portal.env"
    monkeypatch.setattr(settings_file, "production", lambda home: path.write_text("by hand") and "ours")
    with pytest.raises(FileExistsError):
        settings_file.write("production", path, tmp_path)
    assert path.read_text() == "by hand"
    assert [file.name for file in tmp_path.iterdir()] == ["portal.env"]


# -- disks ---------------------------------------------------------------------------------------------------------------

ON_A_SMALL_DISK = """
mount -t tmpfs -o size=$2m tmpfs "$1"
mkdir -p "$1/releases/old"; ln -s releases/old "$1/current"
"$3" --to "$1" --trial; code=$?
readlink "$1/current"; ls "$1/releases"
exit $code
"""


def on_a_small_disk(folder: Path, megabytes: int, bundle: Path, path: str) -> subprocess.CompletedProcess[str]:
    """Runs install.sh into a disk of so many megabytes, on which an old release is in use; tells what is there afterwards."""
    own = [] if os.getuid() == 0 else ["--map-root-user"]
    command = ["unshare", "--mount", *own, "bash", "-c", ON_A_SMALL_DISK, "bash", folder, str(megabytes), bundle / "install.sh"]
    done = subprocess.run(command, env={"PATH": path, "PYTHON": PYTHON}, capture_output=True, text=True, check=False)
    if "mount:" in done.stderr:
        pytest.skip(f"no disk can be mounted here: {done.stderr}")
    return done


def test_a_disk_that_is_too_small_is_told_before_anything_is_written(bundle, tmp_path):
    done = on_a_small_disk(tmp_path, 60, bundle, os.environ["PATH"])
    assert done.returncode == 1
    assert re.search(r"空き容量が足りません（必要: \d+ MB、空き: \d+ MB）", done.stderr)
    assert done.stdout.splitlines()[-2:] == ["releases/old", "old"]


def test_a_disk_that_fills_up_leaves_the_old_release_in_use(bundle, tmp_path):
    (tmp_path / "disk").mkdir()
    path = stubs(tmp_path / "stubs", df="echo Avail; echo 999999999")  # nobody has seen it coming
    done = on_a_small_disk(tmp_path / "disk", 120, bundle, path)
    assert done.returncode != 0
    assert "No space left on device" in done.stderr
    assert "前のままです" in done.stderr
    assert done.stdout.splitlines()[-2:] == ["releases/old", "old"]

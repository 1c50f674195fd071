"""An upgrade while people work: no request fails, the old release lives with the new tables, the script goes its way in order."""

import http.client
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db.migrations.state import ProjectState

from deploy.healthz import healthy
from deploy.migrations import complaints
from tests.services import _short_folder

from .machines import ROOT, Machine, Portal, wait_for
from .next_release import __name__ as next_release

pytestmark = pytest.mark.postgresql
UNIT = "musashimurayama-isms"
# As systemd does it: the socket is descriptor 3 of the process whose number stands in LISTEN_PID.
HAND_OVER = 'exec 3<&{socket}; export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@"'


class SocketOwner(Machine):
    """A web server that is handed its socket, which stays open while one server ends and the next one starts."""

    def __init__(self, portal: Portal) -> None:
        self.socket = socket.create_server(("127.0.0.1", portal.port), backlog=2048)
        os.set_inheritable(self.socket.fileno(), True)
        command = shlex.split((ROOT / "deploy" / "Procfile").read_text().splitlines()[0].removeprefix("web:"))
        wrapped = ["bash", "-c", HAND_OVER.format(socket=self.socket.fileno()), "bash", *command]
        super().__init__(wrapped, portal.env, portal.folder / "web.log", lambda: healthy(portal.port, portal.env))

    def _launch(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=[self.socket.fileno()],
            )

    def restart(self) -> None:
        """`systemctl restart`: TERM, the end of what is under way, a new server."""
        self.process.terminate()
        self.process.wait(60)
        self.start()

    def reload(self) -> None:
        """`systemctl reload`, until workers of its own have taken over."""
        before = self.log.read_text().count("Booting worker")
        os.kill(self.process.pid, signal.SIGHUP)
        wait_for(lambda: self.log.read_text().count("Booting worker") >= before + 2, self.log)
        time.sleep(2)


class Crowd(threading.Thread):
    """Somebody who opens the page of log-in and sends its form, again and again, each time by a connection of their own."""

    def __init__(self, portal: Portal) -> None:
        super().__init__(daemon=True)
        self.portal, self.is_over = portal, threading.Event()
        self.answers: list[object] = []

    def run(self) -> None:
        while not self.is_over.is_set():
            self.answers += [self._ask("GET", 200), self._ask("POST", 403)]

    def _ask(self, method: str, wanted: int) -> object:
        connection = http.client.HTTPConnection("127.0.0.1", self.portal.port, timeout=60)
        try:
            body = urlencode({"login": "x", "password": "y"}) if method == "POST" else None
            headers = {"Host": "localhost", "Content-Type": "application/x-www-form-urlencoded"}
            connection.request(method, "/login/", body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status if answer.status != wanted else "answered"
        except (OSError, http.client.HTTPException) as error:
            return repr(error)
        finally:
            connection.close()

    def __enter__(self) -> "Crowd":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.is_over.set()
        self.join(90)


class Upgradable(Portal):
    """A portal with the real static files, whose web server is handed its socket."""

    def _environment(self) -> dict[str, str]:
        env = super()._environment()
        return {**env, "DJANGO_SETTINGS_MODULE": "tests.faults.production_settings", "LOG_LEVEL": "WARNING", "WEB_GRACE_SECONDS": "30"}

    def set_up(self) -> None:
        super().set_up()
        self.ask("CREATE EXTENSION pg_trgm; SELECT 1")
        subprocess.run([sys.executable, "-m", "deploy.statics"], cwd=ROOT, env=self.env, check=True, stdout=subprocess.DEVNULL)

    def of_next(self, *arguments: str) -> str:
        """What a command of manage.py of the next release prints."""
        env, self.env = self.env, {**self.env, "DJANGO_SETTINGS_MODULE": "tests.faults.next_settings"}
        try:
            return self.manage(*arguments)
        finally:
            self.env = env


@pytest.fixture(scope="module")
def portal() -> Iterator[Upgradable]:
    with _short_folder() as folder:
        made = Upgradable(folder)
        try:
            made.set_up()
            made.machines[2] = made.web = SocketOwner(made)
            for machine in made.machines:
                machine.start()
            yield made
        finally:
            made.stop()


def signs(portal: Portal) -> list[str]:
    return sorted(name for (name,) in portal.ask("SELECT name FROM jobs_heartbeat"))


def test_no_request_fails_while_tables_change_and_servers_are_replaced_and_the_old_worker_goes_on(portal):
    wait_for(lambda: signs(portal) == ["scheduler", "worker"])
    with Crowd(portal) as one, Crowd(portal) as two:
        portal.of_next("migrate", "jobs", "0001", "--fake", "--verbosity", "0")
        portal.of_next("migrate", "jobs", "--verbosity", "0")
        assert portal.ask("SELECT 1 FROM information_schema.columns WHERE table_name = 'jobs_heartbeat' AND column_name = 'host'")
        portal.ask("DELETE FROM jobs_heartbeat; SELECT 1")  # the old code has to write whole rows anew
        portal.web.reload()
        portal.web.restart()
        asked_before = len(one.answers)
        wait_for(lambda: len(one.answers) > asked_before + 4)
    failed = [answer for answer in one.answers + two.answers if answer != "answered"]
    assert failed == []
    assert len(one.answers) > 20
    wait_for(lambda: signs(portal) == ["scheduler", "worker"])


def test_the_migration_that_the_old_release_lived_with_is_one_that_the_lint_lets_through():
    steps = [__import__(f"{next_release}.{name}", fromlist=["Migration"]).Migration(name, "jobs") for name in ("0001_initial", "0002_host")]
    state = steps[0].mutate_state(ProjectState())
    assert complaints(steps[1], state) == []


# -- the script ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def server(portal, tmp_path) -> "Server":
    for machine in portal.machines:
        machine.start()
    wait_for(lambda: signs(portal) == ["scheduler", "worker"])
    return Server(portal, tmp_path)


class Server:
    """/srv/portal with two releases, and a systemctl that notes what it is told and which release is in service then."""

    def __init__(self, portal: Portal, root: Path) -> None:
        self.portal, self.root = portal, root
        for version in ("1.0.0", "1.1.0"):
            (root / "releases" / version / "var").mkdir(parents=True)
            for path in ROOT.iterdir():
                if path.name not in ("var", ".git"):
                    (root / "releases" / version / path.name).symlink_to(path)
        (root / "current").symlink_to("releases/1.0.0")
        (root / "var").mkdir()
        self.backup = root / "backup.dump"
        self.backup.write_bytes(b"dump")
        self.told = root / "told"
        stub = root / "systemctl"
        stub.write_text(f'#!/bin/sh\necho "$* $(readlink {root}/current)" >> {self.told}\n')
        stub.chmod(0o755)
        settings = root / "portal.env"
        settings.write_text("".join(f"{name}={value}\n" for name, value in portal.env.items() if name not in ("PATH", "LANG")))
        settings.chmod(0o600)
        self.env = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "DJANGO_SETTINGS_MODULE": portal.env["DJANGO_SETTINGS_MODULE"],
            "PORTAL_ROOT": str(root),
            "PORTAL_ENV_FILE": str(settings),
            "PORTAL_USER": "root",
            "PORTAL_PATIENCE": "150",
            "SYSTEMCTL": str(stub),
        }

    def upgrade(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        command = [str(ROOT / "deploy" / "upgrade.sh"), *arguments]
        return subprocess.run(command, env={**self.env, **env}, capture_output=True, text=True, check=False)

    @property
    def orders(self) -> list[str]:
        return self.told.read_text().splitlines() if self.told.exists() else []

    @property
    def current(self) -> str:
        return os.readlink(self.root / "current")


def test_the_script_changes_tables_first_then_web_worker_and_scheduler(server):
    done = server.upgrade("1.1.0", "--backup", str(server.backup))
    assert done.returncode == 0, done.stdout + done.stderr
    assert server.orders == [f"restart {UNIT}-{name}.service releases/1.1.0" for name in ("web", "worker", "beat")]
    assert server.current == "releases/1.1.0"
    assert done.stdout.index("2/6") < done.stdout.index("そのまま") < done.stdout.index("4/6")
    assert "更新が終わりました。動いている版: 1.1.0" in done.stdout
    again = server.upgrade("1.1.0", "--backup", str(server.backup))
    assert (again.returncode, "すでに動いています" in again.stderr) == (1, True)


def test_the_line_of_the_chapter_asks_the_doctor_in_the_name_of_the_portal(server):
    """As it stands there, but for the folder and the user of this machine."""
    chapter = (ROOT / "docs" / "administration" / "production.md").read_text()
    (line,) = [each for each in chapter.splitlines() if each.startswith("cd /srv/portal/current && setpriv")]
    line = line.replace("/etc/musashimurayama-isms", str(server.root)).replace("/srv/portal", str(server.root))
    line = line.replace("uid portal", f"uid {os.getuid()}").replace("gid portal", f"gid {os.getgid()}")
    done = subprocess.run(["bash", "-ec", line], env=server.env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "異常 0件" in done.stdout


def test_the_script_refuses_without_a_way_back_or_a_release(server):
    old = server.root / "old.dump"
    old.write_bytes(b"dump")
    os.utime(old, (time.time() - 2 * 86_400,) * 2)
    empty = server.root / "empty.dump"
    empty.touch()
    for arguments, words in (
        ((), "使い方"),
        (("1.1.0",), "先に控えを取り"),
        (("1.1.0", "--backup", str(old)), "24時間より前"),
        (("1.1.0", "--backup", str(empty)), "ないか、空"),
        (("9.9.9", "--backup", str(server.backup)), "この版が入っていません"),
        (("1.1.0", "--force"), "知らない指定"),
    ):
        done = server.upgrade(*arguments)
        assert done.returncode == 1
        assert words in done.stderr
    assert (server.orders, server.current) == ([], "releases/1.0.0")


def test_where_something_is_wrong_nothing_is_changed(server):
    server.portal.redis.kill()
    try:
        done = server.upgrade("1.1.0", "--backup", str(server.backup))
    finally:
        server.portal.redis.start()
    assert done.returncode == 1
    assert "異常 Redis" in done.stdout
    assert "何も変えていません" in done.stderr
    assert "2/6" not in done.stdout
    assert (server.orders, server.current) == ([], "releases/1.0.0")


def test_a_web_server_that_does_not_come_up_brings_the_old_release_back(server):
    server.portal.web.kill()
    try:
        done = server.upgrade("1.1.0", "--backup", str(server.backup), PORTAL_PATIENCE="2")
    finally:
        server.portal.web.start()
    assert done.returncode == 1
    assert "前の版（1.0.0）に戻しました" in done.stderr
    assert server.orders == [f"restart {UNIT}-web.service releases/{version}" for version in ("1.1.0", "1.0.0")]
    assert server.current == "releases/1.0.0"

"""A whole portal of real processes – web, worker, beat, Redis, PostgreSQL – of which any may be killed and started again."""

import contextlib
import os
import pwd
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg2

from deploy.healthz import healthy
from tests.services import _postgresql_programs, reachable

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120  # seconds; the machine may be busy
PASSWORD = "tests-only-passphrase-2026"


class Machine:
    """One process with its children, which log to a file; it ends with the test run whatever happens to that."""

    def __init__(self, command: list[str], env: dict[str, str], log: Path, ready: Callable[[], bool], death: str = "TERM") -> None:
        self.command = ["setpriv", "--pdeathsig", death, *command]
        self.env, self.log, self.ready = env, log, ready
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start it where it does not run, as often as a service manager would, and wait until it answers.

        PostgreSQL refuses to start while children of the server that was killed still hold its shared memory.
        """
        if self.is_running:
            return

        def up() -> bool:
            if not self.is_running:
                self._launch()
            return self.ready() and self.is_running

        wait_for(up, self.log)

    def _launch(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
            )

    def kill(self) -> None:
        """kill -9 of it and all its children: nobody is told anything."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def wait_for(condition: Callable[[], bool], log: Path | None = None) -> None:
    """Wait until something is so; AssertionError with the end of the log after PATIENCE seconds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, log.read_text(errors="replace")[-3000:] if log else "it never came about"
        time.sleep(0.1)


class Portal:
    """The machines of one installation in one folder, set up as the handbook says, with the sample organisation."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.secret, self.trail_key = secrets.token_urlsafe(64), secrets.token_hex(32)
        self.env = self._environment()
        self.postgresql = self._postgresql()
        redis = ["redis-server", "--port", "0", "--unixsocket", f"{folder}/redis.sock", "--dir", str(folder), "--save", ""]
        self.redis = self._machine("redis", redis, lambda: reachable(self.env["REDIS_URL"]))
        lines = (ROOT / "deploy" / "Procfile").read_text(encoding="utf-8").splitlines()
        commands = {name: ["env", *shlex.split(command)] for name, command in (line.split(":", 1) for line in lines)}
        self.web = self._machine("web", commands["web"], lambda: healthy(self.port, self.env))
        self.worker = self._machine("worker", commands["worker"], lambda: "ready." in self.log("worker"))
        self.beat = self._machine("beat", commands["beat"], lambda: "beat: Starting" in self.log("beat"))
        self.machines = [self.postgresql, self.redis, self.web, self.worker, self.beat]

    def _environment(self) -> dict[str, str]:
        host = quote(str(self.folder / "pg"), safe="")
        return {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "DJANGO_SETTINGS_MODULE": "tests.faults.portal_settings",
            "PORTAL_MODE": "trial",
            "SECRET_KEY": self.secret,
            "TRAIL_KEYS": f"k1:{self.trail_key}",
            "DATABASE_URL": f"postgresql://postgres@{host}:5432/postgres",
            "REDIS_URL": f"unix://{self.folder}/redis.sock",
            "MEDIA_DIR": str(self.folder / "media"),
            "BEAT_FILE": str(self.folder / "beat"),
            "PORT": str(self.port),
            "SAMPLE_PASSWORD": PASSWORD,
            "LOG_LEVEL": "DEBUG",
        }

    def _machine(self, name: str, command: list[str], ready: Callable[[], bool], **kwargs) -> Machine:
        return Machine(command, self.env, self.folder / f"{name}.log", ready, **kwargs)

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _postgresql(self) -> Machine:
        """A cluster that keeps what it has promised, unlike the one of tests/services.py, which need not outlive its server."""
        programs, home = _postgresql_programs(), self.folder / "pg"
        home.mkdir(mode=0o700)
        user: list[str] = []
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(home, owner.pw_uid, owner.pw_gid)
            user = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"]
        initdb = [str(programs / "initdb"), "-D", "data", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run([*user, "env", "-C", str(home), *initdb], check=True, stdout=subprocess.DEVNULL)
        listen = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={home}", "-c", "fsync=off"]  # the disk itself does not fail
        server = [*user, "setpriv", "--pdeathsig", "INT", "env", "-C", str(home), str(programs / "postgres"), "-D", "data", *listen]
        return self._machine("postgresql", server, self.answers, death="INT")

    def answers(self) -> bool:
        """Whether the database takes a question."""
        try:
            psycopg2.connect(self.env["DATABASE_URL"]).close()
        except psycopg2.OperationalError:
            return False
        return True

    def manage(self, *arguments: str, code: int = 0) -> str:
        """What a command of manage.py prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def ask(self, question: str) -> list[tuple]:
        """Rows straight from the database."""
        connection = psycopg2.connect(self.env["DATABASE_URL"])
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(question)
                return cursor.fetchall()
        finally:
            connection.close()

    def set_up(self) -> None:
        self.postgresql.start()
        self.redis.start()
        self.manage("migrate", "--run-syncdb", "--verbosity", "0")
        self.manage("load_reference")
        self.manage("sample_staff", "--password-env", "SAMPLE_PASSWORD")

    def stop(self) -> None:
        for machine in reversed(self.machines):
            machine.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

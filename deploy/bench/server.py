"""A web server with one process, and what it spends."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from .counting import HEADER

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """What came back of one request."""

    body: str
    queries: int


@dataclass(frozen=True)
class Server:
    """One web process at a port, on a database."""

    port: int
    master: int
    database: str

    @property
    def worker(self) -> int:
        """The process that answers."""
        return int(Path(f"/proc/{self.master}/task/{self.master}/children").read_text().split()[0])

    @property
    def megabytes(self) -> float:
        """Its memory now."""
        line = next(line for line in Path(f"/proc/{self.worker}/status").read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def ask(self, path: str, cookie: str = "") -> Answer:
        """One request. RuntimeError for any answer but a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Host": "localhost", **({"Cookie": cookie} if cookie else {})})
            response = connection.getresponse()
            body = response.read().decode()
        if response.status != http.HTTPStatus.OK:
            raise RuntimeError(f"{path} が {response.status} を返しました。")
        return Answer(body, int(response.headers.get(HEADER, 0)))

    def spent(self) -> dict[int, float]:
        """Processor seconds of the process and of its sessions in the database, by process, since each began."""
        return {pid: _seconds(pid) for pid in (self.worker, *_sessions(self.database))}

    def cost(self, path: str, cookie: str = "", *, times: int) -> float:
        """Processor seconds of one request, the mean of several."""
        before = self.spent()
        for _ in range(times):
            self.ask(path, cookie)
        return sum(max(0.0, seconds - before.get(pid, 0.0)) for pid, seconds in self.spent().items()) / times


def _seconds(pid: int) -> float:
    """What all threads of a process have spent, in nanoseconds' resolution; nothing for one that has ended."""
    total = 0
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e9


def _sessions(database: str) -> list[int]:
    """The processes of the database that serve others than this one."""
    with contextlib.closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type IN ('client backend', 'parallel worker')"
            " AND datname = current_database() AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]


@contextlib.contextmanager
def serving(application: str, env: Mapping[str, str]) -> Iterator[Server]:
    """Serve a WSGI application with the portal's own configuration of the web server, one process; ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", "--log-level", "error", application]
    given = {**os.environ, **env, "PORT": str(port), "WEB_WORKERS": "1", "BIND": f"127.0.0.1:{port}"}
    master = subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *command], cwd=ROOT, env=given)
    try:
        _wait(port, master)
        yield Server(port, master.pid, env["DATABASE_URL"])
    finally:
        master.terminate()
        master.wait(30)


def _wait(port: int, master: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if master.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("Webサーバが起動しませんでした。")
        time.sleep(0.1)

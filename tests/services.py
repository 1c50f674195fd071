"""The servers that tests need, thrown away afterwards: Redis on a socket, PostgreSQL as a cluster of its own.

Each is a child that the kernel ends with its parent (setpriv --pdeathsig), so an interrupted run leaves no server behind.
"""

import atexit
import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import redis

START_SECONDS = 30
SHORT = Path("/var/tmp")  # noqa: S108  a socket has 107 bytes for its path; names are random and made by mkdtemp


class ServiceFailed(RuntimeError):
    """A server did not come up; the message holds the end of its log."""


@contextlib.contextmanager
def _short_folder() -> Iterator[Path]:
    """A folder with a path short enough for sockets, which the user `postgres` may pass through.

    Folders of runs that were killed are removed on the way: the name holds the process.
    """
    for old in SHORT.glob("isms-[0-9]*-*"):
        if not Path("/proc", old.name.split("-")[1]).exists():
            shutil.rmtree(old, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"isms-{os.getpid()}-", dir=SHORT))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(ready: Callable[[], bool], server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if server.poll() is not None or time.monotonic() > deadline:
            raise ServiceFailed(f"{server.args!r}\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


@contextlib.contextmanager
def _serving(command: list[str], ready: Callable[[], bool], log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
    try:
        _wait(ready, server, log)
        yield
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def reachable(url: str) -> bool:
    """Whether a Redis answers at `url`."""
    try:
        with contextlib.closing(redis.from_url(url, socket_connect_timeout=2)) as client:
            return bool(client.ping())
    except (redis.RedisError, OSError, ValueError):
        return False


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """An empty Redis that keeps nothing; gives its REDIS_URL."""
    with _short_folder() as folder:
        folder.chmod(0o700)
        url = f"unix://{folder}/redis.sock"
        keep_nothing = ["--dir", str(folder), "--save", "", "--appendonly", "no"]
        command = ["redis-server", "--port", "0", "--unixsocket", f"{folder}/redis.sock", *keep_nothing]
        with _serving(["setpriv", "--pdeathsig", "TERM", "--", *command], lambda: reachable(url), folder / "redis.log"):
            yield url


def _postgresql_programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    if not found:
        raise ServiceFailed("PostgreSQL がありません。make test が入れます（Debian のパッケージ postgresql）。")
    return found[-1].parent


@contextlib.contextmanager
def postgresql_server() -> Iterator[str]:
    """A PostgreSQL cluster in C.UTF-8 without fsync, run by `postgres` if we are root; gives its DATABASE_URL.

    Without autovacuum too: tests roll back, so it would find the tables empty and teach the planner that they stay so;
    a plan for empty tables then walks every row that earlier tests left behind, for minutes.
    """
    programs = _postgresql_programs()
    with _short_folder() as parent:
        folder = parent / "pg"
        folder.mkdir(mode=0o700)
        user = ["setpriv", "--pdeathsig", "INT"]
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            user += ["--reuid", "postgres", "--regid", "postgres", "--init-groups"]
        run = [*user, "--", "env", "-C", str(folder)]
        locale = ["-E", "UTF8", "--locale=C.UTF-8"]  # with C alone, pg_trgm finds nothing in Japanese
        initdb = [*run, str(programs / "initdb"), "-D", "data", "-A", "trust", "-U", "postgres", *locale, "--no-sync"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL)
        listen = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={folder}", "-c", "max_connections=200"]
        speed = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", "autovacuum=off"]
        server = [*run, str(programs / "postgres"), "-D", "data", *listen, *speed]
        answers = [str(programs / "pg_isready"), "-q", "-h", str(folder)]
        with _serving(server, lambda: subprocess.run(answers, check=False).returncode == 0, parent / "postgresql.log"):
            yield f"postgresql://postgres@{quote(str(folder), safe='')}:5432/postgres"


def redis_url() -> str:
    """REDIS_URL if a Redis answers there; else that of a Redis which is started now and ends with this process."""
    url = os.environ.get("REDIS_URL", "")
    if url and reachable(url):
        return url
    stack = contextlib.ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(redis_server())

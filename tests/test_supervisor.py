"""The supervisor of `make run`: one ends, all end, and nothing outlives it."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from deploy import run
from deploy.supervisor import ChildDied, Supervisor

from .services import reachable

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def supervisor(tmp_path):
    children = Supervisor(tmp_path / "log", os.environ)
    yield children
    children.stop()


def alive(pid: int) -> bool:
    """Whether the process runs: a zombie that waits for its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_a_childs_death_names_it_and_shows_its_last_words(supervisor):
    supervisor.start("redis", ["sleep", "60"])
    supervisor.start("web", ["sh", "-c", "echo cannot bind; exit 3"])
    with pytest.raises(ChildDied, match=r"web が止まりました（終了コード 3）") as death:
        supervisor.watch()
    assert "cannot bind" in str(death.value)


def test_a_command_that_is_run_gives_its_answer_without_its_complaints(supervisor):
    assert supervisor.run("prepare", ["sh", "-c", "echo table; echo warning >&2"]) == "table\n"


def test_a_command_that_fails_shows_its_complaint(supervisor):
    with pytest.raises(ChildDied, match="no such table"):
        supervisor.run("prepare", ["sh", "-c", "echo no such table >&2; exit 1"])


def test_stopping_takes_grandchildren_along(supervisor, tmp_path):
    supervisor.start("worker", ["sh", "-c", f"sleep 60 & echo $! > {tmp_path}/pid; trap '' TERM; wait"])
    assert wait_for(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip())
    supervisor.start("web", ["sleep", "60"])
    supervisor.start("beat", ["sleep", "60"])
    grandchild = int((tmp_path / "pid").read_text())
    supervisor.stop()
    assert wait_for(lambda: not alive(grandchild))


def test_children_end_when_the_supervisor_is_killed(tmp_path):
    script = f"""
import os, sys
from pathlib import Path
from deploy.supervisor import Supervisor
children = Supervisor(Path({str(tmp_path)!r}), os.environ)
children.start("web", ["sh", "-c", "echo $$; exec sleep 60"])
children.watch()
"""
    killed = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    log = tmp_path / "web.log"
    assert wait_for(lambda: log.exists() and log.read_text().strip())
    child = int(log.read_text())
    assert alive(child)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert wait_for(lambda: not alive(child))


def test_the_log_of_the_run_before_is_kept_once(supervisor, tmp_path):
    for word in ("first", "second", "third"):
        supervisor.run("prepare", ["sh", "-c", f"echo {word} >&2"])
    assert (tmp_path / "log" / "prepare.log").read_text() == "third\n"
    assert (tmp_path / "log" / "prepare.log.1").read_text() == "second\n"
    assert len(list((tmp_path / "log").iterdir())) == 2


def test_its_own_redis_answers_on_a_socket_and_ends(supervisor, tmp_path, monkeypatch):
    monkeypatch.setattr(run, "VAR", tmp_path)
    with tempfile.TemporaryDirectory() as folder:  # pytest's own path may be too long for a socket
        url = f"unix://{folder}/redis.sock"
        supervisor.start("redis", run.redis_command(url))
        assert wait_for(lambda: reachable(url))
        assert stat.S_IMODE(Path(folder, "redis.sock").stat().st_mode) == 0o600
        supervisor.stop()
        assert not reachable(url)

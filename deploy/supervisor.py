"""Keeps the processes of one installation together: one ends, all end, and none outlives the supervisor.

Each child leads a session of its own, so that Ctrl-C reaches the supervisor alone and the children end in order; the kernel sends
them TERM when the supervisor is gone for whatever reason (setpriv --pdeathsig), which lets gunicorn and Celery end their own children.
"""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

PATIENCE = 8  # seconds a child may take to end what it is doing


class ChildDied(Exception):
    """A child ended by itself; `str()` is the Japanese sentence with its name and the end of its log."""


class Supervisor:
    """Starts children that log to `logs`/NAME.log, watches them, and ends them, the last one first."""

    def __init__(self, logs: Path, env: Mapping[str, str]) -> None:
        self._logs, self._env = logs, env
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command: Sequence[str], *, answer: IO[bytes] | None = None) -> None:
        """Starts `command` as the child `name`; the log of the run before is kept as NAME.log.1. `answer` takes standard output."""
        log = self._log(name)
        if log.exists():
            log.replace(f"{log}.1")
        with log.open("wb") as output:
            self._children[name] = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", *command],
                stdin=subprocess.DEVNULL,
                stdout=answer or output,
                stderr=output,
                env=self._env,
                start_new_session=True,
            )

    def run(self, name: str, command: Sequence[str]) -> str:
        """Runs `command` to its end while the others go on, and gives what it printed; raises ChildDied if it fails."""
        with tempfile.TemporaryFile() as answer:
            self.start(name, command, answer=answer)
            child = self._children[name]
            while child.poll() is None:
                self.check(besides=name)
                time.sleep(0.1)
            if child.returncode:
                raise ChildDied(self._obituary(name))
            del self._children[name]
            answer.seek(0)
            return answer.read().decode(errors="replace")

    def check(self, *, besides: str = "") -> None:
        """Raises ChildDied for the first child that is no longer there."""
        for name, child in self._children.items():
            if name != besides and child.poll() is not None:
                raise ChildDied(self._obituary(name))

    def watch(self) -> None:
        """Returns never: a child's death raises ChildDied, a signal whatever its handler raises."""
        while True:
            self.check()
            time.sleep(0.5)

    def stop(self) -> None:
        """Ends all children: the broker, started first, last. Takes PATIENCE seconds at most for each of the two."""
        names = list(self._children)
        self._end(names[1:])
        self._end(names[:1])

    def _end(self, names: Sequence[str]) -> None:
        children = [self._children.pop(name) for name in names]
        for child in children:
            if child.poll() is None:
                child.terminate()
        deadline = time.monotonic() + PATIENCE
        for child in children:
            try:
                child.wait(max(0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
            self._sweep(child.pid)
            child.wait()

    @staticmethod
    def _sweep(group: int) -> None:
        """Kills what a child left behind in its own session, such as the pool of a worker that was killed."""
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            return

    def _obituary(self, name: str) -> str:
        lines = self._log(name).read_text(encoding="utf-8", errors="replace").splitlines()[-10:]
        code = self._children[name].returncode
        cause = f"シグナル {-code}" if code < 0 else f"終了コード {code}"
        return "\n".join([f"{name} が止まりました（{cause}）。記録 {self._log(name)} の終わり:", *(f"    {line}" for line in lines)])

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

"""A bundle of the working tree, and a network without a way out in which it is installed."""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bundle import archive
from deploy.bundle.__main__ import make
from tests.services import _short_folder

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / "var" / "cache"  # of what was fetched once, shared with `make bundle`
NOBODY = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] if os.getuid() == 0 else []  # root may do anything
COMMIT = ["-c", "user.name=test", "-c", "user.email=test@example.lg.jp", "commit", "--quiet", "--message", "release"]
PLAIN = argparse.Namespace(without_debs=True, without_images=True)


def _python() -> str:
    """A Python of our version that every user may run: Debian's where it is there, else the one that runs us."""
    debians, ours = Path("/usr/bin/python3"), f"Python {sys.version_info.major}.{sys.version_info.minor}."
    if debians.exists() and subprocess.run([debians, "--version"], capture_output=True, text=True, check=False).stdout.startswith(ours):
        return str(debians)
    return os.path.realpath(sys._base_executable)


PYTHON = _python()
LOOPBACK_UP = """
import fcntl, signal, socket, struct
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", 0x1))  # SIOCSIFFLAGS, IFF_UP
print("up", flush=True)
signal.pause()
"""


def checkout(folder: Path) -> Path:
    """A clone with the files of the working tree as they are now, committed on a fixed day, so that what is tested is what is written."""
    names = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"], capture_output=True, text=True, check=True
    )
    for name in filter(None, names.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    day = {**os.environ, "GIT_COMMITTER_DATE": "2026-04-01T09:00:00+09:00", "GIT_AUTHOR_DATE": "2026-04-01T09:00:00+09:00"}
    for command in (["init", "--quiet"], ["add", "--all"], COMMIT):
        subprocess.run(["git", "-C", folder, *command], env=day, check=True)
    return folder


def build(root: Path, target: Path) -> Path:
    """The bundle of `root`, without Debian packages; skips where the packages of Python are neither in the cache nor to be had."""
    try:
        return make(root, target, CACHE, PLAIN)
    except Exception as error:
        if "Python のパッケージを集められませんでした" in str(error):
            pytest.skip(str(error))
        raise


def unpack(packed: Path, folder: Path) -> Path:
    """The folder that a person gets who unpacks a bundle."""
    folder.mkdir()
    subprocess.run(["tar", "-x", "-z", "-f", packed, "-C", folder], check=True)
    return next(folder.iterdir())


def altered(unpacked: Path, folder: Path, *, version: str = "", without: str = "", is_summed: bool = True) -> Path:
    """Another bundle like `unpacked`: named `version`, without the files of a pattern, its sums made anew where `is_summed`."""
    shutil.copytree(unpacked, folder, copy_function=os.link)
    if version:
        named = unpacked.name.removeprefix("portal-").encode()
        rewrite(folder / "manifest.json", lambda text: text.replace(b'"%s"' % named, b'"%s"' % version.encode()))
    for path in folder.glob(without) if without else ():
        path.unlink()
    if is_summed:
        (folder / archive.SUMS).unlink()
        archive.write_sums(folder)
    return folder


def rewrite(path: Path, change) -> None:
    """Gives a file other bytes; whatever else shares its old ones keeps them."""
    data, mode = path.read_bytes(), path.stat().st_mode
    path.unlink()
    path.write_bytes(change(data))
    path.chmod(mode)


def stubs(folder: Path, **bodies: str) -> str:
    """A PATH on which shell scripts stand in for the programs named."""
    folder.mkdir()
    for name, body in bodies.items():
        (folder / name.replace("_", "-")).write_text(f"#!/bin/sh\n{body}\n")
        (folder / name.replace("_", "-")).chmod(0o755)
    return f"{folder}:{PATH}"


PATH = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"


def install(bundle: Path, *options: object, before: list[str] | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs install.sh of an unpacked bundle with nothing in the environment but what is given, and a home that is not there."""
    environment = {"PATH": PATH, "HOME": "/nonexistent", "PYTHON": PYTHON, **env}
    command = [*(before or []), bundle / "install.sh", *map(str, options)]
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


class ClosedNetwork:
    """A network namespace with its own loopback and nothing else, for as long as its first process lives."""

    def __init__(self, pid: int) -> None:
        own = [] if os.getuid() == 0 else ["--user", "--preserve-credentials"]
        self.before = ["setpriv", "--pdeathsig", "TERM", "nsenter", "--target", str(pid), "--net", *own, "--"]

    def run(self, *command: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*self.before, *map(str, command)], capture_output=True, text=True, check=False)

    def python(self, script: str, *arguments: str) -> str:
        """What a script prints that runs inside."""
        done = self.run(PYTHON, "-c", script, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextlib.contextmanager
def closed_network() -> Iterator[ClosedNetwork]:
    """A ClosedNetwork; skips where the kernel does not let us make one."""
    own = [] if os.getuid() == 0 else ["--map-root-user"]
    command = ["setpriv", "--pdeathsig", "KILL", "unshare", "--net", *own, PYTHON, "-c", LOOPBACK_UP]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        if first.stdout.readline() != "up\n":
            pytest.skip(f"no network namespace can be made here: {first.stderr.read()}")
        yield ClosedNetwork(first.pid)
    finally:
        first.kill()
        first.communicate()


@contextlib.contextmanager
def running(network: ClosedNetwork, home: Path) -> Iterator[None]:
    """The portal of a trial installation, all of it, inside `network`; ends with TERM as a person would end it."""
    with (home / "run.log").open("wb") as log:
        env = {"PATH": PATH, "HOME": "/nonexistent", "LANG": "C.UTF-8"}
        command = [*network.before, ".venv/bin/python", "-m", "deploy.run"]
        portal = subprocess.Popen(command, cwd=home / "current", env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + 600
        while "ポータルが動いています" not in (said := (home / "run.log").read_text()):
            assert portal.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.5)
        yield
    finally:
        portal.terminate()
        portal.wait(60)


def short_folder() -> contextlib.AbstractContextManager[Path]:
    """A folder which other users may pass through."""
    return _short_folder()

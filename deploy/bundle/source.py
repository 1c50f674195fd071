"""The source tree of a release: the committed one, or where there is no git a clean copy of the folder."""

import hashlib
import re
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

from deploy.bundle import CannotBundle

PLAIN_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]*")
# what an installation makes by itself, and what must never leave it: .gitignore says the same
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "var", ".env", "uv.lock", "__pycache__", "*.pyc", ".*_cache", ".hypothesis")


@dataclass(frozen=True)
class Source:
    """One release: its name, the commit it was taken from ("" without git), and its time in seconds, which all its files bear."""

    version: str
    commit: str
    time: int
    is_dirty: bool = False


def take(root: Path, folder: Path) -> Source:
    """Lays the source tree of `root` into `folder` (made here); raises CannotBundle where git is there and fails."""
    if (root / ".git").exists():
        return _from_git(root, folder)
    shutil.copytree(root, folder, ignore=LEFT_OUT)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    version = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return Source(f"{version}-{_digest(folder, files)[:12]}", "", int(max(path.stat().st_mtime for path in files)))


def _digest(folder: Path, files: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(folder)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _from_git(root: Path, folder: Path) -> Source:
    commit, time, day = _git(root, "show", "-s", "--format=%H %ct %cd", "--date=format:%Y%m%d", "HEAD").split()
    archive = folder.with_suffix(".tar")
    _git(root, "archive", "--format=tar", f"--output={archive}", "HEAD")
    folder.mkdir()
    subprocess.run(["tar", "-x", "-f", archive, "-C", folder], check=True)
    archive.unlink()
    tags = [tag for tag in _git(root, "tag", "--points-at", "HEAD").split() if PLAIN_VERSION.fullmatch(tag)]
    is_dirty = bool(_git(root, "status", "--porcelain", "--untracked-files=no"))
    return Source(max(tags, default=f"{day}-{commit[:12]}"), commit, int(time), is_dirty)


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(["git", "-C", root, *arguments], capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise CannotBundle("git がありません。管理者の権限で apt-get install git を実行してください。") from error
    if done.returncode:
        raise CannotBundle(f"git からこの版を取り出せません: {done.stderr.strip()}")
    return done.stdout.strip()

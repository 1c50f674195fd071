"""The Python packages of a release as wheels for this machine's Python, each with a hash that the requirements name."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from deploy.bundle import CannotBundle

REQUIREMENTS = ("requirements.txt", "requirements-uv.txt")
PINNED = re.compile(r"^([\w.-]+)==([^\s;]+)", re.MULTILINE)


def fetch(release: Path, folder: Path, cache: Path) -> list[dict[str, str]]:
    """Puts a wheel for each pinned package of `release` into `folder` (made here) and gives name, version, file and sha256 of each.

    What `cache` has is not asked for again; the rest comes from the index that pip is set up with. Raises CannotBundle.
    """
    folder.mkdir()
    cache.mkdir(parents=True, exist_ok=True)
    if _download(release, folder, "--no-index", "--find-links", str(cache)) and (trouble := _download(release, folder)):
        raise CannotBundle(f"Python のパッケージを集められませんでした。ネットワークか pip の設定を確かめてください。{trouble}")
    for wheel in folder.iterdir():
        if not (cache / wheel.name).exists():
            half = shutil.copy2(wheel, cache / f".{os.getpid()}-{wheel.name}")
            os.replace(half, cache / wheel.name)  # whoever reads the cache meanwhile finds it whole or not at all
    return _checked(release, folder)


def _download(release: Path, folder: Path, *arguments: str) -> str:
    """Runs pip; gives the end of what it complains about, or nothing where all went well."""
    files = [word for name in REQUIREMENTS for word in ("-r", str(release / name))]
    pinned = ["--require-hashes", "--no-deps", "--only-binary=:all:"]
    command = [sys.executable, "-m", "pip", "download", "--quiet", *pinned, *arguments, *files, "-d", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stderr.strip()[-1000:] if done.returncode else ""


def _checked(release: Path, folder: Path) -> list[dict[str, str]]:
    there = {}
    for path in sorted(folder.glob("*.whl")):
        name, version = path.name.split("-")[:2]
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        there[_plain(name), version] = {"name": _plain(name), "version": version, "file": path.name, "sha256": digest}
    wanted = [pin for name in REQUIREMENTS for pin in PINNED.findall((release / name).read_text(encoding="utf-8"))]
    if missing := [f"{name} {version}" for name, version in wanted if (_plain(name), version) not in there]:
        raise CannotBundle(f"ホイールのないパッケージがあります: {'、'.join(missing)}")
    return list(there.values())


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def unpacked_size(folder: Path) -> int:
    """How many bytes the wheels in `folder` take when they are installed, without compiled files."""
    return sum(entry.file_size for path in folder.glob("*.whl") for entry in zipfile.ZipFile(path).infolist())

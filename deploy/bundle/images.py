"""The container images of docker-compose.yml, saved where docker or podman answers."""

import re
import shutil
import subprocess
from pathlib import Path

from deploy.bundle import CannotBundle

IMAGE = re.compile(r"^\s+image: (\S+)$", re.MULTILINE)
OURS = "musashimurayama-isms"


def engine() -> str | None:
    """The container engine that answers on this machine."""
    for name in ("docker", "podman"):
        if shutil.which(name) and subprocess.run([name, "info"], capture_output=True, check=False).returncode == 0:
            return name
    return None


def save(program: str, release: Path, folder: Path) -> list[dict[str, str]]:
    """Builds the portal's image from `release`, fetches the others, and saves each into `folder` (made here); raises CannotBundle."""
    folder.mkdir()
    _run(program, "build", "--tag", OURS, str(release))
    rows = []
    for name in sorted(set(IMAGE.findall((release / "docker-compose.yml").read_text(encoding="utf-8")))):
        if name.split(":")[0] != OURS:
            _run(program, "pull", name)
        file = re.sub(r"[^\w.-]", "_", name) + ".tar"
        _run(program, "save", "--output", str(folder / file), name)
        rows.append({"name": name, "file": file})
    return rows


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        trouble = done.stderr.strip()[-1000:]
        raise CannotBundle(
            f"コンテナのイメージを用意できませんでした（{program} {arguments[0]}）。BUNDLE=--without-images で付けずに作れます。{trouble}"
        )

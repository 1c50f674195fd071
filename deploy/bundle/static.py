"""The static files of a release, collected and compressed once, where it is built."""

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

from deploy.bundle import CannotBundle
from deploy.statics import DELIVERED


def collect(release: Path) -> int:
    """Collects the static files of `release` into its folder DELIVERED and gives their number; raises CannotBundle.

    The settings are thrown away, and nothing of the building machine's own is read: neither its var/portal.env nor its environment.
    """
    collected = release / DELIVERED
    collected.mkdir()
    env = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PORTAL_MODE": "trial",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "TRAIL_KEYS": "k1:" + secrets.token_hex(32),
        "DATABASE_URL": "sqlite://:memory:",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    done = subprocess.run(command, cwd=release, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotBundle(f"静的ファイルを集められませんでした: {done.stderr.strip()[-1000:]}")
    _in_order(collected / "staticfiles.json")
    return sum(path.is_file() for path in collected.rglob("*"))


def _in_order(manifest: Path) -> None:
    """Django writes the names as the file system gave them; the same files must give the same bytes everywhere."""
    manifest.write_text(json.dumps(json.loads(manifest.read_text()), sort_keys=True))

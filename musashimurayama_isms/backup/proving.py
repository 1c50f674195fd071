"""The proof of a backup: `manage.py restore` itself, run on an empty database and folder that are thrown away afterwards."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from . import databases
from .making import the_key
from .models import Proof
from .refusals import Refused, of_disk

UNKNOWN = "復元の途中で予期しない問題が起きました"


@dataclass(frozen=True)
class Result:
    """What came of it: `problem` is empty when everything was as the manifest says, `facts` are those of `restoring.Restored`."""

    name: str
    sha256: str
    facts: dict[str, Any]
    problem: str = ""
    is_noted: bool = True


def prove(path: Path, *, at: datetime, head: str = "", database: str = "") -> Result:
    """Restore a backup into a place that goes again, compare everything, and write a Proof of what came of it.

    `head` is `number:digest`, noted elsewhere; `database` the URL of an empty database to use, where the portal's user may not
    make one. Refused where the attempt could not be made at all: no key, no file, no right to make a database.
    """
    key = the_key()
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise Refused(f"{path} がありません。控えのファイルを指定してください。") from None
    except OSError as error:
        raise of_disk(error, f"{path} ") from error
    with tempfile.TemporaryDirectory(prefix="portal-proof-") as folder, _place(Path(folder), database) as url:
        facts = _run(path, Path(folder), url, head, key)
    problem = facts.pop("problem", "")
    counts = {} if problem else {name: facts[name] for name in ("rows", "files", "head")}
    is_noted = Proof._meta.db_table in connection.introspection.table_names()  # not on a machine that has yet to be restored
    if is_noted:
        Proof.note_result(name=path.name, sha256=digest, at=at, problem=problem, **counts)
    return Result(path.name, digest, facts, problem, is_noted)


@contextmanager
def _place(folder: Path, database: str) -> Iterator[str]:
    if database:
        yield database
    else:
        with databases.of(connection).temporary(connection, folder) as url:
            yield url


def _run(path: Path, folder: Path, url: str, head: str, key: bytes) -> dict[str, Any]:
    """The command in a process of its own, whose whole world is the temporary place; keys are handed on by its environment."""
    report = folder / "report.json"
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "restore", str(path.resolve()), "--yes", "--throw-away"]
    command += ["--report", str(report), *(["--head", head] if head else [])]
    places = {"DATABASE_URL": url, "MEDIA_DIR": str(folder / "media"), "BACKUP_KEY": key.hex(), "BACKUP_KEY_FILE": ""}
    env = {**os.environ, **places}
    done = subprocess.run(  # noqa: S603
        command, env=env, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if report.is_file():
        return json.loads(report.read_text(encoding="utf-8"))
    said = done.stderr.strip().splitlines()
    return {"problem": f"{UNKNOWN}（{said[-1][:200] if said else done.returncode}）。"}

"""SQLite, for the trial: its backup interface copies one moment, a restored file takes the place of the empty one."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from ..refusals import Refused
from . import PIECE, Put, Snapshot, pieces

TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite|_%' ESCAPE '|' ORDER BY name"
BESIDE = ("", "-wal", "-shm", "-journal")


def _place(connection: Any) -> Path:
    name = str(connection.settings_dict["NAME"])
    if ":memory:" in name or "mode=memory" in name:
        raise Refused("メモリの中のデータベースには復元できません。設定 DATABASE_URL でファイルを指定してください。")
    return Path(name)


def tables(connection: Any) -> list[str]:
    """The tables that are there."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        return [name for (name,) in cursor.fetchall()]


@contextmanager
def snapshot(connection: Any) -> Iterator[Snapshot]:
    """A copy beside the database, where it is as safe as that; it goes with the block."""
    connection.ensure_connection()
    name = str(connection.settings_dict["NAME"])
    beside = Path(name).parent if Path(name).is_file() else None
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=beside) as folder:
        path = Path(folder, "copy.sqlite3")
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # the copy is one file

            def ask(question: str) -> list[tuple[Any, ...]]:
                return copy.execute(question).fetchall()

            yield Snapshot([table for (table,) in ask(TABLES)], ask, lambda put: _pour(path, put))


def _pour(path: Path, put: Put) -> None:
    with path.open("rb") as stream:
        for piece in pieces(stream):
            put(piece)


@contextmanager
def loaded(connection: Any, stream: BinaryIO, *, keep: bool) -> Iterator[None]:
    """A copy beside the empty database, on which the block works; it takes its place when that ends well and it is to `keep`."""
    place = _place(connection)
    staged = place.with_name(f".{place.name}.restoring")
    connection.close()
    _remove(staged)  # what a process that was killed has left
    try:
        with open(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            shutil.copyfileobj(stream, file, PIECE)
        with _standing_for(connection, staged):
            yield
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA journal_mode = DELETE")  # all of it is in the one file
        if keep:
            _settle(staged, place)
    finally:
        _remove(staged)


@contextmanager
def _standing_for(connection: Any, other: Path) -> Iterator[None]:
    name = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(other)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


def _settle(staged: Path, place: Path) -> None:
    with staged.open("rb") as file:
        os.fsync(file.fileno())
    _remove(place)
    staged.replace(place)


def _remove(place: Path) -> None:
    for ending in BESIDE:
        place.with_name(place.name + ending).unlink(missing_ok=True)


@contextmanager
def temporary(connection: Any, folder: Path) -> Iterator[str]:
    """A file in the folder, which the caller takes away."""
    yield f"sqlite:///{folder.resolve() / 'proof.sqlite3'}"

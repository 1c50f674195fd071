"""SQLite, for the trial: its backup interface copies one moment, a restored file takes the place of the empty one."""

import os
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


def load(connection: Any, stream: BinaryIO) -> None:
    """All of a copy or nothing: it is written beside and then takes the place of the empty file."""
    place = _place(connection)
    connection.close()
    handle, name = tempfile.mkstemp(prefix=".restore-", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            while piece := stream.read(PIECE):
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        _remove(place)
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def empty(connection: Any) -> None:
    """Take the file away. Only for a database that was empty before we came."""
    connection.close()
    _remove(_place(connection))


def _remove(place: Path) -> None:
    for ending in BESIDE:
        place.with_name(place.name + ending).unlink(missing_ok=True)


@contextmanager
def temporary(connection: Any, folder: Path) -> Iterator[str]:
    """A file in the folder, which the caller takes away."""
    yield f"sqlite:///{folder.resolve() / 'proof.sqlite3'}"

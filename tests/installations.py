"""Whole installations in processes of their own, on the kind of database that the tests run on: for backup and restore."""

import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent
REAL, AT_ONCE = "musashimurayama_isms.settings", "tests.faults.portal_settings"  # the second makes the tables without migrations
KEY, OTHER_KEY = "0a" * 32, "0b" * 32


def is_postgresql() -> bool:
    return "postgresql" in settings.DATABASES["default"]["ENGINE"]


@contextmanager
def server() -> Iterator:
    """A session with the PostgreSQL that the tests run on, outside any transaction."""
    known = settings.DATABASES["default"]
    where = {"host": known["HOST"], "port": known["PORT"], "user": known["USER"], "password": known["PASSWORD"]}
    with closing(psycopg2.connect(dbname="postgres", **where)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def do_on_server(statement: str, *names: str) -> None:
    with server() as cursor:
        cursor.execute(sql.SQL(statement).format(*(sql.Identifier(name) for name in names)))


@dataclass(frozen=True)
class Installation:
    """One portal: its folder, its database, what its environment says."""

    folder: Path
    database: str
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def media(self) -> Path:
        return self.folder / "media"

    @property
    def url(self) -> str:
        if not is_postgresql():
            return f"sqlite:///{self.database}"
        known = settings.DATABASES["default"]
        return f"postgresql://{known['USER']}@{quote(known['HOST'], safe='')}:{known['PORT']}/{self.database}"

    @property
    def env(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "DJANGO_SETTINGS_MODULE": REAL,
            "BEAT_FILE": str(self.folder / "beat"),
            "PORTAL_MODE": "trial",
            "SECRET_KEY": os.environ["SECRET_KEY"],
            "TRAIL_KEYS": f"old:{'1c' * 32},new:{'2d' * 32}",
            "DATABASE_URL": self.url,
            "REDIS_URL": os.environ["REDIS_URL"],
            "MEDIA_DIR": str(self.media),
            "BACKUP_KEY": KEY,
            "SAMPLE_PASSWORD": "tests-only-passphrase-2026",
            **self.settings,
        }

    def with_settings(self, **changes: str) -> "Installation":
        """The same place with other settings."""
        return replace(self, settings={**self.settings, **changes})

    def run(self, *arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
        """A command of manage.py in a process of its own."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.env, input=given, capture_output=True, text=True, check=False)

    def killed(self, at: str, *arguments: str) -> None:
        """A command that is killed, as by kill -9, when it comes to a call (tests/dying.py)."""
        command = [sys.executable, "-m", "tests.dying", at, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr

    def manage(self, *arguments: str) -> str:
        """What the command prints; it must succeed."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def refused(self, *arguments: str) -> str:
        """The one sentence with which the command refuses."""
        done = self.run(*arguments)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr.strip().splitlines()[-1]

    def ask(self, question: str) -> list[tuple]:
        """Rows straight from the database."""
        if is_postgresql():
            with closing(psycopg2.connect(self.url)) as connection, connection, connection.cursor() as cursor:
                cursor.execute(question)
                return cursor.fetchall() if cursor.description else []
        with closing(sqlite3.connect(self.database)) as connection, connection:
            return connection.execute(question).fetchall()

    def tables(self) -> set[str]:
        """The tables that are there."""
        of_sqlite = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        of_postgresql = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        return {name for (name,) in self.ask(of_postgresql if is_postgresql() else of_sqlite)}

    def is_empty(self) -> bool:
        """Neither a table nor a file."""
        return not self.tables() and not (self.media.exists() and any(self.media.iterdir()))

    def backup(self) -> Path:
        """A backup of it, in a folder of its own."""
        folder = self.folder / f"backups-{secrets.token_hex(4)}"
        folder.mkdir()
        self.manage("backup", "--to", str(folder), "--keep", "14")
        return next(folder.iterdir())


class Site:
    """Makes installations: one is filled, the others are copies of it or empty. Everything goes in the end."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._databases = folder, []
        self.filled = self._filled()

    def empty(self) -> Installation:
        """A new place with an empty database."""
        place = self._place()
        if is_postgresql():
            do_on_server("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'", place.database)
        return place

    def copy(self) -> Installation:
        """The filled one, once more."""
        place = self._place()
        if is_postgresql():
            do_on_server("CREATE DATABASE {} TEMPLATE {}", place.database, self.filled.database)
        else:
            shutil.copy(self.filled.database, place.database)
        shutil.copytree(self.filled.media, place.media)
        return place

    def _place(self) -> Installation:
        name = f"isms_{secrets.token_hex(6)}"
        folder = self.folder / name
        folder.mkdir()
        self._databases.append(name)
        return Installation(folder, name if is_postgresql() else str(folder / "portal.sqlite3"))

    def _filled(self) -> Installation:
        """Tables at once, then noted as migrated: a database as an update has left it, in a tenth of the time."""
        place = self.empty()
        old = place.with_settings(DJANGO_SETTINGS_MODULE=AT_ONCE, TRAIL_KEYS=f"old:{'1c' * 32}")
        old.manage("migrate", "--run-syncdb", "--verbosity", "0")
        old.manage("load_reference")
        place.manage("migrate", "--fake", "--verbosity", "0")
        place.manage("sample_staff", "--password-env", "SAMPLE_PASSWORD")
        place.manage("shell", "--no-imports", "-c", "from tests.backup_rows import fill; fill()")
        return place

    def close(self) -> None:
        if is_postgresql():
            for name in self._databases:
                do_on_server("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@pytest.fixture(scope="module")
def site(tmp_path_factory, django_db_setup) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("site"))
    yield made
    made.close()

"""PostgreSQL, by its own programs: pg_dump on an exported snapshot, pg_restore in one transaction."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, urlencode

import psycopg2
from django.db import DatabaseError, transaction
from django.db.backends.postgresql.client import DatabaseClient
from psycopg2 import sql

from ..refusals import Refused
from . import PIECE, Put, Snapshot, pieces

TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() ORDER BY c.relname"
)
FUNCTIONS = (
    "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
    " WHERE n.nspname = current_schema() AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)
RESTORE = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-acl", "--no-comments")
NO_RIGHT = (
    "確かめるための一時のデータベースを作れません。データベースの利用者に CREATEDB を与える（ALTER ROLE 利用者 CREATEDB）か、"
    "空のデータベースを用意して --database で指定してください。"
)


def _program(name: str) -> str:
    """The newest one installed: an older pg_dump refuses a newer server. Refused where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    program = str(found[-1]) if found else shutil.which(name)
    if program is None:
        raise Refused(f"{name} がありません。Debian のパッケージ postgresql-client を入れてください。")
    return program


def _call(name: str, connection: Any, *options: str) -> tuple[list[str], dict[str, str]]:
    """The command and its environment; the password is never an argument, which others could see."""
    words, extra = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    *where, database = words[1:]
    return [_program(name), *options, *where, "--dbname", database], {**os.environ, **(extra or {})}


def _failed(name: str, said: BinaryIO) -> Refused:
    said.seek(0)
    lines = said.read().decode(errors="replace").strip().splitlines()
    return Refused(f"{name} が失敗しました（{lines[-1] if lines else '理由は示されていません'}）。")


def tables(connection: Any) -> list[str]:
    """The tables that are there."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        return [name for (name,) in cursor.fetchall()]


@contextmanager
def snapshot(connection: Any) -> Iterator[Snapshot]:
    """One moment, held by a transaction that only reads; pg_dump sees the same moment."""
    with transaction.atomic(using=connection.alias, durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (moment,) = cursor.fetchone()

        def ask(question: str) -> list[tuple[Any, ...]]:
            cursor.execute(question)
            return cursor.fetchall()

        yield Snapshot([name for (name,) in ask(TABLES)], ask, lambda put: _dump(connection, moment, put))


def _dump(connection: Any, moment: str, put: Put) -> None:
    command, env = _call("pg_dump", connection, "--format=custom", "--no-owner", "--no-acl", f"--snapshot={moment}")
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said) as dump:  # noqa: S603
            assert dump.stdout is not None  # noqa: S101
            try:
                for piece in pieces(dump.stdout):  # type: ignore[arg-type]
                    put(piece)
            except BaseException:
                dump.kill()
                raise
        if dump.returncode:
            raise _failed("pg_dump", said)


def load(connection: Any, stream: BinaryIO) -> None:
    """All of a dump or nothing."""
    command, env = _call("pg_restore", connection, *RESTORE)
    connection.close()
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=said) as restore:  # noqa: S603
            assert restore.stdin is not None  # noqa: S101
            try:
                shutil.copyfileobj(stream, restore.stdin, PIECE)
                restore.stdin.close()
            except BrokenPipeError:
                pass  # it has given up, and says why below
            except BaseException:
                restore.kill()
                raise
        if restore.returncode:
            raise _failed("pg_restore", said)


def empty(connection: Any) -> None:
    """Take away every table and function of ours; extensions stay. Only for a database that was empty before we came."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        for name in tables(connection):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)} CASCADE")
        cursor.execute(FUNCTIONS)
        for (function,) in cursor.fetchall():  # as PostgreSQL itself writes and quotes it
            cursor.execute(f"DROP FUNCTION {function} CASCADE")


@contextmanager
def temporary(connection: Any, folder: Path) -> Iterator[str]:
    """A database beside ours, in the same collation; Refused where the user may not make one."""
    name = f"portal_proof_{secrets.token_hex(6)}"
    try:
        _alone(connection, _creation(connection), name)
    except (DatabaseError, psycopg2.Error) as error:
        raise Refused(NO_RIGHT) from error
    try:
        yield _url(connection, name)
    finally:
        _alone(connection, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _creation(connection: Any) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datcollate, datctype FROM pg_database WHERE datname = current_database()")
        collate, ctype = (value.replace("'", "''") for value in cursor.fetchone())
    return f"CREATE DATABASE {{}} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE '{collate}' LC_CTYPE '{ctype}'"


def _alone(connection: Any, statement: str, name: str) -> None:
    """A statement that stands in no transaction, on a connection of its own."""
    with closing(psycopg2.connect(**_parameters(connection))) as alone:
        alone.autocommit = True
        with alone.cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _parameters(connection: Any) -> dict[str, Any]:
    wanted = connection.get_connection_params()
    return {name: value for name, value in wanted.items() if name not in ("cursor_factory", "client_encoding")}


def _url(connection: Any, name: str) -> str:
    known = connection.settings_dict
    user = quote(known["USER"] or "", safe="") + (f":{quote(known['PASSWORD'], safe='')}" if known["PASSWORD"] else "")
    host = quote(known["HOST"] or "", safe="") + (f":{known['PORT']}" if known["PORT"] else "")
    options = {key: value for key, value in known.get("OPTIONS", {}).items() if isinstance(value, str)}
    return f"postgresql://{user}{'@' if user else ''}{host}/{name}" + (f"?{urlencode(options)}" if options else "")

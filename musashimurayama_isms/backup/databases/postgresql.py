"""PostgreSQL, by its own programs: pg_dump on an exported snapshot, what pg_restore writes in one transaction with all that follows."""

import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, urlencode

import psycopg2
from django.db import DatabaseError, transaction
from django.db.backends.postgresql.client import DatabaseClient
from psycopg2 import sql

from ..refusals import Refused
from . import PIECE, Put, Snapshot, pieces, script

TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() ORDER BY c.relname"
)
RESTORE = ("--file=-", "--no-owner", "--no-acl", "--no-comments")
# What a dump sets for its own session and the portal's questions must not meet; that nothing times out may stay.
AFTERWARDS = """
RESET search_path; RESET check_function_bodies; RESET client_min_messages; RESET row_security;
RESET default_tablespace; RESET default_table_access_method;
SET CONSTRAINTS ALL IMMEDIATE
"""
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


@contextmanager
def loaded(connection: Any, stream: BinaryIO, *, keep: bool) -> Iterator[None]:
    """A dump in the database while the block runs, for this connection alone; it and what the block does stay together or not at all.

    Not `keep`: not at all.
    """
    try:
        with transaction.atomic(using=connection.alias, durable=True):
            _load(connection, stream)
            yield
            transaction.set_rollback(not keep, using=connection.alias)
    finally:
        connection.close()  # with what the dump has set for its session


def _load(connection: Any, stream: BinaryIO) -> None:
    with tempfile.TemporaryFile() as said, ThreadPoolExecutor(1) as beside:
        command = [_program("pg_restore"), *RESTORE]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said) as restore:  # noqa: S603
            fed = beside.submit(_feed, stream, restore.stdin)
            try:
                script.carry_out(connection, restore.stdout)  # type: ignore[arg-type]
            except BaseException:
                restore.kill()
                raise
            finally:
                fed.exception()  # waits
        fed.result()
        if restore.returncode:
            raise _failed("pg_restore", said)
    with connection.cursor() as cursor:
        cursor.execute(AFTERWARDS)


def _feed(stream: BinaryIO, to: Any) -> None:
    with suppress(BrokenPipeError), to:  # a program that has given up says why itself
        shutil.copyfileobj(stream, to, PIECE)


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

"""The SQL that pg_restore writes, carried out in the transaction that is open: so that more can follow in the same one."""

import re
from typing import Any, BinaryIO

COPY = re.compile(rb"COPY .+ FROM stdin;\n")
FOR_PSQL = re.compile(rb"\\(un)?restrict ")  # newer programs shield psql from what a dump might tell it; we read no such orders
END = b"\\.\n"


class Rows:
    """The lines between a COPY and its end, as a file that psycopg reads."""

    def __init__(self, lines: BinaryIO) -> None:
        self._lines, self._begins, self._is_over = lines, True, False

    def read(self, size: int) -> bytes:
        """A line or a part of one; nothing more after the end."""
        if self._is_over:
            return b""
        piece = self._lines.readline(size)
        self._is_over = not piece or (self._begins and piece == END)
        self._begins = piece.endswith(b"\n")
        return b"" if self._is_over else piece


def carry_out(connection: Any, lines: BinaryIO) -> None:
    """Statements as they stand, rows by COPY; DatabaseError for what the database refuses."""
    statements: list[bytes] = []
    while line := lines.readline():
        if COPY.fullmatch(line):
            _execute(connection, statements)
            with connection.wrap_database_errors, connection.cursor() as cursor:
                cursor.copy_expert(line.decode(), Rows(lines), size=64 * 1024)
        elif not FOR_PSQL.match(line):
            statements.append(line)
    _execute(connection, statements)


def _execute(connection: Any, statements: list[bytes]) -> None:
    """What has gathered, in one go: only the database itself knows where one statement ends. Remarks alone are none."""
    if any(line.strip() and not line.startswith(b"--") for line in statements):
        with connection.cursor() as cursor:
            cursor.execute(b"".join(statements).decode())
    statements.clear()

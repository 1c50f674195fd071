"""How each kind of database is dumped as of one moment, loaded at once, and made for a time: one module a kind.

Both modules offer `snapshot(connection)`, `tables(connection)`, `loaded(connection, stream, keep=)`, whose block works on what was
loaded and makes it stay, or leaves nothing, and `temporary(connection, folder)`, which gives the URL of an empty database that goes
when the block ends.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, BinaryIO

Put = Callable[[bytes], object]
Ask = Callable[[str], list[tuple[Any, ...]]]
PIECE = 1024 * 1024


@dataclass(frozen=True)
class Snapshot:
    """The database at one moment: `ask` puts a question to it, `pour` hands its dump on piece by piece."""

    tables: list[str]
    ask: Ask
    pour: Callable[[Put], None]


def of(connection: Any) -> ModuleType:
    """The module for the kind of a connection."""
    from . import postgresql, sqlite

    return {"postgresql": postgresql, "sqlite": sqlite}[connection.vendor]


def pieces(stream: BinaryIO) -> Any:
    """The content of a stream, a piece at a time."""
    return iter(lambda: stream.read(PIECE), b"")

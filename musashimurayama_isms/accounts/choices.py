"""What the city has chosen, for this floor: the choices are kept one floor up (parameters), which hands its reader in."""

from collections.abc import Callable
from typing import Any

_readers: list[Callable[[str], Any]] = []


def read_from(reader: Callable[[str], Any]) -> None:
    """The floor that keeps the choices says in its `AppConfig.ready` how one is read."""
    _readers[:] = [reader]


def value(code: str) -> Any:
    """The value in force of a parameter; LookupError for an unknown code, or where nobody keeps choices."""
    if not _readers:
        raise LookupError(f"Nobody keeps the choice {code!r}")
    return _readers[0](code)

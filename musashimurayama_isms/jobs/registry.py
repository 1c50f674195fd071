"""Which long work there is: kind → function; filled by the `jobs` modules of the apps at start."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_kinds: dict[str, "Kind"] = {}


class UnknownJob(LookupError):
    """A job of a kind that no app has registered."""


class JobRefused(Exception):
    """Raised by a job's function to end it for good; the text is the Japanese sentence the person reads."""


@dataclass(frozen=True)
class Kind:
    """A kind of work: its code, its name for people, its function."""

    code: str
    title: str
    function: Callable[[Any], Any]
    atomic: bool


def job(code: str, *, title: str, atomic: bool = False) -> Callable:
    """Register a function of one argument, the `Run`, under a code such as "policy.read"; its return value (JSON) is the result.

    A run that is killed starts again, so the function must bear being begun twice. With `atomic` the function and the mark
    "done" are one transaction: its rows are written once even then; for short work only (it holds the write lock of SQLite,
    and its progress cannot be seen). Raises ValueError when the code is taken.
    """

    def register(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        if code in _kinds:
            raise ValueError(f"There is already a job {code!r}")
        _kinds[code] = Kind(code, title, function, atomic)
        return function

    return register


def find(code: str) -> Kind:
    """The kind of a code; UnknownJob when no app has it (any more)."""
    try:
        return _kinds[code]
    except KeyError:
        raise UnknownJob(code) from None

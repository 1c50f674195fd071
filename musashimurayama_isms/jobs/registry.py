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
    """A kind of work: its code, its name for people, its function, and how it may be dealt with."""

    code: str
    title: str
    function: Callable[[Any], Any]
    atomic: bool = False
    repeats: bool = True
    read_by: tuple[str, ...] = ()
    is_kept: bool = False


def job(
    code: str, *, title: str, atomic: bool = False, repeats: bool = True, read_by: tuple[str, ...] = (), is_kept: bool = False
) -> Callable:
    """Register a function of one argument, the `Run`, under a code such as "policy.read"; its return value (JSON) is the result.

    A run that is killed starts again, so the function must bear being begun twice. With `atomic` the function and the mark
    "done" are one transaction: its rows are written once even then; for short work only (it holds the write lock of SQLite,
    and its progress cannot be seen). Without `repeats` nobody can run it again from its page: its page of origin does that.
    What the portal asks for by itself (`by` is None) is read by who holds a role of `read_by`, and with `is_kept` never
    removed when its time is over. Raises ValueError when the code is taken.
    """

    def register(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        if code in _kinds:
            raise ValueError(f"There is already a job {code!r}")
        _kinds[code] = Kind(code, title, function, atomic, repeats, read_by, is_kept)
        return function

    return register


def find(code: str) -> Kind:
    """The kind of a code; UnknownJob when no app has it (any more)."""
    try:
        return _kinds[code]
    except KeyError:
        raise UnknownJob(code) from None


def read_by_roles() -> list[Kind]:
    """The kinds whose results, where the portal made them by itself, belong to who holds a role."""
    return [kind for kind in _kinds.values() if kind.read_by]


def kept_for_good() -> list[str]:
    """The codes of the kinds whose results, where the portal made them by itself, are not removed with time."""
    return [kind.code for kind in _kinds.values() if kind.is_kept]

"""Who is who, asked once a page: while a page is only read, answers about persons and roles are remembered.

A page asks many floors what waits for a person, and each asks for the person's hats. Outside `remembering` nothing is kept:
whatever changes something asks anew. The middleware opens it for requests that change nothing (GET, HEAD).
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, TypeVar

Answer = TypeVar("Answer")
ONE_PAGE = timedelta(seconds=10)  # the floors of one page each take their own now

_answers: ContextVar[dict[Hashable, tuple[datetime | None, Any]] | None] = ContextVar("answers", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember answers until the end of the block."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def once(key: Hashable, ask: Callable[[], Answer], *, at: datetime | None = None) -> Answer:
    """The answer of `ask`, or the one given for the same key and practically the same moment on this page."""
    answers = _answers.get()
    if answers is None:
        return ask()
    known = answers.get(key)
    if known is None or (at is not None and known[0] is not None and abs(at - known[0]) > ONE_PAGE):
        known = answers[key] = (at, ask())
    return known[1]


def is_remembering() -> bool:
    """Whether answers are kept now, so that it pays to ask for more than one of them at once."""
    return _answers.get() is not None


def recall(key: Hashable, *, at: datetime) -> Any:
    """The answer already given for the key and practically the same moment on this page; None where nobody has asked."""
    known = (_answers.get() or {}).get(key)
    return known[1] if known is not None and known[0] is not None and abs(at - known[0]) <= ONE_PAGE else None

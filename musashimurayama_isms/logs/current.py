"""The number of the request that this thread answers, so that its lines can be found together."""

import re
from contextvars import ContextVar
from uuid import uuid4

HEADER = "X-Request-ID"
NUMBER = re.compile(r"[0-9a-f]{32}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """The number, or nothing outside a request."""
    return _current.get()


def begin(offered: str) -> str:
    """Take the relay's number where it is one, else draw one; whatever else stands in the header is not kept."""
    number = offered if NUMBER.fullmatch(offered) else uuid4().hex
    _current.set(number)
    return number


def end() -> None:
    """No request any more."""
    _current.set("")

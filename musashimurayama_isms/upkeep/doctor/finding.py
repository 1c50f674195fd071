"""What a check finds, and what it is told of the moment."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Grade(StrEnum):
    """OK, something to look at, something wrong."""

    OK = "OK"
    LOOK = "注意"
    BAD = "異常"


@dataclass(frozen=True)
class Finding:
    """One sentence about one subject, and what to do about it."""

    grade: Grade
    subject: str
    words: str
    advice: str = ""


@dataclass(frozen=True)
class Look:
    """The moment; whether the whole trail is proved; whether a new release is asked before it has changed the database."""

    at: datetime
    is_full: bool = False
    is_before_migrate: bool = False


def fine(subject: str, words: str) -> Finding:
    return Finding(Grade.OK, subject, words)


def notice(subject: str, words: str, advice: str) -> Finding:
    return Finding(Grade.LOOK, subject, words, advice)


def bad(subject: str, words: str, advice: str) -> Finding:
    return Finding(Grade.BAD, subject, words, advice)


def about(subject: str) -> Callable[[Callable[[Look], Iterator[Finding]]], Callable[[Look], Iterator[Finding]]]:
    """Names what a check looks at, for when it cannot be asked."""

    def name(check: Callable[[Look], Iterator[Finding]]) -> Callable[[Look], Iterator[Finding]]:
        check.subject = subject  # type: ignore[attr-defined]
        return check

    return name

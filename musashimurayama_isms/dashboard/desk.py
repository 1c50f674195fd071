"""What waits for a person, asked of every floor below that has something waiting.

The roof knows the floors, they do not know the roof: the providers stand in providers.py, one function a matter:

    @waits
    def decisions(user, at):
        yield Item(title=…, url=…, since=…, kind="決裁")
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.fiscal import closing_on


@dataclass(frozen=True)
class Item:
    """One row of the desk.

    `since` is when it began to wait (aware), `due` the term, if any; `kind` the word of the work (決裁, 確認, 下書き);
    `as_role` the hat it is for (Standing.label); `why` one line about what is asked; `is_urgent` for the incident chain.
    """

    title: str
    url: str
    since: datetime
    kind: str
    due: date | datetime | None = None
    as_role: str = ""
    why: str = ""
    is_urgent: bool = False


Provider = Callable[[User, datetime], Iterable[Item]]

_waiting: list[Provider] = []
_mine: list[Provider] = []


def waits(provider: Provider) -> Provider:
    """Register what waits for an act of the person."""
    if provider not in _waiting:
        _waiting.append(provider)
    return provider


def keeps(provider: Provider) -> Provider:
    """Register what the person has begun or reported and may want to return to: drafts, own reports."""
    if provider not in _mine:
        _mine.append(provider)
    return provider


def waiting(user: User, *, at: datetime) -> list[Item]:
    """Everything that waits for the person: urgent first, then the longest waiting, of two that began together the sooner due."""
    found = [item for provider in _waiting for item in provider(user, at)]
    return sorted(found, key=lambda item: (not item.is_urgent, item.since, last_moment(item.due)))


def last_moment(due: date | datetime | None) -> datetime:
    """Until when, to sort by: a day ends with the day, what has no term comes last."""
    if isinstance(due, datetime):
        return due
    return closing_on(due or date(9999, 12, 31))


def mine(user: User, *, at: datetime) -> list[Item]:
    """The person's own drafts and reports, newest first."""
    found = [item for provider in _mine for item in provider(user, at)]
    return sorted(found, key=lambda item: item.since, reverse=True)

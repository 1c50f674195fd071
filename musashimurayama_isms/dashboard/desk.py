"""What waits for a person, asked of every floor below that has something waiting.

The roof knows the floors, they do not know the roof: the providers stand in providers/, one function a matter:

    @waits
    def decisions(user, at):
        yield Item(title=…, url=…, since=…, kind="決裁")
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from django.db.models import Model, QuerySet

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import ask_everywhere, day_of
from musashimurayama_isms.fiscal import closing_on
from musashimurayama_isms.prepared import Presence

PRESSING = timedelta(days=3)  # a term so near goes before what has merely waited longer; its badge is orange from then on, too


@dataclass(frozen=True)
class Ready:
    """An act that the list itself offers for a row: the name of an act of inbox.acts, and the key of what it is done to."""

    slug: str
    key: str

    @classmethod
    def of(cls, slug: str, row: Model) -> "Ready":
        return cls(slug, str(row.pk))

    def __str__(self) -> str:
        return f"{self.slug}:{self.key}"


@dataclass(frozen=True)
class Item:
    """One row of the desk.

    `since` is when it began to wait (aware), `due` the term, if any; `kind` the word of the work (決裁, 確認, 下書き);
    `as_role` the hat it is for (Standing.label); `why` one line about what is asked; `is_urgent` for the incident chain;
    `acts` what the list itself can do. Of what the person has sent `status` says where it stands, `holder` who has it now,
    `is_over` that nothing is awaited any more.
    """

    title: str
    url: str
    since: datetime
    kind: str
    due: date | datetime | None = None
    as_role: str = ""
    why: str = ""
    is_urgent: bool = False
    acts: tuple[Ready, ...] = ()
    status: str = ""
    holder: str = ""
    is_over: bool = False

    def is_late(self, at: datetime) -> bool:
        """Whether the term has passed; a term without an hour lasts until the end of its day."""
        if isinstance(self.due, datetime):
            return self.due <= at
        return self.due is not None and self.due < day_of(at)


Provider = Callable[[User, datetime], Iterable[Item]]
Condition = Callable[[int, date], QuerySet]

_waiting: list[Provider] = []
_conditions: dict[Provider, Condition] = {}
_mine: list[Provider] = []
_told: list[Provider] = []


def waits(provider: Provider) -> Provider:
    """Register what waits for an act of the person."""
    if provider not in _waiting:
        _waiting.append(provider)
    return provider


def waits_if(condition: Condition) -> Callable[[Provider], Provider]:
    """Like `waits`, for a provider that has nothing to give to anybody where `condition` has no rows.

        @waits_if(lambda person, on: Publication.objects.proposed())

    `condition(person, on)` gives rows by the key of the person and the day, or by neither. It decides nothing: whether a row is this
    person's, the provider asks. All conditions of the desk are one question; most matters rest with most people.
    """

    def register(provider: Provider) -> Provider:
        _conditions[provider] = condition
        return waits(provider)

    return register


def _worth_asking(providers: Iterable[Provider], user: User, on: date) -> list[Provider]:
    """Those without a condition, and those whose condition has rows now."""
    asked = tuple(provider for provider in providers if provider in _conditions)
    found = _present(asked)(person=user.pk, on=on) if asked else ()
    return [provider for provider in providers if provider not in _conditions or provider in found]


@cache
def _present(providers: tuple[Provider, ...]) -> Presence:
    return Presence({provider: _conditions[provider] for provider in providers})


def keeps(provider: Provider) -> Provider:
    """Register what the person has begun or sent: drafts, and where own requests and reports stand."""
    if provider not in _mine:
        _mine.append(provider)
    return provider


def tells(provider: Provider) -> Provider:
    """Register what the person should know of without having to act: one line each, below what waits."""
    if provider not in _told:
        _told.append(provider)
    return provider


def waiting(user: User, *, at: datetime) -> list[Item]:
    """Everything that waits for the person: urgent first, then what is over or near its term, in each the longest waiting first."""
    ask_everywhere(at=at)  # nearly every floor asks who acts in some role
    found = [item for provider in _worth_asking(_waiting, user, day_of(at)) for item in provider(user, at)]
    near = closing_on(day_of(at) + PRESSING)
    return sorted(found, key=lambda item: (not item.is_urgent, last_moment(item.due) > near, item.since, last_moment(item.due)))


def last_moment(due: date | datetime | None) -> datetime:
    """Until when, to sort by: a day ends with the day, what has no term comes last."""
    if isinstance(due, datetime):
        return due
    return closing_on(due or date(9999, 12, 31))


def mine(user: User, *, at: datetime) -> list[Item]:
    """The person's own drafts, requests and reports, newest first."""
    found = [item for provider in _mine for item in provider(user, at)]
    return sorted(found, key=lambda item: item.since, reverse=True)


def told(user: User, *, at: datetime) -> list[Item]:
    """What the person should know of."""
    return [item for provider in _told for item in provider(user, at)]

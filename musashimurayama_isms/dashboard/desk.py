"""What waits for a person, asked of every floor below that has something waiting.

The roof knows the floors, they do not know the roof: the providers stand in providers/, one function a matter:

    @waits
    def decisions(user, at):
        yield Item(title=…, leads_to=…, since=…, kind="決裁")
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from django.db.models import Model, QuerySet

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import closing_on
from musashimurayama_isms.prepared import Presence

from .whom import Whom

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

    `leads_to` is an address, or the row whose page it is: of many that wait a page shows few, and only those need their address.
    `since` is when it began to wait (aware), `due` the term, if any; `kind` the word of the work (決裁, 確認, 下書き);
    `as_role` the hat it is for (Standing.label); `why` one line about what is asked; `is_urgent` for the incident chain;
    `acts` what the list itself can do. Of what the person has sent `status` says where it stands, `holder` who has it now,
    `is_over` that nothing is awaited any more.
    """

    title: str
    leads_to: str | Model
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

    @property
    def url(self) -> str:
        return self.leads_to if isinstance(self.leads_to, str) else self.leads_to.get_absolute_url()

    def is_late(self, at: datetime) -> bool:
        """Whether the term has passed; a term without an hour lasts until the end of its day."""
        if isinstance(self.due, datetime):
            return self.due <= at
        return self.due is not None and self.due < day_of(at)


Provider = Callable[[User, datetime], Iterable[Item]]
Condition = Callable[[Whom], QuerySet]

_waiting: list[Provider] = []
_conditions: dict[Provider, tuple[Condition, ...]] = {}
_mine: list[Provider] = []
_told: list[Provider] = []


def waits(provider: Provider) -> Provider:
    """Register what waits for an act of the person."""
    if provider not in _waiting:
        _waiting.append(provider)
    return provider


def waits_if(*conditions: Condition) -> Callable[[Provider], Provider]:
    """Like `waits`, for a provider that has nothing to give to a person for whom none of `conditions` has rows.

        @waits_if(lambda who: Publication.objects.proposed())

    A condition may be wider than the provider, never narrower. It decides nothing: whether a row is this person's, the provider asks.
    All conditions of the desk are one question, made once a process; most matters rest with most people.
    """

    def register(provider: Provider) -> Provider:
        _conditions[provider] = conditions
        return waits(provider)

    return register


def _worth_asking(providers: Iterable[Provider], user: User, at: datetime) -> list[Provider]:
    """Those without a condition, and those with a condition that has rows for the person now."""
    asked = tuple(provider for provider in providers if provider in _conditions)
    there = _present(asked)(who=Whom.of(user, at=at)) if asked else ()
    found = {provider for provider, _ in there}
    return [provider for provider in providers if provider not in _conditions or provider in found]


@cache
def _present(providers: tuple[Provider, ...]) -> Presence:
    return Presence({(provider, one): one for provider in providers for one in _conditions[provider]})


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
    found = [item for provider in _worth_asking(_waiting, user, at) for item in provider(user, at)]
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

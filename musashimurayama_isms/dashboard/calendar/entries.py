"""What stands on a day of the calendar, asked of every floor below.

The roof knows the floors, they do not know the roof. A matter is one function in calendar/providers/:

    @shows(Kind.DUTY)
    def duties(asked):
        yield Entry(day=…, title=…, url=…, kind=Kind.DUTY)
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property

from django.db import models

from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.own import own
from musashimurayama_isms.accounts.standing import Standing, answered_departments, ask_everywhere, day_of, standings
from musashimurayama_isms.prepared import Presence


class Kind(models.TextChoices):
    """The matters of the calendar, in the order in which they stand on a day."""

    AUDIT = "audit", "監査"
    INSPECTION = "inspection", "自己点検"
    REVIEW = "review", "ポリシーの見直し"
    DUTY = "duty", "定期業務"
    TRAINING = "training", "研修・訓練"
    MEETING = "meeting", "委員会"
    CAMPAIGN = "campaign", "確認・棚卸の期限"
    WARNING = "warning", "脆弱性・照会の期限"
    DOCUMENT = "document", "規程・手順の見直し"
    EXCEPTION = "exception", "例外措置の終わり"
    PERMIT = "permit", "許可の終わり"
    CONTRACT = "contract", "契約の終わり"
    RETURN = "return", "持出しの返却"
    AUTHORITY = "authority", "関係機関への報告期限"


# Whose titles name neither persons nor assets: they may leave the portal in the feed. Of the others only the word of the kind does.
PUBLIC = frozenset({Kind.AUDIT, Kind.INSPECTION, Kind.REVIEW, Kind.DUTY, Kind.TRAINING, Kind.MEETING, Kind.CAMPAIGN})


class Scope(models.TextChoices):
    """How far one looks; each shows only what the person may see."""

    MINE = "mine", "自分"
    SECTION = "section", "自分の課"
    CITY = "city", "全庁"


@dataclass(frozen=True)
class Entry:
    """One line of a day. `place` is the department it is of, `is_open` whether it is still to be done, `count` how many it stands for.

    `is_public` is False where the title must not leave the portal although its kind may.
    """

    day: date
    title: str
    url: str
    kind: Kind
    place: str = ""
    is_open: bool = True
    count: int = 1
    is_public: bool = True

    @property
    def words(self) -> str:
        """The title with how many it stands for."""
        return f"{self.title}（{self.count}件）" if self.count > 1 else self.title

    @property
    def outside_words(self) -> str:
        """What the feed says: the title of a public matter, else its kind alone."""
        if self.kind in PUBLIC and self.is_public:
            return self.words
        return f"{self.kind.label}（{self.count}件）" if self.count > 1 else self.kind.label

    def is_late(self, on: date) -> bool:
        return self.is_open and self.day < on


@dataclass(frozen=True)
class Asked:
    """A question to the providers: whose calendar, from which day to which, how far."""

    user: User
    at: datetime
    since: date
    until: date
    scope: Scope

    @cached_property
    def hats(self) -> list[Standing]:
        return [hat for hat in standings(self.user, at=self.at) if hat.scope == "any"]

    @cached_property
    def homes(self) -> set[int]:
        """The departments in which the person holds a post."""
        return {hat.department.pk for hat in self.hats} | {row.pk for row in self._departments}

    @cached_property
    def _departments(self) -> list[Department]:
        """Those of posts without a role, which are no hats."""
        return [row.post.department for row in own(self.user, on=day_of(self.at)).appointments]

    @cached_property
    def answered(self) -> set[int]:
        """The departments that the person answers for as 担当者 or 総括担当者."""
        return set(answered_departments(self.hats, RoleCode.SECTION_OFFICER, RoleCode.DIVISION_OFFICER))

    def narrowed(self, rows: models.QuerySet, field: str = "department") -> models.QuerySet:
        """Rows that have no person of their own: what one answers for is one's own; the section's are those of the own department."""
        if self.scope == Scope.CITY:
            return rows
        return rows.filter(**{f"{field}__in": self.answered if self.scope == Scope.MINE else self.homes | self.answered})


Provider = Callable[[Asked], Iterable[Entry]]
Condition = Callable[[date, date], models.QuerySet]
_providers: dict[Provider, Kind] = {}
_conditions: dict[Provider, Condition] = {}


def shows(kind: Kind, *, only_if: Condition | None = None) -> Callable[[Provider], Provider]:
    """Register what stands in the calendar of one kind; a kind may have several providers.

    `only_if(since, until)` gives rows without which the provider has nothing to show to anybody in these days: all are asked for in
    one question, before the providers ask what this person sees.
    """

    def register(provider: Provider) -> Provider:
        _providers[provider] = kind
        if only_if:
            _conditions[provider] = only_if
        return provider

    return register


def kinds() -> list[Kind]:
    """The kinds that somebody provides, in their order."""
    provided = set(_providers.values())
    return [kind for kind in Kind if kind in provided]


@cache
def _present(providers: tuple[Provider, ...]) -> Presence:
    return Presence({provider: _conditions[provider] for provider in providers})


def entries(asked: Asked, *, only: Collection[Kind] = ()) -> list[Entry]:
    """Everything of these days in the order of days and kinds; a fixed number of queries, whatever there is."""
    wanted = set(only) or set(Kind)
    ask_everywhere(at=asked.at)
    there = _present(tuple(_conditions))(since=asked.since, until=asked.until) if _conditions else set()
    providers = [row for row, kind in _providers.items() if kind in wanted and (row in there or row not in _conditions)]
    found = [entry for provider in providers for entry in provider(asked)]
    order = {kind: place for place, kind in enumerate(Kind)}
    return sorted(found, key=lambda entry: (entry.day, order[entry.kind], entry.title, entry.place))

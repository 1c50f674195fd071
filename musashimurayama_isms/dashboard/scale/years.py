"""The plan: year by year assets, requests, incidents and a self-inspection, then their acts in the trail, in the order of time."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, models, transaction

from assets.models import Asset
from audits.models import Answer, Campaign
from incidents.models import Incident, NumberSeries
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_bounds, fiscal_year_label, next_working_day
from musashimurayama_isms.search.reindexing import reindex
from musashimurayama_isms.trail.models import Entry

from . import chain
from .amount import Amount
from .assets import Register
from .cast import Cast
from .rows import Row, Rows
from .specimen import Copy, Specimen
from .specimens import incidents, inspections, requests
from .staff import Place, engage, like_the_model, places

NEW = timedelta(days=21)  # what is not yet over began in these days
Say = Callable[[str], None]


class Filled(RuntimeError):
    """The database holds rows already: nothing is added to them."""


def guard_empty() -> None:
    """Filled where an asset, a request, an incident or a self-inspection stands in the database."""
    for model in (Asset, Request, Incident, Campaign):
        if model.objects.exists():
            raise Filled(f"{model._meta.verbose_name}がすでに登録されています。")


class Years:
    """Makes everything; `seed` decides whatever is left to chance, `say` is told how far it is."""

    def __init__(self, amount: Amount, *, at: datetime, seed: int = 1, say: Say = print) -> None:
        self.amount, self.at, self.say = amount, at, say
        self.this_year = fiscal_year(day_of(at))
        self.first_year = self.this_year - amount.years + 1
        self.rows = Rows(random.Random(seed))  # noqa: S311  sample data
        self.chance = self.rows.chance
        self._sequences: Counter[tuple[Any, int]] = Counter()

    def make(self) -> None:
        """All of it. Filled, before anything is written, where the database is not empty."""
        guard_empty()
        self._prepare()
        for index in range(self.amount.years):
            self._year(index)
        self._settle()

    # -- once --------------------------------------------------------------------------------------------------------------
    def _prepare(self) -> None:
        first_day = fiscal_year_bounds(self.first_year)[0]
        with transaction.atomic():
            engage(self.amount.staff, since=first_day)
        found = places()
        self.homes, self.cast = like_the_model(found), Cast.of(found, on=day_of(self.at))
        self.say("見本の職員をそろえました。手本になる申請・インシデント・自己点検を、本物の操作で作ります。")
        began = _moment(next_working_day(day_of(self.at) - timedelta(days=80)), self.at)
        self.of_requests = requests.specimens(self.cast, at=began)
        self.of_incidents = incidents.specimens(self.cast, at=began)
        opened = _moment(next_working_day(day_of(self.at) - timedelta(days=60)), self.at)
        self.of_inspections = inspections.specimens(self.cast, at=opened, questions=self.amount.questions, chance=self.chance)
        self.register = Register(found, self.rows, at=self.at, edits=self._edits())

    def _edits(self) -> int:
        """How often an asset is corrected, so that the trail comes to the number asked for."""
        others = sum(len(specimen.acts) for specimen in self.of_inspections.values()) * self.amount.years // 2
        others += self._expected(self.of_requests, requests.OVER, self.amount.requests)
        others += self._expected(self.of_incidents, incidents.OVER, self.amount.incidents)
        return max(0, round((self.amount.entries - others) / self.amount.assets) - 1)

    @staticmethod
    def _expected(specimens: dict[str, Specimen], weights: dict[str, int], count: int) -> int:
        return count * sum(len(specimens[name].acts) * weight for name, weight in weights.items()) // sum(weights.values())

    # -- a year ------------------------------------------------------------------------------------------------------------
    def _year(self, index: int) -> None:
        year = self.first_year + index
        since, until = (_moment(day, self.at) for day in fiscal_year_bounds(year))
        until = min(until + timedelta(days=1), self.at)
        found: dict[type[models.Model], list[Row]] = {}
        with transaction.atomic():
            acts = self.register.enter(self.amount.of_year(self.amount.assets, index), since=since, until=until)
            acts += self._inspection(year, found)
            for number, began in self._spread(self.amount.of_year(self.amount.requests, index), since, until):
                acts += self._request(number, year, began, until, found)
            for number, began in self._spread(self.amount.of_year(self.amount.incidents, index), since, until):
                acts += self._incident(number, year, began, until, found)
            for model, rows in found.items():
                self.rows.write(model, rows)
        acts += self.register.corrections(since=since, until=until if year < self.this_year else self.at)
        written = chain.write(self.rows, acts)
        self.say(f"{fiscal_year_label(year)}: 証跡 {written:,} 件までを書き込みました（{index + 1}/{self.amount.years} 年度）。")

    def _inspection(self, year: int, found: dict[type[models.Model], list[Row]]) -> list[Row]:
        specimen = self.of_inspections["open" if year == self.this_year else "reported"]
        days = (date(year, 6, 1) - day_of(specimen.at)).days if year < self.this_year else 0
        return inspections.copied(specimen, self.rows, year, days=days).write_into(found)

    def _request(self, number: int, year: int, began: datetime, until: datetime, found: dict) -> list[Row]:
        name, days = self._turn(self.of_requests, requests.OVER, requests.OPEN, began, until)
        specimen = self.of_requests[name]
        sequence = self._next(specimen.root.type_id, year) if specimen.root.number else 0
        return self._copy(requests.copied, specimen, number, year, sequence, days).write_into(found)

    def _incident(self, number: int, year: int, began: datetime, until: datetime, found: dict) -> list[Row]:
        name, days = self._turn(self.of_incidents, incidents.OVER, incidents.OPEN, began, until)
        specimen = self.of_incidents[name]
        return self._copy(incidents.copied, specimen, number, year, self._next(Incident, year), days).write_into(found)

    def _copy(self, copied: Callable[..., Copy], specimen: Specimen, number: int, year: int, sequence: int, days: int) -> Copy:
        place: Place = self.homes[number % len(self.homes)]
        clerk = place.staff[number // len(self.homes) % len(place.staff)]
        return copied(specimen, self.rows, year, sequence, days=days, **self.cast.stand_in(place, clerk))

    def _spread(self, numbers: range, since: datetime, until: datetime) -> Iterator[tuple[int, datetime]]:
        """Each number with the moment at which it begins, in the order of time."""
        span = (until - since) / max(1, len(numbers))
        return ((number, since + span * (place + self.chance.random())) for place, number in enumerate(numbers))

    def _turn(self, specimens: dict[str, Specimen], over: dict[str, int], is_open: dict[str, int], began: datetime, until: datetime):
        """Which shape, and how many days later than its specimen: what began lately may be open, all else is over."""
        weights = is_open if self.at - began < NEW else over
        name = self.chance.choices(list(weights), list(weights.values()))[0]
        specimen = specimens[name]
        latest = min(began, until - (specimen.last_at - specimen.at) - timedelta(days=1))
        return name, (day_of(latest) - day_of(specimen.at)).days

    def _next(self, series: Any, year: int) -> int:
        self._sequences[series, year] += 1
        return self._sequences[series, year]

    # -- at the end ----------------------------------------------------------------------------------------------------------
    def _settle(self) -> None:
        """Counters go on where the copies end, what was copied is found, and the database learns how its tables are filled."""
        with transaction.atomic():
            self.register.settle()
            last = {year: count for (series, year), count in self._sequences.items() if series is Incident}
            NumberSeries.objects.bulk_create(NumberSeries(fiscal_year=year, last=count) for year, count in last.items())
            self.rows.settle()
        self.say("検索用の言葉を作ります。")
        reindex()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    def counts(self) -> Iterator[tuple[str, int]]:
        """What stands in the database now, by name."""
        for model in (Asset, Request, Incident, Campaign, Answer, Entry):
            yield str(model._meta.verbose_name), model.objects.count()


def _moment(day: date, at: datetime) -> datetime:
    """Ten in the morning of a day."""
    return datetime(day.year, day.month, day.day, 10, tzinfo=at.tzinfo)

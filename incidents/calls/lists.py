"""Whom to ring about one incident: those it waits for, those above them, whoever else a room names, and offices outside.

@rings
def meeting(incident, at):
    yield Ring("情報セキュリティ会議の構成員", "招集を伝えます。", actors)
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.urls import reverse

from incidents.chain import Party
from incidents.models import Call, Contact, Incident, OutsideContact, Receipt, Step
from incidents.overview import Overview
from incidents.parties import Actor, committee_actors
from musashimurayama_isms.accounts.models import User

SHOWN = 12


@dataclass(frozen=True)
class Ring:
    """Persons to ring for one reason; `act` is the step or the receipt that an answer on the phone would settle."""

    title: str
    why: str
    actors: list[Actor]
    act: Step | Receipt | None = None

    @property
    def oral_url(self) -> str:
        """Where words spoken on the phone are entered in the other's name."""
        if isinstance(self.act, Receipt):
            return reverse("incidents:oral_receipt", args=[self.act.pk])
        return reverse("incidents:oral_step", args=[self.act.pk]) if self.act and self.act.spec.is_word else ""


Source = Callable[[Incident, datetime], Iterable[Ring]]
SOURCES: list[Source] = []


def rings(source: Source) -> Source:
    """Register persons that a room wants to have rung, such as the members of a meeting that was called."""
    if source not in SOURCES:
        SOURCES.append(source)
    return source


@rings
def committee(incident: Incident, at: datetime) -> Iterable[Ring]:
    """The members, who also sit as 情報セキュリティ会議 (3.4.2.5); not where a chief is the matter."""
    if incident.is_open and not incident.bypasses_chief and (actors := committee_actors(at=at)):
        yield Ring("情報化推進委員会（情報セキュリティ会議）", "会議を招集するときや、委員会の判断を急ぐときに連絡します。", actors)


@dataclass(frozen=True)
class Line:
    """One person, or one office, with the numbers that the reader may see and the latest call."""

    key: str
    name: str
    role: str
    extension: str = ""
    after_hours: str = ""
    in_place_of: str = ""
    last: Call | None = None
    person: User | None = None
    outside: OutsideContact | None = None


@dataclass
class Block:
    """A heading with its lines."""

    title: str
    why: str
    lines: list[Line] = field(default_factory=list)
    due: datetime | None = None
    oral_url: str = ""


class CallList:
    """One incident's list for one reader."""

    def __init__(self, incident: Incident, user: User, *, at: datetime) -> None:
        self.incident, self.user, self.at = incident, user, at
        self.view = Overview(incident, user, at=at)

    @cached_property
    def _last(self) -> tuple[dict[int, Call], dict[int, Call]]:
        """The latest call to each person and to each office."""
        rows = list(self.incident.calls.select_related("by").order_by("called_at", "pk"))
        return {row.person_id: row for row in rows if row.person_id}, {row.outside_id: row for row in rows if row.outside_id}

    @cached_property
    def _rings(self) -> list[Ring]:
        """Those it waits for and those above, party by party; then what other rooms want."""
        found: list[Ring] = []
        acts: dict[str, Step | Receipt] = {}
        for act in [*self.view.steps, *self.view.receipts]:
            if act.is_pending:
                acts.setdefault(act.sender if isinstance(act, Step) else act.party, act)
        for party, act in acts.items():
            what = act.spec.act if isinstance(act, Step) else "受領する"
            actors = [actor for actor in self.view.people[party] if actor.person.pk != self.user.pk]
            if actors:
                found.append(Ring(Party(party).label, f"「{what}」を待っています。", actors, act))
        return found

    @cached_property
    def _above(self) -> list[Ring]:
        """One up of every party that is silent, each person once."""
        known = {actor.person.pk for ring in self._rings for actor in ring.actors} | {self.user.pk}
        found: dict[int, Actor] = {}
        for ring in self._rings:
            party = ring.act.sender if isinstance(ring.act, Step) else ring.act.party
            for actor in self.incident.one_up(party, at=self.at):
                if actor.person.pk not in known:
                    found.setdefault(actor.person.pk, actor)
        return [Ring("出ないときに、次に連絡する方", "上の方が出ないときに連絡します。", list(found.values()))] if found else []

    @cached_property
    def _others(self) -> list[Ring]:
        """What other rooms want, unless everyone of it stands above already."""
        rings = [ring for source in SOURCES for ring in source(self.incident, self.at)] if self.incident.is_open else []
        known = {actor.person.pk for ring in self._rings for actor in ring.actors} | {self.user.pk}
        return [ring for ring in rings if any(actor.person.pk not in known for actor in ring.actors)]

    @cached_property
    def _numbers(self) -> dict[int, str]:
        people = {actor.person.pk for ring in [*self._rings, *self._above, *self._others] for actor in ring.actors}
        rows = Contact.objects.visible_to(self.user, at=self.at).filter(person__in=people)
        return {row.person_id: row.after_hours for row in rows}

    def _line(self, actor: Actor) -> Line:
        person = actor.person
        return Line(
            key=f"person:{person.pk}",
            name=person.name,
            role=actor.label,
            extension=person.extension,
            after_hours=self._numbers.get(person.pk, ""),
            in_place_of=actor.in_place_of.name if actor.in_place_of else "",
            last=self._last[0].get(person.pk),
            person=person,
        )

    def _block(self, ring: Ring) -> Block:
        lines = [self._line(actor) for actor in ring.actors[:SHOWN]]
        return Block(ring.title, ring.why, lines, ring.act.due_at if ring.act else None, ring.oral_url)

    @cached_property
    def blocks(self) -> list[Block]:
        """The persons, the most urgent first."""
        return [self._block(ring) for ring in [*sorted(self._rings, key=lambda ring: ring.act.due_at), *self._above, *self._others]]

    @cached_property
    def outside(self) -> Block:
        """Offices and companies (3.10.5.1.5)."""
        lines = [
            Line(f"outside:{row.pk}", row.name, row.purpose, row.phone, row.after_hours, last=self._last[1].get(row.pk), outside=row)
            for row in OutsideContact.objects.in_use()
        ]
        return Block("庁外の連絡先", "外部への報告は、決める役割の判断を受けてから行います。", lines)

    @property
    def lines(self) -> dict[str, Line]:
        """Everyone on the list once, by key; the first heading counts."""
        found: dict[str, Line] = {}
        for line in [line for block in [*self.blocks, self.outside] for line in block.lines]:
            found.setdefault(line.key, line)
        return found

    def oral_url_for(self, key: str) -> str:
        """Where to enter what this person said, if something waits for that person's role."""
        return next((block.oral_url for block in self.blocks if block.oral_url and any(line.key == key for line in block.lines)), "")

"""The handover list of a person who moves or leaves (3.9.1.9): the standard lines, what the person held, what was given up.

A higher app adds what a person holds: `register_holdings(function)` in its AppConfig.ready, where `function(user, on)`
gives `Holding` rows, such as each information asset that is out of the house in that person's name.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from .models.department import Department
from .models.handover import HandoverItem, HandoverStandard
from .models.user import User


@dataclass(frozen=True)
class Holding:
    """One thing that a person holds, in words, with the clause that asks for its return."""

    label: str
    clause: str = "3.9.1.9"


Source = Callable[[User, date], Iterable[Holding]]
_sources: list[Source] = []


def register_holdings(source: Source) -> Source:
    """Ask `source(user, on)` for what a person holds whenever a list is opened."""
    if source not in _sources:
        _sources.append(source)
    return source


def open_list(change, draft) -> list[HandoverItem]:
    """The items of one person of a personnel list, in the caller's transaction; `draft` is the row that was carried out."""
    lines = [*_standard(draft), *_given_up(draft), *_held(draft.person, draft.on)]
    return HandoverItem.objects.bulk_create(
        _item(change, draft.person, draft.left_section, line, draft.left_on or draft.on, place) for place, line in enumerate(lines, 1)
    )


def _item(change, person: User, section: Department, line: Holding, leaves_on: date, place: int) -> HandoverItem:
    return HandoverItem(
        change=change, person=person, department=section, label=line.label[:200], clause=line.clause, leaves_on=leaves_on, position=place
    )


def _standard(draft) -> Iterator[Holding]:
    rows = HandoverStandard.objects.filter(is_used=True)
    rows = rows.filter(for_leavers=True) if draft.left_on else rows.filter(for_movers=True)
    return (Holding(row.label, row.clause) for row in rows)


def _given_up(draft) -> Iterator[Holding]:
    """The roles that ended with a post, and the posts that the person was deputy for."""
    for row, _ in draft.ends:
        for role in row.post.roles.exclude(reach="person"):
            yield Holding(f"役割の引継ぎ: {role.name}（{row.post}）", role.clause)
    for row, _ in draft.deputies:
        yield Holding(f"代理の引継ぎ: {row.post}")


def _held(person: User, on: date) -> Iterator[Holding]:
    return (holding for source in _sources for holding in source(person, on))

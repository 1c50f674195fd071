"""The requests as mechanisms, and as a panel on the clauses that ask for them: the figures come from the floor below."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.utils import timezone

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals import figures, ground, matters
from musashimurayama_isms.approvals.models import RequestType
from policy import mechanisms
from policy.mechanisms import Figures
from policy.models import Clause
from policy.panels import Panel, register
from policy.regulations import Register

PREFIX = "request:"


def codes() -> list[str]:
    """A mechanism for every type that an app has opened and an obligation may name."""
    return [f"{PREFIX}{code}" for code in sorted(matters.registered()) if f"{PREFIX}{code}" in mechanisms.WORDS]


def of_types(*, at: datetime) -> Mapping[str, Figures]:
    """The figures of all types together."""
    counted = figures.by_type([code.removeprefix(PREFIX) for code in codes()], at=at)
    return {f"{PREFIX}{code}": Figures(*found) for code, found in counted.items()}


def separation(*, at: datetime) -> Figures:
    return Figures(*figures.separation(at=at))


def business(*, at: datetime) -> Figures:
    """What the committee deliberates, hands on, asks and shares (3.4.2.4.2, 3.4.2.6.2, 3.4.2.10)."""
    return Figures(*figures.business(at=at))


def missing(codes: Collection[str], *, on: date) -> Mapping[str, ground.Missing]:
    """Of these regulations those that neither stand in the portal nor are kept elsewhere. KeyError for an unknown code."""
    register = Register(on=on)
    entries = [register.entry(code) for code in codes]
    rows = [entry.regulation for entry in entries if not entry.is_in_force]
    return {row.code: ground.Missing(row.title, row.get_absolute_url()) for row in rows}


ground.register(missing)
KEEPERS = {"portal:separation": separation, "business": business}


@register
def requests(clause: Clause, user: User) -> Panel | None:
    """The types of requests that rest on a clause or on one below it, with their live figures."""
    types = [row for row in RequestType.objects.filter(is_active=True).with_routes() if _rests_on(row, clause.number)]
    if not types:
        return None
    counted = figures.by_type([row.code for row in types], at=timezone.now())
    rows = [{"type": row, "is_open": matters.is_open(row), "figures": counted[row.code]} for row in types]
    return Panel("この条項による申請", "approvals/clause_panel.html", {"requests": rows})


def _rests_on(type_: RequestType, number: str) -> bool:
    """A type rests on its clauses and on those that contain them, from the (1) level down."""
    return number.count(".") >= 2 and any(clause == number or clause.startswith(f"{number}.") for clause in type_.clauses)

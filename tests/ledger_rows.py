"""The stage of the tests of registers and ledgers, set once a module; a sound row of each ledger and a life through its acts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from assets.ledgers.declaration import Field, Kind, Ledger
from assets.models import DevelopmentFile, Device, System
from musashimurayama_isms.approvals.catalogue import load_request_types

from .cast import Cast
from .request_rows import CONTENT, permit, submitted

AT = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)  # 15:00 in the city

# What a check over several fields asks beyond the fields themselves.
BEYOND = {
    "user-id": ("person",),
    "privileged-id": ("person",),
    "area-entry-log": ("person",),
    "change-history": ("system",),
}
TIMES = {"finished_at": 1, "exited_at": 2, "recovered_at": 2, "started_at": 0}


class Stage:
    """The cast with a system of 市民課, a terminal and a development file."""

    def __init__(self) -> None:
        self.cast = cast = Cast()
        self.at, self.person = AT, cast.clerk
        facts = {"name": "住民記録", "purpose": "住民票の写しの交付", "network": "my_number", "asset_class": 1, "manager": "市民課長"}
        self.system = System.enter(by=cast.clerk, at=AT, department=cast.section, **facts)
        place = {"kind": "terminal", "name": "窓口端末", "network": "my_number", "place": "窓口", "asset_tag": "B-1"}
        self.device = Device.enter(by=cast.clerk, at=AT, department=cast.section, **place)
        period = {"starts_on": AT.date(), "ends_on": AT.date() + timedelta(days=90)}
        self.development = DevelopmentFile.open(
            self.system, by=cast.clerk, at=AT, title="更新", kind="renewal", manager="市民課長", **period
        )


def let_in(stage: Stage, *visitors: str) -> None:
    """A permit for the controlled area of `sample`, without which nobody is entered in its log (3.8.2.2.1)."""
    load_request_types()
    content = {**CONTENT["area-entry"](stage), "area": "管理区域の見本", "starts_on": "2026-11-01", "visitors": "\n".join(visitors)}
    permit(submitted("area-entry", stage, content=content, at=stage.at), stage.cast.central_manager, at=stage.at)


@contextmanager
def set_stage(django_db_blocker) -> Iterator[Stage]:
    """Built once for a module; each test is a savepoint of its transaction, nothing stays in the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Stage()
        transaction.set_rollback(True)


def sample(field: Field, stage: Stage) -> Any:
    """A sound value of a declared field."""
    at = stage.at
    return {
        Kind.TEXT: f"{field.label}の見本",
        Kind.LONG: f"{field.label}の見本",
        Kind.NUMBER: 1,
        Kind.DATE: at.date(),
        Kind.MOMENT: at - timedelta(hours=9 - TIMES.get(field.name, 0)),
        Kind.CHOICE: field.choices[0][0] if field.choices else "",
        Kind.YES: True,
        Kind.CLASS: 2,
        Kind.PERSON: stage.person,
        Kind.PEOPLE: [stage.person],
        Kind.SYSTEM: stage.system,
        Kind.DEVICE: stage.device,
        Kind.DEVELOPMENT: stage.development,
    }[field.kind]


def sound(ledger: Ledger, stage: Stage) -> dict[str, Any]:
    """The required values of a row, and what its check asks."""
    wanted = BEYOND.get(ledger.code, ())
    return {field.name: sample(field, stage) for field in ledger.fields if field.required or field.name in wanted}


def lives(ledger: Ledger) -> list[str]:
    """Acts in an order that reaches each of them once, as far as the states allow, ending where nothing more may happen."""
    state, left, found = ledger.first_state.code, list(ledger.acts), []
    while True:
        onward = [act for act in left if state in act.sources]
        act = next((act for act in onward if ledger.state(act.target).is_open), onward[0] if onward else None)
        if act is None:
            return found
        found.append(act.code)
        left.remove(act)
        state = act.target

"""The departments of the city as one picture, asked once a page: every floor follows reorganisations and looks for what lies below a 部."""

from collections.abc import Collection

from musashimurayama_isms.prepared import Prepared

from .memory import once
from .models import Department

_ALL = Prepared(lambda: Department.objects.order_by("position", "code"))


def departments() -> dict[int, Department]:
    """Every department there ever was by its key; parents and successors are rows of the same picture, nothing is asked for them."""
    return once("departments", _picture)


def _picture() -> dict[int, Department]:
    rows = {row.pk: row for row in _ALL()}
    for row in rows.values():
        row.parent, row.successor = rows.get(row.parent_id), rows.get(row.successor_id)
    return rows


def below(divisions: Collection[int]) -> set[int]:
    """The departments whose upper one is among these."""
    return {pk for pk, row in departments().items() if row.parent_id in divisions} if divisions else set()

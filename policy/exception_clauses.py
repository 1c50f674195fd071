"""A new text moves clauses: what an exception in force leaves out follows its clause; one that has ended keeps the number of its day."""

from collections.abc import Mapping

from policy.carrying import SET_ASIDE, follow
from policy.models import ExceptedClause, PolicyException


@follow
def exceptions_follow(numbers: Mapping[str, str]) -> None:
    """Old number → new number; two that change places are set aside first, so that none is ever there twice."""
    rows = ExceptedClause.objects.filter(exception__status=PolicyException.Status.IN_FORCE, number__in=numbers)
    moved = list(rows.select_for_update(of=("self",)))
    targets = {row.pk: numbers[row.number] for row in moved}
    for name in (lambda row: f"{SET_ASIDE}{row.pk}", lambda row: targets[row.pk]):
        for row in moved:
            row.number = name(row)
        ExceptedClause.objects.bulk_update(moved, ["number"])

"""In which of a person's roles an act outside the chain is done, for the decision and for the record."""

from datetime import datetime
from typing import Any

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.models.role import StandingDeputy
from musashimurayama_isms.accounts.standing import Standing, answered_departments, standings


def worn(user: User, *role_codes: str, at: datetime, department: Department | None = None) -> Standing | None:
    """The hat under which the person may act in one of these roles, the first code first; None where there is none.

    `department` narrows to the hats that answer for that section. A deputy for infringements alone does not count.
    """
    hats = [hat for hat in standings(user, at=at) if hat.scope == StandingDeputy.Scope.ANY]
    for code in role_codes:
        for hat in hats:
            if hat.role.code == code and (department is None or department.pk in answered_departments([hat], code)):
                return hat
    return None


def signed(hat: Standing | None) -> dict[str, Any]:
    """`role` and `in_place_of` of an act, for the trail."""
    return {"role": hat.label, "in_place_of": hat.in_place_of} if hat else {}

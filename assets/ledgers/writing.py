"""The door through which other floors write a row into a ledger."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

from musashimurayama_isms.accounts.models import Department, User

if TYPE_CHECKING:
    from assets.models import LedgerEntry


def write(
    code: str, *, department: Department, data: dict[str, Any], by: User, at: datetime, subjects: Iterable[models.Model] = ()
) -> "LedgerEntry":
    """Write a row for a caller that has guarded the person, e.g. what follows a permit.

    `data` are the values of the declared fields by name: text, days, moments, rows (a User, a System …); `subjects` are
    further rows of any floor that it is about. ValidationError in Japanese, by field; LookupError for an unknown ledger.
    """
    from assets.models import LedgerEntry  # the models read the declarations of this package

    return LedgerEntry.write(code, department=department, data=data, by=by, at=at, subjects=subjects)

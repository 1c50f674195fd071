"""Numbers of committee business: each kind of row counts by committee and 年度; the committee's row is the lock of all of it."""

from datetime import datetime
from typing import Any

from django.db import models

from musashimurayama_isms.accounts.models import Committee
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year

PROMOTION = "PROMOTION_COMMITTEE"


def lock_committee(pk: int | None = None, *, code: str = "") -> Committee:
    """The committee, its row locked until the transaction ends: acts on its business come one after the other.

    Where a request is touched too, the request is locked first; nothing is recorded before both are.
    """
    which = {"code": code} if code else {"pk": pk}
    Committee.objects.select_for_update(no_key=True).get(**which)
    return Committee.objects.select_related("secretariat__parent").get(**which)


def next_number(rows: models.QuerySet, *, at: datetime) -> dict[str, Any]:
    """年度 and the next number among `rows`; the caller holds the committee."""
    year = fiscal_year(day_of(at))
    last = rows.filter(fiscal_year=year).aggregate(models.Max("number"))["number__max"]
    return {"fiscal_year": year, "number": (last or 0) + 1}


def short_number(year: int, number: int) -> str:
    """R8-003."""
    return f"R{year - 2018}-{number:03d}"

"""The record of who took the half-yearly list out on paper."""

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record

from .half_year import HalfYearList


def note_half_year(found: HalfYearList, suffix: str, *, by: User, at) -> None:
    """Who took the half-yearly list out."""
    record(by, "incidents.half_year.exported", None, at=at, format=suffix, count=len(found.rows), filter={"half": found.half.label})

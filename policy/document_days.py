"""What a new day brings to the sections' documents: versions come into force, grants run out. Run as often as you like."""

from datetime import date, datetime

from django.db import transaction

from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from policy.models import DocumentVersion, ReadingGrant


def turn_day(*, at: datetime) -> int:
    """Tell of every version whose day has come, and take the permissions of grants that are over; gives how many there were.

    What is in force and who may read is computed without it; only the notice and django-guardian's row wait for this.
    """
    versions = list(DocumentVersion.objects.unannounced(day_of(at)).select_related("document").order_by("effective_on", "number"))
    for version in versions:
        version.come_into_force(at=at)
    return len(versions) + end_run_out(at=at)


@transaction.atomic
def end_run_out(*, at: datetime) -> int:
    """End the grants whose last day is over, recorded as the portal's act."""
    grants = list(
        ReadingGrant.objects.run_out(day_of(at)).select_for_update(of=("self",)).select_related("document", "person", "department")
    )
    for grant in grants:
        grant.close(at=at)
        record(None, "policy.reading_grant.ended", grant.document, at=at, reader=grant.reader_name, until=grant.until.isoformat())
    return len(grants)


def months_later(day: date, months: int) -> date:
    """The same day some months on, or the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError  # every month has a 28th

"""When a task is due next, from the schedule alone; pure."""

from datetime import datetime, timedelta

from celery.schedules import BaseSchedule

from musashimurayama_isms.fiscal import TOKYO
from musashimurayama_isms.schedule import SCHEDULE

OFTEN = timedelta(minutes=9)


def next_after(name: str, moment: datetime) -> datetime:
    """The first time of the task after a moment."""
    when = SCHEDULE[name]["schedule"]
    if isinstance(when, BaseSchedule):
        start, delta, _ = when.remaining_delta(moment, tz=TOKYO)
        return start + delta
    return moment + timedelta(seconds=when)


def is_often(name: str) -> bool:
    """Each minute or so: its runs are kept for a day, else they would be most of the table."""
    when = SCHEDULE[name]["schedule"]
    return not isinstance(when, BaseSchedule) and timedelta(seconds=when) < OFTEN

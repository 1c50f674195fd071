"""The hours in which nothing is mailed but what is urgent. What waits is mailed when they end."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from musashimurayama_isms.fiscal import is_closing_day


@dataclass(frozen=True)
class Quiet:
    """From an hour until another one, over midnight where it is later; and the days on which the city hall is closed.

    Without hours, or with the same hour twice, no hour of an open day is quiet.
    """

    since: int | None = None
    until: int | None = None
    on_closed_days: bool = False

    def holds(self, at: datetime) -> bool:
        """Whether the moment is quiet, in the city's time."""
        local = timezone.localtime(at)
        if self.on_closed_days and is_closing_day(local.date()):
            return True
        if self.since is None or self.until is None:
            return False
        if self.since <= self.until:
            return self.since <= local.hour < self.until
        return local.hour >= self.since or local.hour < self.until

    def __str__(self) -> str:
        hours = f"{self.since}時から{self.until}時まで" if self.since is not None and self.since != self.until else ""
        return "と".join(part for part in (hours, "閉庁日" if self.on_closed_days else "") if part) or "なし"

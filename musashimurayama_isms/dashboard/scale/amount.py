"""How much is made."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True)
class Amount:
    """Rows of each kind over all the years; `questions` is how many a member of staff is asked in a self-inspection."""

    staff: int = 1_000
    years: int = 10
    assets: int = 100_000
    requests: int = 50_000
    incidents: int = 10_000
    questions: int = 40
    entries: int = 2_000_000  # of the trail, everything that the other rows bring with them included

    def part(self, share: float) -> Self:
        """The same years with a fraction of the rows, at least one of each; the staff stays, for every section needs its people.

        ValueError for a share that is not above 0 and at most 1.
        """
        if not 0 < share <= 1:
            raise ValueError(share)
        counts = {name: max(1, round(getattr(self, name) * share)) for name in ("assets", "requests", "incidents", "entries")}
        return replace(self, **counts)

    def of_year(self, count: int, year: int) -> range:
        """The running numbers, from 0, of those of `count` rows that belong to the year with this index."""
        return range(count * year // self.years, count * (year + 1) // self.years)

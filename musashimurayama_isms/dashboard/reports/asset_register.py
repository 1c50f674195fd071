"""The register of information assets on A4: the sections one below the other, the classes counted, as far as the person sees it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import groupby

from assets.classification import AssetClass
from assets.models import Asset
from musashimurayama_isms.accounts.models import User

REGISTER = "dashboard.asset_register"
A_PAGE = 11  # assets on a page, about; says only how far the bar has come
CHUNK = 500


@dataclass
class Shelf:
    """The assets of one section."""

    name: str
    rows: list[Asset] = field(default_factory=list)

    @property
    def counts(self) -> list[tuple[str, int]]:
        found = Counter(row.effective_class for row in self.rows)
        return [(rank.label, found[rank]) for rank in AssetClass]


class AssetRegister:
    """Read in portions, so that the work can be taken back in the middle."""

    def __init__(self, user: User, *, at: datetime, department: int | None, with_disposed: bool) -> None:
        rows = Asset.objects.visible_to(user, at=at)
        if department is not None:
            rows = rows.filter(department=department)
        self.rows = rows if with_disposed else rows.kept()
        self.read: list[Asset] = []

    @cached_property
    def total(self) -> int:
        return self.rows.count()

    def reading(self) -> Iterator[int]:
        """Reads all rows; gives after each portion how many are read."""
        ordered = self.rows.for_list().order_by("department__position", "department_id", "number")
        for asset in ordered.iterator(chunk_size=CHUNK):
            self.read.append(asset)
            if len(self.read) % CHUNK == 0:
                yield len(self.read)
        yield len(self.read)

    @cached_property
    def shelves(self) -> list[Shelf]:
        by_section = groupby(self.read, key=lambda row: row.department_id)
        found = [list(group) for _, group in by_section]
        return [Shelf(rows[0].department.full_name, rows) for rows in found]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Of everything, by class."""
        return Shelf("", self.read).counts

    @property
    def highest(self) -> AssetClass | None:
        return min((AssetClass(row.effective_class) for row in self.read), default=None)

    @property
    def pages(self) -> int:
        """About how many there will be."""
        return len(self.read) // A_PAGE + len(self.shelves) + 2

"""Three texts of one cell: what was taken along, what came back, what stands now. Neither side is ever lost."""

from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """What becomes of a cell."""

    UNCHANGED = "unchanged"  # nobody has written, or both have written the same
    TAKEN = "taken"  # only the file says something new
    KEPT = "kept"  # only the portal says something new
    CONFLICT = "conflict"  # both do, and not the same


@dataclass(frozen=True)
class Cell:
    """The base that was taken along, the file's text, and the portal's."""

    base: str
    file: str
    portal: str

    @property
    def outcome(self) -> Outcome:
        if self.file == self.portal:
            return Outcome.UNCHANGED
        if self.file == self.base:
            return Outcome.KEPT
        return Outcome.TAKEN if self.portal == self.base else Outcome.CONFLICT

    @property
    def merged(self) -> str:
        """What the cell says afterwards; in a conflict the portal's text stays until somebody has decided."""
        return self.file if self.outcome is Outcome.TAKEN else self.portal

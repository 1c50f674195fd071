"""A text of the policy on A4, as far as the person may read it."""

from dataclasses import dataclass
from functools import cached_property

from policy.models import Clause
from policy.visits import Visit

TEXT = "dashboard.policy_text"
CONTENTS_TO = 3  # chapter, 節, (1)
A_PAGE = 9  # clauses, about


@dataclass(frozen=True)
class Line:
    """A clause as it is printed; `name` is the anchor that the contents point to."""

    clause: Clause

    @property
    def name(self) -> str:
        return "c" + self.clause.number.replace(".", "-")

    @property
    def depth(self) -> int:
        return min(self.clause.depth, 6)

    @property
    def is_heading(self) -> bool:
        return self.clause.depth <= CONTENTS_TO and bool(self.clause.heading)


class PolicyText:
    """The clauses in the order of the document."""

    def __init__(self, visit: Visit) -> None:
        """LookupError where the text has no clause that the person may read."""
        self.visit, self.revision = visit, visit.revision
        if self.revision is None or not self.lines:
            raise LookupError("この版に読める条項はありません。")

    @cached_property
    def lines(self) -> list[Line]:
        return [Line(clause) for clause in self.visit.clauses]

    @property
    def contents(self) -> list[Line]:
        return [line for line in self.lines if line.is_heading]

    @property
    def pages(self) -> int:
        return len(self.lines) // A_PAGE + 2

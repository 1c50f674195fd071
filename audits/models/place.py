"""What one person is to one audit: head, auditor who is independent or not any more, the audited side, or nobody."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from audits.independence import Conflict, lines_by_department
from audits.parties import Reach, officers

if TYPE_CHECKING:
    from .assignment import Assignment
    from .engagement import Engagement


@dataclass
class Place:
    """Computed for each page and each act; a personnel change is seen at once."""

    engagement: "Engagement"
    reach: Reach

    @classmethod
    def of(cls, engagement: "Engagement", reach: Reach) -> "Place":
        return cls(engagement, reach)

    @cached_property
    def assignment(self) -> "Assignment | None":
        """The request to this person to audit, as long as it stands."""
        return self.engagement.assignments.standing().filter(person=self.reach.user).first()

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """What stands against this person auditing it today."""
        return self.reach.lines.conflicts(lines_by_department(at=self.reach.at)[self.engagement.department_id])

    @property
    def is_head(self) -> bool:
        return self.reach.is_head

    @property
    def is_ciso(self) -> bool:
        return self.reach.ciso is not None

    @property
    def is_auditor(self) -> bool:
        """Has accepted, and is independent today (3.13.1.1)."""
        return self.assignment is not None and self.assignment.is_accepted and not self.conflicts

    @property
    def is_asked(self) -> bool:
        return self.assignment is not None and not self.assignment.is_accepted

    @property
    def is_lead(self) -> bool:
        return self.is_auditor and self.assignment is not None and self.assignment.is_lead

    @property
    def leads(self) -> bool:
        return self.is_lead or self.is_head

    @property
    def sees_inside(self) -> bool:
        """Drafts, papers and notes."""
        return self.reach.sees_all or self.is_auditor

    @property
    def is_of_section(self) -> bool:
        """The audited side, once it has been told."""
        return self.engagement.is_told and self.engagement.department_id in self.reach.homes | self.reach.answered

    @cached_property
    def is_officer(self) -> bool:
        """Answers for the audited section, one up where nobody is there."""
        found = officers(self.engagement.department, at=self.reach.at)
        return self.engagement.is_told and any(actor.person.pk == self.reach.user.pk for actor in found)

    @property
    def refusal(self) -> str:
        """Why this person may not write as an auditor."""
        if self.assignment and self.conflicts:
            return f"{self.conflicts[0].words}この監査の記録は書けません。監査総括責任者が別の監査人に替えます。"
        return "これを行うのは、この監査を引き受けた監査人です。"

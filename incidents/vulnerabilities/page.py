"""What the page of a vulnerability shows one person: the systems seen, what may be done with each, how it stands."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from assets.registers import RegisterReach
from incidents.alert_pages import with_files
from incidents.models import Bulletin, Vulnerability, VulnerabilityTarget
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.models import Entry


@dataclass
class VulnerabilityPage:
    """One vulnerability before one person."""

    vulnerability: Vulnerability
    reach: RegisterReach
    at: datetime

    @cached_property
    def targets(self) -> list[VulnerabilityTarget]:
        """The systems that the person sees, each with its files and the acts that are open to the person."""
        user, on = self.reach.user, day_of(self.at)
        rows = VulnerabilityTarget.objects.visible_to(user, at=self.at, reach=self.reach).filter(vulnerability=self.vulnerability)
        found = with_files(rows.for_list().order_by("system__code"))
        for row in found:
            row.vulnerability = self.vulnerability
            row.may_answer = bool(row.answers(user, at=self.at, reach=self.reach))
            row.may_decide = row.decider(user, at=self.at) is not None
            row.may_ask_again = row.can_ask_again(user, at=self.at, reach=self.reach)
            row.is_late = row.is_overdue(on=on)
        return found

    @property
    def mine(self) -> list[VulnerabilityTarget]:
        """Those that wait for an act of this person: the own sections', and refusals to decide about."""
        sections = self.reach.sections
        return [
            row for row in self.targets if row.may_decide or (row.may_answer and row.system.department_id in sections and self._waits(row))
        ]

    @staticmethod
    def _waits(row: VulnerabilityTarget) -> bool:
        return row.status in VulnerabilityTarget.WITH_SECTION

    @cached_property
    def counts(self) -> list[tuple[str, int]]:
        """How many systems stand how, in the order of the states; those with none are left out."""
        found = Counter(row.status for row in self.targets)
        return [(status.label, found[status]) for status in VulnerabilityTarget.Status if found[status]]

    @property
    def left(self) -> int:
        return sum(not row.is_ended for row in self.targets)

    @property
    def late(self) -> int:
        return sum(row.is_late for row in self.targets)

    @property
    def can_keep(self) -> bool:
        return Vulnerability.can_keep(self.reach.user, at=self.at, reach=self.reach)

    @property
    def can_close(self) -> bool:
        """The keeper sees every system, so that nothing hidden is left."""
        return self.can_keep and self.vulnerability.is_open and not self.left

    @cached_property
    def may_warn(self) -> bool:
        return Bulletin.issuer(self.reach.user, at=self.at) is not None

    @cached_property
    def bulletins(self):
        return Bulletin.objects.visible_to(self.reach.user, at=self.at).filter(vulnerability=self.vulnerability)

    @cached_property
    def entries(self):
        """The whole history for who sees every system; it names the systems."""
        return Entry.objects.about(self.vulnerability) if self.reach.is_wide or self.reach.is_central_staff else []

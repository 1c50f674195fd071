"""One assessment as its page shows it, read in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.urls import reverse

from assets.classification import AssetClass
from assets.models.improvement import Improvement
from assets.models.risk import Level, RiskAssessment, RiskLine, RiskRule, Threat
from assets.reach import Reach
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.models import Entry


@dataclass(frozen=True)
class Cell:
    """A threat to one class."""

    line: RiskLine
    level: Level

    @property
    def tone(self) -> str:
        if self.line.adequate == RiskLine.Adequate.NO:
            return "error"
        return "quiet" if self.line.adequate == RiskLine.Adequate.NONE else "done" if self.line.adequate else "waiting"


@dataclass(frozen=True)
class Row:
    """A threat with its cells."""

    threat: Threat
    cells: list[Cell | None]
    url: str

    @property
    def is_open(self) -> bool:
        return any(cell and not cell.line.adequate for cell in self.cells)


class AssessmentPage:
    """What is judged, what is open, what will be improved."""

    def __init__(self, assessment: RiskAssessment, user: User, *, at: datetime) -> None:
        self.assessment, self.at = assessment, at
        reach = Reach.of(user, at=at)
        is_open = assessment.status == RiskAssessment.Status.OPEN
        self.may_answer = is_open and assessment.can_assess(user, at=at, reach=reach)
        self.may_close = is_open and assessment.can_close(user, at=at, reach=reach)
        self.may_reopen = not is_open and assessment.can_close(user, at=at, reach=reach)

    @cached_property
    def _lines(self) -> list[RiskLine]:
        return list(self.assessment.lines.select_related("threat").prefetch_related("improvements"))

    @cached_property
    def classes(self) -> list[AssetClass]:
        return [AssetClass(rank) for rank in sorted({line.asset_class for line in self._lines})]

    @cached_property
    def rows(self) -> list[Row]:
        table, found = RiskRule.table(), {}
        for line in self._lines:
            found.setdefault(line.threat_id, {})[line.asset_class] = Cell(line, line.level_in(table))
        threats = {line.threat_id: line.threat for line in self._lines}
        return [Row(threats[key], [cells.get(rank) for rank in self.classes], self._url(threats[key])) for key, cells in found.items()]

    def _url(self, threat: Threat) -> str:
        return reverse("assets:risk_threat", args=[self.assessment.pk, threat.code])

    def after(self, code: str) -> str:
        """Where to go when one threat is judged: the next open one, or back to the assessment."""
        order = [row.threat.code for row in self.rows]
        place = order.index(code) if code in order else -1
        following = self.rows[place + 1 :] + self.rows[: place + 1]
        return next((row.url for row in following if row.is_open), self.assessment.get_absolute_url())

    @property
    def answered(self) -> int:
        return sum(bool(line.adequate) for line in self._lines)

    @property
    def total(self) -> int:
        return len(self._lines)

    @property
    def short(self) -> list[RiskLine]:
        """The lines whose measures do not suffice, with what will be done."""
        return [line for line in self._lines if line.adequate == RiskLine.Adequate.NO]

    @cached_property
    def entries(self) -> list[Entry]:
        return list(Entry.objects.about(self.assessment).exclude(verb="assets.riskline.answered"))

    @property
    def improvement_tones(self) -> dict[str, str]:
        return {Improvement.Status.OPEN: "waiting", Improvement.Status.DONE: "done", Improvement.Status.DROPPED: "quiet"}

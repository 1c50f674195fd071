"""One drill as its page and its sheet show it, read in a fixed number of queries."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from incidents.models import Drill, DrillRun, DrillStep, DrillTask
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.models import Entry


@dataclass(frozen=True)
class Sheet:
    """One incident of the drill with its steps, words and response, in order."""

    run: DrillRun
    steps: list[DrillStep]

    @property
    def late(self) -> int:
        return sum(step.state[1] in ("error", "warning") for step in self.steps)


class DrillPage:
    """What a person may do with a drill, and what it showed."""

    def __init__(self, drill: Drill, user: User, *, at: datetime) -> None:
        self.drill, self.user, self.at = drill, user, at

    @cached_property
    def runs_it(self) -> bool:
        return self.drill.can_run(self.user, at=self.at)

    @cached_property
    def may_report(self) -> bool:
        return self.drill.can_report(self.user, at=self.at)

    @property
    def may_start(self) -> bool:
        return self.runs_it and self.drill.is_planned and day_of(self.at) >= self.drill.planned_on

    @cached_property
    def runs(self) -> list[DrillRun]:
        return list(self.drill.runs.select_related("incident__kind", "incident__reporter", "incident__department__parent"))

    @cached_property
    def sheets(self) -> list[Sheet]:
        """The evaluation, incident by incident."""
        steps: dict[int, list[DrillStep]] = {}
        for step in DrillStep.objects.filter(run__drill=self.drill).select_related("run"):
            steps.setdefault(step.run_id, []).append(step)
        return [Sheet(run, steps[run.pk]) for run in self.runs if run.pk in steps]

    @cached_property
    def tasks(self) -> list[DrillTask]:
        return list(self.drill.tasks.select_related("department__parent", "ended_by"))

    @cached_property
    def sections(self) -> list:
        return list(self.drill.sections.select_related("parent"))

    @cached_property
    def participants(self) -> list[User]:
        return list(self.drill.participants.all())

    @cached_property
    def people_count(self) -> int:
        return self.drill.people(on=day_of(self.at)).count()

    @cached_property
    def entries(self):
        return Entry.objects.about(self.drill)

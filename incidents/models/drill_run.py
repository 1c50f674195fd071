"""What a drill consisted of: its incidents, and for each step how long was allowed, how long it took, and what was learnt."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from incidents.chain import SPECS, Party, StepCode
from incidents.parties import Actor
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .drill import Drill
from .incident import Incident
from .incident_meeting import IncidentMeeting
from .response_task import ResponseTask
from .step import Step

ENDED = "訓練が終わったため"


class DrillRun(models.Model):
    """An incident belongs to a drill."""

    drill = models.ForeignKey(Drill, verbose_name="訓練", on_delete=models.PROTECT, related_name="runs")
    incident = models.OneToOneField(Incident, verbose_name="訓練の報告", on_delete=models.PROTECT, related_name="drill_run")

    class Meta:
        verbose_name = "訓練の報告"
        verbose_name_plural = "訓練の報告"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.drill} {self.incident}"

    @classmethod
    def end_all(cls, drill: Drill, *, by: User, at: datetime) -> None:
        """Keep the times of the steps; nothing of the drill waits any more. The caller holds the drill; all is locked, then recorded."""
        runs = {run.incident_id: run for run in drill.runs.all()}
        incidents = list(Incident.objects.select_for_update(no_key=True).filter(pk__in=runs).order_by("pk"))
        was_open = [incident for incident in incidents if incident.is_open]
        called_off = [meeting for incident in incidents for meeting in runs[incident.pk]._end(incident, by=by, at=at)]
        for meeting in called_off:
            meeting.record_off(by, Actor(by, "訓練を受け持つ方"), at=at)
        for incident in was_open:
            record(by, "incidents.incident.drill_over", incident, at=at)

    def _end(self, incident: Incident, *, by: User, at: datetime) -> list[IncidentMeeting]:
        """Gives the meetings that are called off with it."""
        if incident.is_draft:
            incident.move_to(Incident.Status.DISCARDED)
            incident.save(update_fields=["status", "saved_at"])
            return []
        DrillStep.keep_times(self)
        for task in incident.tasks.filter(status__in=(ResponseTask.Status.DRAFT, ResponseTask.Status.OPEN)):
            task.let_go(ENDED)
        if incident.is_open:
            incident.move_to(Incident.Status.CLOSED)
            incident.ended_at = at
            incident.save(update_fields=["status", "ended_at", "saved_at"])
        return IncidentMeeting.call_off_all(incident, ENDED, by=by, at=at)


class DrillStep(models.Model):
    """One step of one incident of the drill, as it went."""

    run = models.ForeignKey(DrillRun, verbose_name="訓練の報告", on_delete=models.CASCADE, related_name="steps")
    code = models.CharField("段階", max_length=32, choices=StepCode)
    position = models.PositiveSmallIntegerField("並び順")
    started_at = models.DateTimeField("開始", null=True, blank=True)
    due_at = models.DateTimeField("期限", null=True, blank=True)
    done_at = models.DateTimeField("完了", null=True, blank=True)
    done_as = models.CharField("行った役割", max_length=200, blank=True)
    went_well = models.TextField("良かったこと", blank=True, max_length=2000)
    to_better = models.TextField("改めること", blank=True, max_length=2000)

    class Meta:
        verbose_name = "訓練の段階"
        verbose_name_plural = "訓練の段階"
        ordering = ["run", "position"]
        constraints = [models.UniqueConstraint(fields=["run", "code"], name="incidents_drillstep_once")]

    def __str__(self) -> str:
        return f"{self.spec.number} {self.get_code_display()}"

    @property
    def spec(self):
        return SPECS[StepCode(self.code)]

    @property
    def allowed_minutes(self) -> int | None:
        """By the clock, from the beginning of the step to its term."""
        return _minutes(self.started_at, self.due_at)

    @property
    def used_minutes(self) -> int | None:
        """By the clock, from the beginning of the step to its end."""
        return _minutes(self.started_at, self.done_at)

    @property
    def state(self) -> tuple[str, str]:
        """How it went, in a word and a tone."""
        if self.started_at is None:
            return "始まらず", "quiet"
        if self.done_at is None:
            return "済まず", "warning"
        return ("期限を超過", "error") if self.due_at and self.done_at > self.due_at else ("期限内", "done")

    @transaction.atomic
    def evaluate(self, *, went_well: str, to_better: str, by: User, at: datetime) -> None:
        """Write down how this step went, while the drill is being evaluated."""
        drill = self.run.drill.lock()
        if not drill.is_in_review:
            raise InvalidTransition(f"この訓練は「{drill.get_status_display()}」のため、評価を書けません。")
        if not drill.can_run(by, at=at):
            raise PermissionDenied("評価を書けるのは、訓練を受け持つ方だけです。")
        self.went_well, self.to_better = went_well.strip(), to_better.strip()
        self.save(update_fields=["went_well", "to_better"])
        record(by, "incidents.drill.step_evaluated", drill, at=at, step=self.code)

    @classmethod
    def keep_times(cls, run: DrillRun) -> None:
        """Copy the times of every step, once."""
        rows = Step.objects.filter(incident=run.incident)
        names = ("code", "position", "started_at", "due_at", "done_at", "done_as")
        copies = [cls(run=run, **{name: getattr(step, name) for name in names}) for step in rows]
        cls.objects.bulk_create(copies, ignore_conflicts=True)


def _minutes(start: datetime | None, end: datetime | None) -> int | None:
    return round((end - start).total_seconds() / 60) if start and end else None


OWNERS = (Party.CENTRAL_MANAGER, Party.GENERAL_MANAGER, Party.COMMITTEE, Party.DIVISION_OFFICER, Party.SECTION_OFFICER)

"""What a drill showed that has to be bettered: with who does it, until when, and what came of it."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from incidents.chain import Party
from incidents.parties import Actor, Reach, able
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .drill import Drill
from .drill_run import OWNERS, DrillStep


class DrillTaskQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """As the drill, and whoever has to do it."""
        drills = Drill.objects.visible_to(user, at=at).values("pk")
        return self.filter(Q(drill__in=drills) | Reach.of(user, at=at).as_party("owner", "department"))

    def open(self) -> Self:
        return self.filter(status=DrillTask.Status.OPEN)

    def overdue(self, *, on: date) -> Self:
        return self.open().filter(due_on__lt=on)

    def waiting_for(self, user: User, *, at: datetime) -> Self:
        """Open tasks of a party that this person acts for."""
        return self.open().filter(Reach.of(user, at=at).as_party("owner", "department"))


class DrillTask(models.Model):
    """One improvement that follows from a drill (3.9.2.3); it follows the post, not the person."""

    class Status(models.TextChoices):
        OPEN = "open", "実施中"
        DONE = "done", "実施済"
        DROPPED = "dropped", "取りやめ"

    TRANSITIONS = {Status.OPEN: {Status.DONE, Status.DROPPED}, Status.DONE: set(), Status.DROPPED: set()}

    drill = models.ForeignKey(Drill, verbose_name="訓練", on_delete=models.PROTECT, related_name="tasks")
    step = models.ForeignKey(DrillStep, verbose_name="段階", null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks")
    what = models.CharField("何をするか", max_length=300)
    owner = models.CharField("担当", max_length=32, choices=[(party.value, party.label) for party in OWNERS])
    department = models.ForeignKey(
        Department, verbose_name="担当する課・部", null=True, blank=True, on_delete=models.PROTECT, related_name="drill_tasks"
    )
    due_on = models.DateField("期限", db_index=True)
    status = models.CharField("状態", max_length=8, choices=Status, default=Status.OPEN, db_index=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="加えた人", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("加えた日時")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="終えた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField("終えた日時", null=True, blank=True)
    outcome = models.TextField("結果・理由", blank=True, max_length=2000)

    objects = DrillTaskQuerySet.as_manager()

    class Meta:
        verbose_name = "訓練の改善項目"
        verbose_name_plural = "訓練の改善項目"
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["status", "due_on"]), models.Index(fields=["owner", "status"])]
        constraints = [
            models.CheckConstraint(condition=Q(status="open") | ~Q(outcome=""), name="incidents_drilltask_end_has_words"),
            models.CheckConstraint(
                condition=~Q(owner__in=("SECTION_OFFICER", "DIVISION_OFFICER")) | Q(department__isnull=False),
                name="incidents_drilltask_officer_has_department",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.drill}の改善項目"

    def get_absolute_url(self) -> str:
        return reverse("incidents:drill_task", args=[self.pk])

    @property
    def owner_words(self) -> str:
        return f"{self.get_owner_display()}（{self.department.full_name}）" if self.department else self.get_owner_display()

    def is_overdue(self, *, on: date) -> bool:
        return self.status == self.Status.OPEN and self.due_on < on

    # -- people ----------------------------------------------------------------------------------------------------
    def able(self, *, at: datetime) -> list[Actor]:
        """Who may do it now: the owner's holders and deputies, or the next one up."""
        return able(self.owner, self.department, at=at)

    def can_complete(self, user: User, *, at: datetime) -> bool:
        return any(actor.person.pk == user.pk for actor in self.able(at=at))

    def can_drop(self, user: User, *, at: datetime) -> bool:
        """Giving it up is for those who organise drills to say, not for its owner."""
        return self.drill.can_run(user, at=at)

    # -- transitions -----------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def add(
        cls,
        drill: Drill,
        *,
        what: str,
        owner: str,
        department: Department | None,
        due_on: date,
        by: User,
        at: datetime,
        step: DrillStep | None = None,
    ) -> "DrillTask":
        """A task out of the evaluation; its owner is told. ValidationError for a day that is past or an officer of no department."""
        drill = drill.lock()
        if not drill.is_in_review:
            raise InvalidTransition(f"この訓練は「{drill.get_status_display()}」のため、改善項目を加えられません。")
        if not drill.can_run(by, at=at):
            raise PermissionDenied("改善項目を加えられるのは、訓練を受け持つ方だけです。")
        if due_on < day_of(at):
            raise ValidationError({"due_on": "期限は、今日以後の日にしてください。"})
        of_a_place = owner in (Party.SECTION_OFFICER, Party.DIVISION_OFFICER)
        if of_a_place and department is None:
            raise ValidationError({"department": "どの課・部の担当かを選んでください。"})
        task = cls.objects.create(
            drill=drill,
            step=step,
            what=what,
            owner=owner,
            department=department if of_a_place else None,
            due_on=due_on,
            made_by=by,
            made_at=at,
        )
        record(by, "incidents.drill_task.added", task, at=at, task_owner=Party(owner).label, due_on=due_on.isoformat())
        return task

    @transaction.atomic
    def end(self, status: str, *, outcome: str, by: User, at: datetime) -> None:
        """It is done, or given up with a reason."""
        task = DrillTask.objects.select_for_update(no_key=True).get(pk=self.pk)
        if status not in self.TRANSITIONS[self.Status(task.status)]:
            raise InvalidTransition(f"この改善項目は「{task.get_status_display()}」です。最新の状況を表示しました。")
        is_allowed = task.can_drop(by, at=at) if status == self.Status.DROPPED else task.can_complete(by, at=at)
        if not is_allowed:
            raise PermissionDenied("この改善項目を終えられるのは担当の方だけです。取りやめは、訓練を受け持つ方が決めます。")
        if not outcome.strip():
            raise ValidationError({"outcome": "したこと、又は取りやめる理由を入力してください。"})
        task.status, task.outcome, task.ended_by, task.ended_at = status, outcome, by, at
        task.save(update_fields=["status", "outcome", "ended_by", "ended_at"])
        record(by, "incidents.drill_task.ended", task, at=at, outcome=status)
        self.refresh_from_db()

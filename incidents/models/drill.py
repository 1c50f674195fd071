"""緊急時対応訓練 (3.9.2.3): a plan with persons and range, incidents that are marked 訓練, and what was learnt."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from incidents.drills.people import organises
from musashimurayama_isms.accounts.models import Appointment, Department, User
from musashimurayama_isms.accounts.standing import day_of, main_department
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.duties.settling import settle
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .incident import Incident
from .kind import IncidentKind

MECHANISM = "duty:drill"
FACTS = ("title", "scenario", "goals", "scope", "planned_on", "planned_until")


class DrillQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """Every drill for those who organise drills; its own for who takes part, for the sections and for who planned it."""
        if organises(user, at=at):
            return self.all()
        mine = Appointment.objects.in_force(day_of(at)).filter(person=user).values("post__department")
        taking_part = Q(participants=user) | Q(sections__in=mine) | Q(organiser=user)
        return self.filter(pk__in=self.model.objects.filter(taking_part).values("pk"))

    def running(self) -> Self:
        return self.filter(status=Drill.Status.RUNNING)

    def for_list(self) -> Self:
        return self.select_related("organiser").annotate(incident_count=models.Count("runs", distinct=True)).order_by("-planned_on", "-pk")


class Drill(models.Model):
    """One drill from its plan to what follows from it."""

    class Status(models.TextChoices):
        PLANNED = "planned", "予定"
        RUNNING = "running", "実施中"
        REVIEW = "review", "評価中"
        DONE = "done", "完了"
        CANCELLED = "cancelled", "中止"

    TRANSITIONS = {
        Status.PLANNED: {Status.RUNNING, Status.CANCELLED},
        Status.RUNNING: {Status.REVIEW},
        Status.REVIEW: {Status.DONE},
        Status.DONE: set(),
        Status.CANCELLED: set(),
    }

    title = models.CharField("訓練の名前", max_length=100)
    scenario = models.TextField("想定", max_length=4000)
    goals = models.TextField("ねらい", max_length=2000)
    scope = models.TextField(
        "体制と範囲", max_length=2000, help_text="対象のネットワークやシステムの規模に合わせて、だれがどこまで行うか。"
    )
    planned_on = models.DateField("実施する日", db_index=True)
    planned_until = models.DateField("終わりの日", null=True, blank=True)
    fiscal_year = models.PositiveSmallIntegerField("年度", db_index=True)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.PLANNED, db_index=True)
    organiser = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="計画した人", on_delete=models.PROTECT, related_name="+")
    sections = models.ManyToManyField(Department, verbose_name="参加する課", blank=True, related_name="drills")
    participants = models.ManyToManyField(settings.AUTH_USER_MODEL, verbose_name="参加する人", blank=True, related_name="drills")
    planned_at = models.DateTimeField("計画した日時")
    started_at = models.DateTimeField("開始日時", null=True, blank=True)
    ended_at = models.DateTimeField("終了日時", null=True, blank=True)
    concluded_at = models.DateTimeField("評価を終えた日時", null=True, blank=True)
    cancelled_reason = models.TextField("中止の理由", blank=True, max_length=1000)
    reached_goals = models.TextField("ねらいは達せられたか", blank=True, max_length=4000)
    went_well = models.TextField("良かったこと", blank=True, max_length=4000)
    to_better = models.TextField("改めること", blank=True, max_length=4000)

    objects = DrillQuerySet.as_manager()

    class Meta:
        verbose_name = "訓練"
        verbose_name_plural = "訓練"
        ordering = ["-planned_on", "-pk"]
        indexes = [models.Index(fields=["fiscal_year", "status"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(planned_until__isnull=True) | Q(planned_until__gte=models.F("planned_on")), name="incidents_drill_days_in_order"
            ),
            models.CheckConstraint(condition=~Q(status="done") | ~Q(reached_goals=""), name="incidents_drill_done_has_words"),
            models.CheckConstraint(condition=~Q(status="cancelled") | ~Q(cancelled_reason=""), name="incidents_drill_cancelled_has_reason"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("incidents:drill", args=[self.pk])

    @property
    def is_planned(self) -> bool:
        return self.status == self.Status.PLANNED

    @property
    def is_running(self) -> bool:
        return self.status == self.Status.RUNNING

    @property
    def is_in_review(self) -> bool:
        return self.status == self.Status.REVIEW

    # -- people ----------------------------------------------------------------------------------------------------
    def people(self, *, on: date) -> models.QuerySet[User]:
        """Who takes part on a day: those named, and everybody of the sections."""
        staff = Appointment.objects.in_force(on).serving(on).filter(post__department__in=self.sections.all()).values("person")
        return User.objects.serving(on).filter(Q(pk__in=staff) | Q(drills=self)).distinct()

    def can_run(self, user: User, *, at: datetime) -> bool:
        """Who planned it, and those who organise drills."""
        return self.organiser_id == user.pk or organises(user, at=at)

    def can_report(self, user: User, *, at: datetime) -> bool:
        """A report of the drill is sent by who takes part or runs it."""
        return self.is_running and (self.can_run(user, at=at) or self.people(on=day_of(at)).filter(pk=user.pk).exists())

    # -- transitions -----------------------------------------------------------------------------------------------
    def lock(self) -> "Drill":
        return Drill.objects.select_for_update(no_key=True).get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この訓練は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。")
        self.status = status

    def _for_runner(self, by: User, *, at: datetime, wanted: str | None = None) -> "Drill":
        drill = self.lock()
        if wanted:
            drill.move_to(wanted)
        if not drill.can_run(by, at=at):
            raise PermissionDenied("訓練を進められるのは、計画した方と、訓練を受け持つ方だけです。")
        return drill

    @classmethod
    @transaction.atomic
    def plan(cls, *, by: User, at: datetime, sections: Iterable[Department] = (), participants: Iterable[User] = (), **facts) -> "Drill":
        """Plan a drill with its persons and range; those who take part are told. `facts` are FACTS."""
        if not organises(by, at=at):
            raise PermissionDenied(
                "訓練を計画できるのは、電子計算組織総括管理者・中央電子計算組織管理者・情報化推進委員会の事務局だけです。"
            )
        drill = cls(organiser=by, planned_at=at)
        drill._take(facts, sections, participants)
        record(by, "incidents.drill.planned", drill, at=at, on_day=drill.planned_on.isoformat(), sections=drill.sections.count())
        return drill

    @transaction.atomic
    def change(self, *, by: User, at: datetime, sections: Iterable[Department], participants: Iterable[User], **facts) -> None:
        """Change the plan, as long as it has not begun."""
        drill = self._for_runner(by, at=at)
        if not drill.is_planned:
            raise InvalidTransition(f"この訓練は「{drill.get_status_display()}」のため、計画を変えられません。")
        drill._take(facts, sections, participants)
        record(by, "incidents.drill.changed", drill, at=at, on_day=drill.planned_on.isoformat(), sections=drill.sections.count())
        self.refresh_from_db()

    def _take(self, facts: dict, sections: Iterable[Department], participants: Iterable[User]) -> None:
        for name in facts.keys() & set(FACTS):
            setattr(self, name, facts[name])
        sections, participants = list(sections), list(participants)
        if not sections and not participants:
            raise ValidationError({"sections": "参加する課か、参加する人を選んでください。"})
        if self.planned_until and self.planned_until < self.planned_on:
            raise ValidationError({"planned_until": "終わりの日は、実施する日以後にしてください。"})
        self.fiscal_year = fiscal_year(self.planned_on)
        self.save()
        self.sections.set(sections)
        self.participants.set(participants)

    @transaction.atomic
    def start(self, *, by: User, at: datetime) -> None:
        """It begins; from now on reports of the drill may be sent. Not before its day."""
        drill = self._for_runner(by, at=at, wanted=self.Status.RUNNING)
        if day_of(at) < drill.planned_on:
            raise InvalidTransition("実施する日より前です。早めるときは、先に計画の日を変えてください。")
        drill.started_at = at
        drill.save(update_fields=["status", "started_at"])
        record(by, "incidents.drill.started", drill, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def begin_incident(self, *, kind: IncidentKind, department: Department | None = None, by: User, at: datetime) -> Incident:
        """A draft of the person, marked 訓練, with the scenario; from there on the screens are those of every report."""
        drill = self.lock()
        if not drill.is_running:
            raise InvalidTransition(f"この訓練は「{drill.get_status_display()}」のため、報告を始められません。")
        if not drill.can_report(by, at=at):
            raise PermissionDenied("訓練の報告を始められるのは、参加する方と、訓練を受け持つ方だけです。")
        department = department or main_department(by, on=day_of(at))
        if department is None:
            raise ValidationError({"department": "どの課のこととして報告するかを選んでください。"})
        facts = {"kind": kind, "department": department, "personal_information": Incident.Answer.UNKNOWN}
        incident = Incident.objects.create(reporter=by, noticed_at=at, is_drill=True, **facts)
        drill.runs.create(incident=incident)
        record(by, "incidents.drill.incident_begun", drill, at=at, incident_kind=kind.code, department=department.code)
        return incident

    @transaction.atomic
    def end(self, *, by: User, at: datetime) -> None:
        """The clocks of the drill stop: how long each step was allowed and took is written down, its incidents are over."""
        drill = self._for_runner(by, at=at, wanted=self.Status.REVIEW)
        drill.ended_at = at
        drill.save(update_fields=["status", "ended_at"])
        drill.runs.model.end_all(drill, by=by, at=at)
        record(by, "incidents.drill.ended", drill, at=at, count=drill.runs.count())
        self.refresh_from_db()

    @transaction.atomic
    def cancel(self, *, reason: str, by: User, at: datetime) -> None:
        """It does not take place; the plan stays with the reason."""
        drill = self._for_runner(by, at=at, wanted=self.Status.CANCELLED)
        if not reason.strip():
            raise ValidationError({"reason": "中止する理由を入力してください。"})
        drill.cancelled_reason = reason
        drill.save(update_fields=["status", "cancelled_reason"])
        record(by, "incidents.drill.cancelled", drill, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def conclude(self, *, reached_goals: str, went_well: str, to_better: str, by: User, at: datetime) -> None:
        """The evaluation is done. What is to be bettered needs a task, or a word that nothing is."""
        drill = self._for_runner(by, at=at, wanted=self.Status.DONE)
        if not reached_goals.strip():
            raise ValidationError({"reached_goals": "ねらいに対してどうだったかを入力してください。"})
        if to_better.strip() and not drill.tasks.exists():
            raise ValidationError({"to_better": "改めることは、担当と期限のある改善項目として一つ以上加えてください。"})
        drill.reached_goals, drill.went_well, drill.to_better, drill.concluded_at = reached_goals, went_well, to_better, at
        drill.save(update_fields=["status", "reached_goals", "went_well", "to_better", "concluded_at"])
        rounds = Occurrence.objects.filter(duty__mechanism=MECHANISM).appeared(on=day_of(at))
        settle(rounds, by=by, at=at, note=f"訓練「{drill.title}」を実施し、評価しました。")
        record(by, "incidents.drill.concluded", drill, at=at, count=drill.tasks.count())
        self.refresh_from_db()

"""The steps of one run: a route copied when the request is submitted. A seat holds a role and a section, never a person."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import Standing
from musashimurayama_isms.fiscal import closing_after
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.record import record

from ..roster import Roster
from .business import Item
from .request_type import Chair, Mode, join_chairs

if TYPE_CHECKING:
    from .decision import Decision
    from .request import Request


class StepQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Begun and not ended: where the request waits."""
        return self.filter(started_at__isnull=False, ended_at__isnull=True)

    def overdue(self, *, at: datetime) -> Self:
        """Open and due; computed when asked, never stored."""
        return self.open().filter(due_at__lte=at)


class Step(models.Model):
    """One step of the run of one version."""

    request = models.ForeignKey("approvals.Request", verbose_name="申請", on_delete=models.CASCADE, related_name="steps")
    version = models.PositiveSmallIntegerField("版")
    position = models.PositiveSmallIntegerField("順")
    mode = models.CharField("決めかた", max_length=8, choices=Mode)
    started_at = models.DateTimeField("開始", null=True, blank=True)
    due_at = models.DateTimeField("期限", null=True, blank=True, db_index=True)
    ended_at = models.DateTimeField("終了", null=True, blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = "段階"
        verbose_name_plural = "段階"
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(fields=["request", "version", "position"], name="approvals_step_once"),
            models.UniqueConstraint(
                fields=["request"], condition=Q(started_at__isnull=False, ended_at__isnull=True), name="approvals_step_one_open"
            ),
        ]
        indexes = [models.Index(fields=["ended_at", "started_at"])]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        return join_chairs([seat.chair for seat in self.seats.all()], self.mode)

    @property
    def is_open(self) -> bool:
        return self.started_at is not None and self.ended_at is None

    def is_overdue(self, *, at: datetime) -> bool:
        return self.is_open and self.due_at <= at

    @property
    def is_settled(self) -> bool:
        """Whether the seats have agreed as the step asks."""
        taken = [seat.decision_id is not None for seat in self.seats.all()]
        return any(taken) if self.mode == Mode.ANY else all(taken)

    # -- the run ---------------------------------------------------------------------------------------------------
    @classmethod
    def lay_out(cls, request: "Request", *, by: User, at: datetime) -> None:
        """Copy the routes in force, united, for the version just submitted and open the first step; without one it is permitted at once."""
        roster, barred = Roster(at), request.barred
        for position, each in enumerate(request.requirements, 1):
            step = cls.objects.create(request=request, version=request.version, position=position, mode=each.mode)
            chairs = dict.fromkeys(roster.chair_for(chair, request.department, barred) for chair in each.chairs)
            step.seats.bulk_create(
                Seat(step=step, chair=chair, department=request.department, position=order) for order, chair in enumerate(chairs, 1)
            )
        cls.open_next(request, by=by, at=at)

    @classmethod
    def open_next(cls, request: "Request", *, by: User, at: datetime) -> None:
        """Open the step that comes next, or settle the request where none is left; the caller holds the request's lock."""
        step = request.steps.filter(version=request.version, started_at__isnull=True).order_by("position").first()
        if step is None:
            request.grant(by=by, at=at)
        else:
            step.request = request
            step.begin(at=at)

    def begin(self, *, at: datetime) -> None:
        """Start the clock, tell the holders; a committee gets the matter on its agenda."""
        self.started_at = at
        self.due_at = closing_after(at, value("approvals.step_working_days"))
        self.save(update_fields=["started_at", "due_at"])
        for seat in self.seats.all():
            if seat.chair == Chair.COMMITTEE and seat.decision_id is None:
                seat.step = self
                Item.for_seat(seat, at=at)
        record(None, "approvals.step.opened", self.request, at=at, step=self.words)

    @classmethod
    def reopen(cls, step: "Step", *, at: datetime) -> None:
        """A decision of this step counts no more: it waits again, what had begun after it is set back; the caller holds the lock."""
        later = cls.objects.filter(request=step.request_id, version=step.version, position__gt=step.position)
        Seat.objects.filter(Q(step__in=later) | Q(step=step, decision__disputed_at__isnull=False)).update(decision=None)
        for following in later:
            Item.drop_of(following, at=at)
        later.update(started_at=None, due_at=None, ended_at=None)
        again = cls.objects.select_related("request__type").get(pk=step.pk)
        again.ended_at = None
        again.save(update_fields=["ended_at"])
        again.begin(at=at)

    def close(self, *, at: datetime) -> None:
        """It waits for nobody any more; what of it is before a committee is taken back."""
        self.ended_at = at
        self.save(update_fields=["ended_at"])
        Item.drop_of(self, at=at)

    # -- people ----------------------------------------------------------------------------------------------------
    def able(self, roster: Roster) -> list[tuple["Seat", Standing]]:
        """Who may decide now, seat by seat; the seats that are taken already are left out."""
        barred = self.request.barred
        open_seats = [seat for seat in self.seats.all() if seat.decision_id is None]
        return [(seat, row) for seat in open_seats for row in roster.able(seat.chair, seat.department, barred)]

    def seats_of(self, user: User, roster: Roster) -> list[tuple["Seat", Standing]]:
        """The seats that this person may decide in now: one act satisfies them all."""
        found: dict[int, tuple[Seat, Standing]] = {}
        for seat, row in self.able(roster):
            if row.person.pk == user.pk:
                found.setdefault(seat.pk, (seat, row))
        return list(found.values())


class Seat(models.Model):
    """A role that decides in a step of a run, and the decision it has taken."""

    step = models.ForeignKey(Step, verbose_name="段階", on_delete=models.CASCADE, related_name="seats")
    chair = models.CharField("役割", max_length=32, choices=Chair, db_index=True)
    department = models.ForeignKey(Department, verbose_name="所属", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField("並び順", default=1)
    decision: "models.ForeignKey[Decision | None]" = models.ForeignKey(
        "approvals.Decision", verbose_name="決定", null=True, blank=True, on_delete=models.PROTECT, related_name="seats"
    )

    class Meta:
        verbose_name = "決定者"
        verbose_name_plural = "決定者"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["step", "chair"], name="approvals_seat_once")]
        indexes = [models.Index(fields=["chair", "decision"])]

    def __str__(self) -> str:
        return self.get_chair_display()

"""監査の依頼: the audit head asks an auditor, who accepts or declines; one who is no longer independent is replaced (3.13.1.4)."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q

from audits.independence import Conflict, lines_by_department, lines_of, lines_of_many
from audits.parties import Reach
from musashimurayama_isms.accounts.models import Appointment, Post, RoleCode, User
from musashimurayama_isms.accounts.standing import day_of, hold_still, holders
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .columns import at_when, by_whom
from .grants import open_samples, withdraw_samples

if TYPE_CHECKING:
    from .engagement import Engagement


class AssignmentQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Asked or accepted, and not ended since."""
        return self.filter(status__in=Assignment.STANDING)

    def accepted(self) -> Self:
        return self.filter(status=Assignment.Status.ACCEPTED)

    def visible_to(self, user: User, *, at: datetime) -> Self:
        """As visible as the audit: who audits is no secret to the section."""
        seen = self.model._meta.get_field("engagement").related_model.objects.visible_to(user, at=at)
        return self.filter(engagement__in=seen.values("pk"))

    def with_conflicts(self, *, at: datetime) -> list["Assignment"]:
        """Standing ones of audits that run whose auditor is not independent today; five queries, however many."""
        rows = list(self.standing().filter(engagement__phase__in=RUNNING).select_related("person", "engagement__department__parent"))
        lines, known = lines_of_many({row.person_id for row in rows}, at=at), lines_by_department(at=at)
        return [row for row in rows if row.person_id in lines and lines[row.person_id].conflicts(known[row.engagement.department_id])]


RUNNING = ("preparing", "survey", "fieldwork", "reporting")


class Assignment(models.Model):
    """One auditor of one audit."""

    class Status(models.TextChoices):
        ASKED = "asked", "依頼中"
        ACCEPTED = "accepted", "引受け"
        DECLINED = "declined", "辞退"
        ENDED = "ended", "交代・終了"

    TRANSITIONS = {
        Status.ASKED: {Status.ACCEPTED, Status.DECLINED, Status.ENDED},
        Status.ACCEPTED: {Status.ENDED},
        Status.DECLINED: set(),
        Status.ENDED: set(),
    }
    STANDING = (Status.ASKED, Status.ACCEPTED)

    engagement = models.ForeignKey("audits.Engagement", verbose_name="監査", on_delete=models.PROTECT, related_name="assignments")
    person = by_whom("監査人", related_name="audit_assignments")
    organisation = models.CharField("団体", max_length=200, blank=True, help_text="庁外の監査人が属する団体")
    is_lead = models.BooleanField("主任", default=False)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.ASKED)
    appointment = models.ForeignKey(
        Appointment, verbose_name="このための発令", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    asked_by = by_whom("依頼した人")
    asked_at = at_when("依頼日時", null=False)
    answered_at = at_when("回答日時")
    reason = models.CharField("辞退・交代の理由", max_length=500, blank=True)
    ended_at = at_when("終えた日時")
    replaces = models.ForeignKey(
        "self", verbose_name="前の監査人", null=True, blank=True, on_delete=models.PROTECT, related_name="successors"
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = "監査の依頼"
        verbose_name_plural = "監査の依頼"
        ordering = ["-is_lead", "asked_at", "pk"]
        indexes = [models.Index(fields=["person", "status"])]
        constraints = [
            models.UniqueConstraint(
                fields=["engagement", "person"], condition=Q(status__in=("asked", "accepted")), name="audits_assignment_one_a_person"
            ),
            models.UniqueConstraint(
                fields=["engagement"], condition=Q(is_lead=True, status__in=("asked", "accepted")), name="audits_assignment_one_lead"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person.name}（{self.engagement.number}）"

    def get_absolute_url(self) -> str:
        return self.engagement.get_absolute_url()

    @property
    def is_accepted(self) -> bool:
        return self.status == self.Status.ACCEPTED

    @property
    def is_outside(self) -> bool:
        return self.person.kind == User.Kind.OUTSIDE

    def conflicts(self, *, at: datetime) -> list[Conflict]:
        """What stands against this auditor today; asked anew each time."""
        return conflicts_of(self.person, self.engagement, at=at) if self.status in self.STANDING else []

    @staticmethod
    def candidates(engagement: "Engagement", *, at: datetime) -> list[User]:
        """Whom the audit head may ask: auditors of the house of another line, and outside persons with an account."""
        on = day_of(at)
        serving = User.objects.serving(on)
        inside = serving.filter(pk__in=holders(RoleCode.AUDITOR, on=on).values("pk"))
        rows = list((inside | serving.filter(kind=User.Kind.OUTSIDE)).distinct().order_by("kana", "pk"))
        taken = set(engagement.assignments.standing().values_list("person", flat=True))
        lines, line = lines_of_many([row.pk for row in rows], at=at), lines_by_department(at=at)[engagement.department_id]
        return [row for row in rows if row.pk not in taken and not (row.pk in lines and lines[row.pk].conflicts(line))]

    # -- transitions -------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def ask(
        cls,
        engagement: "Engagement",
        person: User,
        *,
        by: User,
        at: datetime,
        organisation: str = "",
        is_lead: bool = False,
        replaces: "Assignment | None" = None,
    ) -> "Assignment":
        """Ask a person to audit; one from outside gets the rights for as long as the audit lasts.

        PermissionDenied for others than the audit head; InvalidTransition where the person is not independent, is the head, has
        no such role, or was asked already.
        """
        hold_still(person)
        engagement = engagement.headed_by(by, at=at, phases=RUNNING)
        cls._guard(engagement, person, by=by, at=at)
        if is_lead:
            engagement.assignments.standing().filter(is_lead=True).update(is_lead=False)
        row = cls(engagement=engagement, person=person, organisation=organisation, is_lead=is_lead, asked_by=by, asked_at=at)
        row.replaces, row.is_lead = replaces, is_lead or not engagement.assignments.standing().filter(is_lead=True).exists()
        if row.is_outside:
            row.appointment = _open_door(person, until=engagement.ends_on, by=by, at=at)
        row.save(force_insert=True)
        record(by, "audits.assignment.asked", engagement, at=at, auditor=person.name, lead=row.is_lead, outside=row.is_outside)
        return row

    @staticmethod
    def _guard(engagement: "Engagement", person: User, *, by: User, at: datetime) -> None:
        if person == by or Reach.of(person, at=at).is_head:
            raise InvalidTransition("監査総括責任者は、監査人を兼ねることができません。別の方に頼んでください。")
        if engagement.assignments.standing().filter(person=person).exists():
            raise InvalidTransition(f"{person.name}さんには、すでに依頼しています。")
        if found := conflicts_of(person, engagement, at=at):
            raise InvalidTransition(f"{person.name}さんには頼めません。{found[0].words}")
        if person.kind != User.Kind.OUTSIDE and not holders(RoleCode.AUDITOR, on=day_of(at)).filter(pk=person.pk).exists():
            raise InvalidTransition(f"{person.name}さんは、監査人に指名されていません。")

    @transaction.atomic
    def accept(self, *, by: User, at: datetime) -> None:
        """引受け: by the person asked, who is still independent."""
        hold_still(by)
        row = self._locked(by)
        row._move_to(self.Status.ACCEPTED)
        if found := conflicts_of(by, row.engagement, at=at):
            raise InvalidTransition(f"引き受けられません。{found[0].words}")
        row.answered_at = at
        row.save(update_fields=["status", "answered_at"])
        open_samples(row.engagement)
        record(by, "audits.assignment.accepted", row.engagement, role="監査人", at=at)
        self.refresh_from_db()

    @transaction.atomic
    def decline(self, *, reason: str, by: User, at: datetime) -> None:
        """辞退: by the person asked, with the reason."""
        row = self._locked(by)
        row._move_to(self.Status.DECLINED)
        row.answered_at, row.reason = at, reason
        row.save(update_fields=["status", "answered_at", "reason"])
        row._close_door(at=at)
        record(by, "audits.assignment.declined", row.engagement, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def replace(self, person: User, *, reason: str, by: User, at: datetime, organisation: str = "") -> "Assignment":
        """交代: this auditor's part ends with the reason, another one is asked; what was written stays under the old name."""
        hold_still(person)  # before the first entry of the trail, as `ask` does
        row = self._taken_back(reason=reason, by=by, at=at)
        return Assignment.ask(row.engagement, person, organisation=organisation, is_lead=row.is_lead, replaces=row, by=by, at=at)

    @transaction.atomic
    def take_back(self, *, reason: str, by: User, at: datetime) -> None:
        """This auditor's part ends, and nobody takes it over."""
        self._taken_back(reason=reason, by=by, at=at)
        self.refresh_from_db()

    def _taken_back(self, *, reason: str, by: User, at: datetime) -> "Assignment":
        engagement = self.engagement.headed_by(by, at=at, phases=RUNNING)
        row = Assignment.objects.select_related("person", "appointment").get(pk=self.pk)
        row.engagement = engagement
        row.end(reason=reason, at=at)
        record(by, "audits.assignment.ended", engagement, at=at, auditor=row.person.name)
        return row

    def end(self, *, reason: str, at: datetime) -> None:
        """The part of this auditor is over; the caller holds the lock of the audit and records it."""
        self._move_to(self.Status.ENDED)
        self.reason, self.ended_at = reason, at
        self.save(update_fields=["status", "reason", "ended_at"])
        self._close_door(at=at)
        withdraw_samples(self.engagement, self.person)

    def _locked(self, by: User) -> "Assignment":
        engagement = self.engagement.lock()
        row = Assignment.objects.select_related("person", "appointment").get(pk=self.pk)
        row.engagement = engagement
        if row.person_id != by.pk:
            raise PermissionDenied("依頼に答えるのは、依頼された本人だけです。")
        engagement.in_phase(*RUNNING)
        return row

    def _move_to(self, status: str) -> None:
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この依頼は「{self.get_status_display()}」です。最新の状況を表示しました。")
        self.status = status

    def keep_door(self, *, until: date) -> None:
        """Who came from outside for this audit stays until its end; within the act that sets the end, under the audit's lock."""
        if self.appointment:
            self.appointment.until = max(until, self.appointment.since)
            self.appointment.save(update_fields=["until"])

    def _close_door(self, *, at: datetime) -> None:
        """Who came from outside for this audit goes with it: the appointment ends today (3.10.2.2)."""
        today = day_of(at)
        if self.appointment and (self.appointment.until is None or self.appointment.until > today):
            self.appointment.until = max(today, self.appointment.since)
            self.appointment.save(update_fields=["until"])


def conflicts_of(person: User, engagement: "Engagement", *, at: datetime) -> list[Conflict]:
    """What stands against a person auditing this, by line and by person."""
    return lines_of(person, at=at).conflicts(lines_by_department(at=at)[engagement.department_id])


def _open_door(person: User, *, until: date, by: User, at: datetime) -> Appointment:
    post = Post.objects.in_force(day_of(at)).carrying(RoleCode.AUDITOR).order_by("pk").first()
    if post is None:
        raise InvalidTransition("監査人の職がありません。行政経営課に連絡してください。")
    facts = {"kind": Appointment.Kind.NAMED, "named_by": by, "note": "監査の期間に限る"}
    return Appointment.objects.create(person=person, post=post, since=day_of(at), until=max(until, day_of(at)), **facts)

"""A section that was asked: its answer, what it plans where the answer is ある, and every answer it gave before."""

from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q

from incidents.hats import signed, worn
from incidents.inquiries.parties import ANSWERING, InquiryReach
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import Standing, day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .incident import Incident
from .inquiry import Inquiry


class InquiryPlaceQuerySet(models.QuerySet["InquiryPlace"]):
    def visible_to(self, user: User, *, at: datetime, reach: InquiryReach | None = None) -> Self:
        """All for the asker's side; a section reads its own answer and no other's."""
        reach = reach or InquiryReach.of(user, at=at)
        return self.all() if reach.is_asking_side else self.filter(reach.as_asked())

    def awaited_in_any(self) -> Self:
        """Nothing final said, whether the inquiry is open or not."""
        return self.filter(status__in=InquiryPlace.AWAITED)

    def awaited(self) -> Self:
        """Nothing final said, in an inquiry that is open."""
        return self.awaited_in_any().filter(inquiry__status=Inquiry.Status.OPEN)

    def late(self, *, on: date) -> Self:
        """Awaited, the day being over; computed, never stored."""
        return self.awaited().filter(inquiry__due_on__lt=on)

    def with_measure(self) -> Self:
        """Found there too, and what was planned is not done."""
        return self.filter(status=InquiryPlace.Status.EXISTS, measure_done_on__isnull=True)

    def waiting_for(self, user: User, *, at: datetime, reach: InquiryReach | None = None) -> Self:
        """What the person may answer or has to bring to an end for a section."""
        reach = reach or InquiryReach.of(user, at=at)
        mine = self.filter(department__in=reach.sections)
        return (mine.awaited() | mine.with_measure()).select_related("inquiry", "department__parent")

    def for_list(self) -> Self:
        return self.select_related("inquiry", "department__parent", "answered_by", "incident").order_by("department__position", "pk")


class InquiryPlace(models.Model):
    """One section and one inquiry."""

    class Status(models.TextChoices):
        UNANSWERED = "unanswered", "未回答"
        CHECKING = "checking", "確認中"
        NONE = "none", "ない"
        EXISTS = "exists", "ある"
        OUTSIDE = "outside", "対象外"

    ANSWERS = (Status.NONE, Status.EXISTS, Status.CHECKING, Status.OUTSIDE)
    AWAITED = (Status.UNANSWERED, Status.CHECKING)
    TRANSITIONS = {
        Status.UNANSWERED: {Status.CHECKING, Status.NONE, Status.EXISTS, Status.OUTSIDE},
        Status.CHECKING: {Status.CHECKING, Status.NONE, Status.EXISTS, Status.OUTSIDE},
        Status.NONE: {Status.CHECKING, Status.EXISTS, Status.OUTSIDE},
        Status.EXISTS: {Status.EXISTS, Status.NONE, Status.OUTSIDE},
        Status.OUTSIDE: {Status.CHECKING, Status.NONE, Status.EXISTS},
    }

    inquiry = models.ForeignKey(Inquiry, verbose_name="横展開", on_delete=models.CASCADE, related_name="places")
    department = models.ForeignKey(Department, verbose_name="課", on_delete=models.PROTECT, related_name="+")
    status = models.CharField("回答", max_length=16, choices=Status, default=Status.UNANSWERED, db_index=True)
    asked_at = models.DateTimeField("照会日時")
    words = models.TextField("確かめたこと", max_length=2000, blank=True)
    plan = models.TextField("これからすること", max_length=2000, blank=True)
    measure_due_on = models.DateField("終える日", null=True, blank=True, db_index=True)
    measure_done_on = models.DateField("終えた日", null=True, blank=True)
    measure_result = models.TextField("したこと", max_length=2000, blank=True)
    incident = models.ForeignKey(
        Incident, verbose_name="報告したインシデント", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="回答した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_as = models.CharField("役割", max_length=200, blank=True)
    answered_at = models.DateTimeField("回答日時", null=True, blank=True)

    objects = InquiryPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = "横展開の回答"
        verbose_name_plural = "横展開の回答"
        ordering = ["department__position", "pk"]
        indexes = [models.Index(fields=["department", "status"])]
        constraints = [
            models.UniqueConstraint(fields=["inquiry", "department"], name="incidents_inquiryplace_once"),
            models.CheckConstraint(
                condition=Q(status="unanswered") | Q(answered_by__isnull=False) & ~Q(words=""), name="incidents_inquiryplace_says_what"
            ),
            models.CheckConstraint(
                condition=~Q(status="exists") | Q(measure_due_on__isnull=False) & ~Q(plan=""), name="incidents_inquiryplace_has_plan"
            ),
            models.CheckConstraint(
                condition=Q(measure_done_on__isnull=True) | Q(status="exists") & ~Q(measure_result=""),
                name="incidents_inquiryplace_done_says_what",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inquiry} {self.department.full_name}"

    def get_absolute_url(self) -> str:
        return self.inquiry.get_absolute_url()

    @property
    def is_awaited(self) -> bool:
        return self.status in self.AWAITED

    @property
    def has_measure(self) -> bool:
        """Whether something planned is still to be done."""
        return self.status == self.Status.EXISTS and self.measure_done_on is None

    def is_late(self, *, on: date) -> bool:
        if self.has_measure:
            return self.measure_due_on < on
        return self.is_awaited and self.inquiry.is_open and self.inquiry.due_on < on

    # -- people ----------------------------------------------------------------------------------------------------
    def can_answer(self, user: User, *, at: datetime, reach: InquiryReach | None = None) -> bool:
        """Officer, who stands in, or 情報化推進員 of the section, while the inquiry is open; a measure that is done closes the answer."""
        reach = reach or InquiryReach.of(user, at=at)
        return self.inquiry.is_open and self.measure_done_on is None and reach.answers_for(self.department)

    def can_finish(self, user: User, *, at: datetime, reach: InquiryReach | None = None) -> bool:
        """The same persons, also after the inquiry was closed."""
        return self.has_measure and (reach or InquiryReach.of(user, at=at)).answers_for(self.department)

    # -- transitions -----------------------------------------------------------------------------------------------
    @transaction.atomic
    def answer(
        self, status: str, *, words: str, by: User, at: datetime, plan: str = "", measure_due_on: date | None = None
    ) -> "InquiryPlace":
        """The section's answer, which may be put right while the inquiry is open; ある needs a plan with its day.

        InvalidTransition for a closed inquiry or an answer that does not follow, PermissionDenied, ValidationError by field.
        """
        place, hat = self._locked(by, at=at, needs_open=True)
        if status not in self.TRANSITIONS[self.Status(place.status)] or place.measure_done_on is not None:
            raise InvalidTransition(f"いまの回答は「{place.get_status_display()}」です。最新の状況を表示しました。")
        exists = status == self.Status.EXISTS
        if not words.strip():
            raise ValidationError({"words": "どこを、どのように確かめたかを入力してください。"})
        if exists and not plan.strip():
            raise ValidationError({"plan": "「ある」のときは、これからすることを入力してください。"})
        if exists and (measure_due_on is None or measure_due_on < day_of(at)):
            raise ValidationError({"measure_due_on": "終える日を、今日以後の日で入力してください。"})
        place.status, place.words = status, words.strip()
        place.plan, place.measure_due_on = (plan.strip(), measure_due_on) if exists else ("", None)
        place.answered_by, place.answered_as, place.answered_at = by, hat.label[:200], at
        place.save(update_fields=["status", "words", "plan", "measure_due_on", "answered_by", "answered_as", "answered_at"])
        kept = {name: getattr(place, name) for name in ("status", "words", "plan", "measure_due_on")}
        place.replies.create(by=by, by_as=hat.label[:200], at=at, **kept)
        verb = "incidents.inquiry.found" if exists else "incidents.inquiry.answered"
        return place._record(verb, by, hat, at=at, outcome=place.get_status_display())

    @transaction.atomic
    def finish(self, *, result: str, done_on: date, by: User, at: datetime) -> "InquiryPlace":
        """What was planned is done."""
        place, hat = self._locked(by, at=at)
        if not place.has_measure:
            raise InvalidTransition("終えていない対策はありません。最新の状況を表示しました。")
        if done_on > day_of(at):
            raise ValidationError({"done_on": "終えた日が未来になっています。"})
        if not result.strip():
            raise ValidationError({"result": "したことを入力してください。"})
        place.measure_done_on, place.measure_result = done_on, result.strip()
        place.save(update_fields=["measure_done_on", "measure_result"])
        return place._record("incidents.inquiry.measure_done", by, hat, at=at, done_on=done_on.isoformat())

    @transaction.atomic
    def link(self, incident: Incident, *, by: User, at: datetime) -> "InquiryPlace":
        """The report that the section has made of what it found. Only one that the person sees, of the section."""
        place, hat = self._locked(by, at=at)
        if place.status != self.Status.EXISTS:
            raise InvalidTransition("報告と結び付けられるのは、「ある」と答えたときだけです。")
        if not place.linkable(by, at=at).filter(pk=incident.pk).exists():
            raise ValidationError({"incident": "この課で報告されたインシデントを選んでください。"})
        place.incident = incident
        place.save(update_fields=["incident"])
        return place._record("incidents.inquiry.linked", by, hat, at=at, incident=incident.number)

    def linkable(self, user: User, *, at: datetime) -> models.QuerySet[Incident]:
        """The reports of the section that the person sees, made since the question."""
        rows = Incident.objects.submitted().visible_to(user, at=at)
        return rows.filter(department=self.department, reported_at__gte=self.inquiry.asked_at)

    def _locked(self, by: User, *, at: datetime, needs_open: bool = False) -> tuple["InquiryPlace", Standing]:
        inquiry = self.inquiry.lock()
        place = InquiryPlace.objects.select_related("department__parent").get(pk=self.pk)
        place.inquiry = inquiry
        if needs_open and not inquiry.is_open:
            raise InvalidTransition("この照会は終了しています。")
        hat = worn(by, *ANSWERING, at=at, department=place.department)
        if hat is None:
            raise PermissionDenied("回答できるのは、照会を受けた課の情報セキュリティ担当者、その代理と情報化推進員です。")
        return place, hat

    def _record(self, verb: str, by: User, hat: Standing, *, at: datetime, **changes: Any) -> "InquiryPlace":
        record(by, verb, self.inquiry, **signed(hat), at=at, department=self.department.full_name, **changes)
        return self


class InquiryReply(models.Model):
    """An answer as it was given; never altered, the newest one stands on the place."""

    place = models.ForeignKey(InquiryPlace, verbose_name="課", on_delete=models.CASCADE, related_name="replies")
    status = models.CharField("回答", max_length=16, choices=InquiryPlace.Status)
    words = models.TextField("確かめたこと", max_length=2000)
    plan = models.TextField("これからすること", max_length=2000, blank=True)
    measure_due_on = models.DateField("終える日", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="回答した人", on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("回答日時")

    class Meta:
        verbose_name = "回答の履歴"
        verbose_name_plural = "回答の履歴"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.place} {self.get_status_display()}"

"""One coming round of a duty: made ahead, then done, moved or left out with a reason. Overdue is computed, never stored."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.fiscal import OPENS, TOKYO, fiscal_year_label, wareki, wareki_month
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from ..parties import Holder, Parties, Reach
from .handing import colleagues, department_of, is_there
from .occurrence_rows import OccurrenceQuerySet
from .remark import Remark

if TYPE_CHECKING:
    from .duty import Duty

DONE = "duties.occurrence.done"
MOVED = "duties.occurrence.moved"
SKIPPED = "duties.occurrence.skipped"
REOPENED = "duties.occurrence.reopened"
CALLED = "duties.occurrence.called"


class Occurrence(models.Model):
    """A duty of one department (or of the whole city) in one period."""

    class Status(models.TextChoices):
        PLANNED = "planned", "予定"
        DONE = "done", "済み"
        SKIPPED = "skipped", "実施しない"

    TRANSITIONS = {
        Status.PLANNED: {Status.DONE, Status.SKIPPED},
        Status.DONE: {Status.PLANNED},
        Status.SKIPPED: {Status.PLANNED},
    }

    duty = models.ForeignKey("duties.Duty", verbose_name="定期業務", on_delete=models.PROTECT, related_name="occurrences")
    department = models.ForeignKey(
        Department, verbose_name="所属", null=True, blank=True, on_delete=models.PROTECT, related_name="occurrences"
    )
    period = models.CharField("回", max_length=100)
    event = models.CharField("できごと", max_length=64, blank=True)
    appears_on = models.DateField("表示を始める日")
    due_on = models.DateField("期限")
    first_due_on = models.DateField("当初の期限")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.PLANNED)
    handed_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="担当する人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    handed_in = models.ForeignKey(
        Department, verbose_name="担当する人の所属", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField("実施を記録した日時", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="実施を記録した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_as = models.CharField("役割", max_length=200, blank=True)
    done_in_place_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="誰の代理か", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = "定期業務の回"
        verbose_name_plural = "定期業務の回"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["duty", "period"], condition=Q(department__isnull=True), name="duties_occurrence_once_in_the_city"
            ),
            models.UniqueConstraint(
                fields=["duty", "department", "period"],
                condition=Q(department__isnull=False),
                name="duties_occurrence_once_a_department",
            ),
            models.CheckConstraint(condition=~Q(status="done") | Q(done_at__isnull=False), name="duties_occurrence_done_has_time"),
        ]
        indexes = [
            models.Index(fields=["status", "due_on"]),
            models.Index(fields=["status", "appears_on"]),
            models.Index(fields=["department", "due_on"]),
            models.Index(fields=["done_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.duty.title}（{self.period_words}）"

    def get_absolute_url(self) -> str:
        return reverse("duties:occurrence", args=[self.pk])

    @property
    def period_words(self) -> str:
        """令和8年度, 令和8年6月分, or the day it was first due."""
        if self.period.startswith("FY"):
            return fiscal_year_label(int(self.period[2:]))
        if len(self.period) == len("2026-06") and self.period[4] == "-":
            return f"{wareki_month(date(int(self.period[:4]), int(self.period[5:]), 1))}分"
        return f"{wareki(self.first_due_on)}期限"

    @property
    def department_name(self) -> str:
        return self.department.full_name if self.department else "全庁"

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.PLANNED

    @property
    def is_moved(self) -> bool:
        return self.due_on != self.first_due_on

    @property
    def appeared_at(self) -> datetime:
        """When it began to wait on a desk: the opening of that day."""
        return datetime.combine(self.appears_on, OPENS, tzinfo=TOKYO)

    @property
    def done_on(self) -> date | None:
        """The day it was recorded as done."""
        return day_of(self.done_at) if self.done_at else None

    @property
    def has_files(self) -> bool:
        return StoredFile.objects.about(self).exists()

    def is_overdue(self, *, on: date) -> bool:
        return self.is_open and self.due_on < on

    def is_ahead(self, *, on: date) -> bool:
        """Untouched and not yet past: it follows a changed rule. What an event called for, or a person moved, stays."""
        return self.is_open and not self.is_moved and not self.event and self.due_on >= on

    @property
    def note(self) -> str:
        """What the last one who recorded it as done wrote."""
        last = self.remarks.filter(verb=DONE).last()
        return last.text if last else ""

    # -- people ----------------------------------------------------------------------------------------------------
    def able(self, *, at: datetime, parties: Parties | None = None) -> list[Holder]:
        """Who holds it now: holders, deputies, or one up where nobody is there."""
        return (parties or Parties(at)).able(self.duty.owner, self.department)

    def one_up(self, *, at: datetime, parties: Parties | None = None) -> list[Holder]:
        """Who stands above those who hold it now."""
        return (parties or Parties(at)).one_up(self.duty.owner, self.department)

    def holder(self, user: User, *, at: datetime, reach: Reach | None = None) -> Holder | None:
        """The person as a holder by role, or None."""
        return (reach or Reach(user, at=at)).holder(self.duty.owner, self.department)

    def in_hands_of(self, *, at: datetime) -> User | None:
        """The person it was handed to, as long as that one is still in the department."""
        there = self.handed_to_id and is_there(self.handed_to_id, self.handed_in_id, on=day_of(at))
        return self.handed_to if there else None

    def doer(self, user: User, *, at: datetime, reach: Reach | None = None) -> Holder | None:
        """The person as one who may record it as done: a holder, or whom it was handed to."""
        if holder := self.holder(user, at=at, reach=reach):
            return holder
        if self.in_hands_of(at=at) == user:
            return Holder(user, self.duty.owner, f"{self.duty.get_owner_display()}から任された担当", self.handed_in)
        return None

    def can_complete(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        return self.is_open and self.doer(user, at=at, reach=reach) is not None

    def can_decide(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        """Moving, leaving out and handing over are the holder's."""
        return self.is_open and self.holder(user, at=at, reach=reach) is not None

    def can_reopen(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        """The holder, or whoever recorded it as done, while the duty is still done at all."""
        return (
            self.duty.is_active and not self.is_open and (self.done_by_id == user.pk or self.holder(user, at=at, reach=reach) is not None)
        )

    # -- transitions -----------------------------------------------------------------------------------------------
    @classmethod
    def call(cls, duty: "Duty", *, due_on: date, reason: str, event: str, department: Department | None, by, at: datetime) -> "Occurrence":
        """Because something happened. One that is still open for the same day is given back; two at once get the same one."""
        period = f"{event}:{day_of(at).isoformat()}"
        rows = cls.objects.filter(duty=duty, department=department, period__startswith=period)
        if waiting := rows.open().first():
            return waiting
        if count := rows.count():
            period = f"{period}-{count + 1}"
        days = {"due_on": due_on, "first_due_on": due_on, "appears_on": min(day_of(at), due_on)}
        row, is_new = cls.objects.get_or_create(duty=duty, department=department, period=period, defaults={"event": event, **days})
        if is_new:
            Remark.write(row, CALLED, reason, by=by, at=at)
            record(by, CALLED, row, at=at, duty=duty.code, due_on=due_on, duty_event=event)
        return row

    @transaction.atomic
    def complete(self, *, by: User, at: datetime, note: str = "", uploads: Iterable[File] = ()) -> None:
        """It is done: with a word about it, and the evidence. Raises InvalidTransition when it is no longer open.

        PermissionDenied for anyone but a holder or whom it was handed to; ValidationError where evidence is needed and missing.
        """
        row = self._locked_for(self.Status.DONE)
        doer = row.doer(by, at=at)
        if doer is None:
            raise PermissionDenied("実施を記録できるのは、担当の方と、担当の方から任された方だけです。")
        files = [attach(row, upload, by=by) for upload in uploads]
        if row.duty.needs_evidence and not row.has_files:
            raise ValidationError({"uploads": "この業務は、実施したことが分かる記録の添付が必要です。"})
        row.done_at, row.done_by, row.done_as, row.done_in_place_of = at, by, doer.label, doer.in_place_of
        row._move_to(self.Status.DONE, "done_at", "done_by", "done_as", "done_in_place_of")
        Remark.write(row, DONE, note, by=by, at=at)
        row._record(DONE, doer, at=at, evidence_files=len(files))
        self.refresh_from_db()

    @transaction.atomic
    def move(self, *, to: date, reason: str, by: User, at: datetime) -> None:
        """Another day, with the reason; the one above is told. InvalidTransition when it is no longer open, or for the same day."""
        row, holder = self._decided(by, at=at)
        _need(reason)
        if to < day_of(at):
            raise ValidationError({"to": "過ぎた日にはできません。今日以後の日を入力してください。"})
        if to == row.due_on:
            raise InvalidTransition("期限は今と同じ日です。変更していません。")
        was, row.due_on = row.due_on, to
        row.appears_on = min(row.appears_on, to)
        row.save(update_fields=["due_on", "appears_on"])
        Remark.write(row, MOVED, reason, by=by, at=at)
        row._record(MOVED, holder, at=at, due_was=was)
        self.refresh_from_db()

    @transaction.atomic
    def skip(self, *, reason: str, by: User, at: datetime) -> None:
        """Not this time, with the reason; the one above is told."""
        row = self._locked_for(self.Status.SKIPPED)
        holder = row._guarded(by, at=at)
        _need(reason)
        row._move_to(self.Status.SKIPPED)
        Remark.write(row, SKIPPED, reason, by=by, at=at)
        row._record(SKIPPED, holder, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def reopen(self, *, reason: str, by: User, at: datetime) -> None:
        """It was not so: open again, with the reason; what had been recorded stays in the history."""
        row = self._locked_for(self.Status.PLANNED)
        if not row.can_reopen(by, at=at):
            raise PermissionDenied("実施前に戻せるのは、担当の方と、実施を記録した方だけです。")
        _need(reason)
        row.done_at, row.done_by, row.done_as, row.done_in_place_of = None, None, "", None
        row._move_to(self.Status.PLANNED, "done_at", "done_by", "done_as", "done_in_place_of")
        Remark.write(row, REOPENED, reason, by=by, at=at)
        row._record(REOPENED, row.holder(by, at=at), at=at, by=by)
        self.refresh_from_db()

    @transaction.atomic
    def hand_to(self, person: User, *, by: User, at: datetime) -> None:
        """Somebody of the holder's department does it; the role that answers for it stays. To oneself takes it back."""
        row, holder = self._decided(by, at=at)
        if person == by:
            row.handed_to = row.handed_in = None
        else:
            if not colleagues(holder, on=day_of(at)).filter(pk=person.pk).exists():
                raise ValidationError({"person": "同じ課・部の方を選んでください。"})
            row.handed_to, row.handed_in = person, department_of(person, holder, on=day_of(at))
        row.save(update_fields=["handed_to", "handed_in"])
        verb = "duties.occurrence.handed" if row.handed_to else "duties.occurrence.taken_back"
        row._record(verb, holder, at=at, **({"handed_to": person.name} if row.handed_to else {}))
        self.refresh_from_db()

    def drop(self, reason: str, *, at: datetime) -> None:
        """The rule wants it no longer; the caller holds this row's lock."""
        self._move_to(self.Status.SKIPPED)
        Remark.write(self, SKIPPED, reason, by=None, at=at)
        record(None, SKIPPED, self, at=at, duty=self.duty.code, due_on=self.due_on, department=self.department_name)

    def _locked_for(self, status: str) -> "Occurrence":
        """This row, locked; InvalidTransition where its state does not allow `status`."""
        row = Occurrence.objects.select_for_update(of=("self",)).select_related("duty", "department__parent").get(pk=self.pk)
        if status not in self.TRANSITIONS[self.Status(row.status)]:
            raise InvalidTransition(f"この業務は「{row.get_status_display()}」になっています。最新の状況を表示しました。")
        return row

    def _decided(self, by: User, *, at: datetime) -> tuple["Occurrence", Holder]:
        row = self._locked_for(self.Status.SKIPPED)  # what may be left out may be moved and handed over: it is open
        return row, row._guarded(by, at=at)

    def _guarded(self, by: User, *, at: datetime) -> Holder:
        holder = self.holder(by, at=at)
        if holder is None:
            raise PermissionDenied("期限の変更などができるのは、担当の方だけです。")
        return holder

    def _move_to(self, status: str, *fields: str) -> None:
        self.status = status
        self.save(update_fields=["status", *fields])

    def _record(self, verb: str, holder: Holder | None, *, at: datetime, by: User | None = None, **changes) -> None:
        who = {"role": holder.label, "in_place_of": holder.in_place_of} if holder else {}
        facts = {"duty": self.duty.code, "due_on": self.due_on, "department": self.department_name}
        record(by or holder.person, verb, self, at=at, **who, **facts, **changes)


def _need(reason: str) -> None:
    if not reason.strip():
        raise ValidationError({"reason": "理由を入力してください。"})

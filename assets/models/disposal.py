"""A disposal (廃棄・リース返却・再利用): what a permit lets be done away with, and the record of it, thing by thing (3.5.2.9)."""

from collections.abc import Collection
from dataclasses import fields
from datetime import date, datetime
from typing import Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from assets.classification import AssetClass
from assets.ledgers.writing import write
from assets.reach import Reach
from assets.things import Thing
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .asset import Asset
from .device import Device
from .disposal_line import DisposalLine, Method, Processing
from .ledger_entry import LedgerEntry

NOT_THE_SECTION = "廃棄の記録ができるのは、その課の職員です。"


class DisposalQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Those of one's section and division, those one has applied for, all of them for the wide roles."""
        reach = reach or Reach.of(user, at=at)
        if reach.is_wide:
            return self.all()
        return self.filter(reach.of_department() | Q(request__drafter=user) | Q(request__applicant=user))

    def open(self) -> Self:
        return self.filter(status=Disposal.Status.OPEN)

    def overdue(self, *, on: date) -> Self:
        """Permitted and not recorded past the planned day."""
        return self.open().filter(planned_on__lt=on)

    def for_list(self) -> Self:
        waiting = DisposalLine.objects.waiting().filter(disposal=OuterRef("pk"))
        return self.select_related("request__type", "department__parent").prefetch_related("lines").annotate(has_waiting=Exists(waiting))


class Disposal(models.Model):
    """Open until every line is recorded or given up; then the things are closed in their registers, never deleted."""

    class Status(models.TextChoices):
        OPEN = "open", "実施前"
        CLOSED = "closed", "終了"
        CANCELLED = "cancelled", "取りやめ"

    TRANSITIONS = {Status.OPEN: {Status.CLOSED, Status.CANCELLED}, Status.CLOSED: set(), Status.CANCELLED: set()}

    class Kind(models.TextChoices):
        """The codes are those of the ledger of disposals."""

        DISPOSAL = "disposal", "廃棄"
        LEASE = "lease", "リース返却"
        REUSE = "reuse", "再利用"

    request = models.OneToOneField(Request, verbose_name="許可", on_delete=models.PROTECT, related_name="disposal")
    department = models.ForeignKey(Department, verbose_name="所管課", on_delete=models.PROTECT, related_name="disposals")
    kind = models.CharField("区分", max_length=16, choices=Kind)
    method = models.CharField("情報を消す方法", max_length=16, choices=Method)
    asset_class = models.PositiveSmallIntegerField("分類", choices=AssetClass)
    planned_on = models.DateField("行う予定の日")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.OPEN)
    closed_at = models.DateTimeField("終了日時", null=True, blank=True)

    objects = DisposalQuerySet.as_manager()

    class Meta:
        verbose_name = "廃棄"
        verbose_name_plural = "廃棄"
        ordering = ["-planned_on", "-pk"]
        indexes = [models.Index(fields=["status", "planned_on"]), models.Index(fields=["department", "status"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("assets:disposal", args=[self.pk])

    @property
    def number(self) -> str:
        return self.request.number

    @property
    def is_over(self) -> bool:
        return self.status != self.Status.OPEN

    def is_late(self, *, on: date) -> bool:
        return self.status == self.Status.OPEN and self.planned_on < on

    def can_record(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        """Staff of the section, while it is open."""
        return self.status == self.Status.OPEN and self.department_id in (reach or Reach.of(user, at=at)).staff

    # -- transitions -----------------------------------------------------------------------------------------------
    def lock(self) -> "Disposal":
        """This row, locked until the transaction ends, after that of its permit."""
        Request.objects.select_for_update(no_key=True).get(pk=self.request_id)
        Disposal.objects.select_for_update(no_key=True).get(pk=self.pk)
        return Disposal.objects.select_related("request__type", "department__parent").get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この廃棄は「{self.get_status_display()}」です。最新の状況を表示しました。")
        self.status = status

    @classmethod
    def plan(cls, request: Request, things: list[Thing], *, by: User, at: datetime) -> "Disposal":
        """What a permit lets be done away with, in the transaction of the permit."""
        content = request.content
        found = {name: content[name] for name in ("kind", "method", "asset_class")}
        disposal = cls.objects.create(
            request=request, department=request.department, planned_on=date.fromisoformat(content["planned_on"]), **found
        )
        DisposalLine.objects.bulk_create(
            DisposalLine.of(thing, place, at_least=disposal.asset_class, disposal=disposal) for place, thing in enumerate(things, 1)
        )
        record(by, "assets.disposal.planned", disposal, at=at, number=disposal.number, count=len(things), kind=disposal.get_kind_display())
        return disposal

    @transaction.atomic
    def record(self, lines: Collection[int], what: Processing, *, by: User, at: datetime) -> None:
        """Record what was done with these lines, each with a row in the ledger of disposals; with the last one it is over.

        ValidationError by field for a moment that cannot be, or a witness who did it; InvalidTransition for lines that are
        recorded already; PermissionDenied for who does not work in the section.
        """
        disposal = self.lock()
        rows = disposal._waiting(lines, by, at=at)
        _check(what, disposal.request, at=at)
        for row in rows:
            row.take(what, by=by, at=at)
            disposal._write(row, by=by, at=at)
        record(by, "assets.disposal.recorded", disposal, at=at, number=disposal.number, count=len(rows))
        disposal._close_if_done(by=by, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def give_up(self, lines: Collection[int], *, reason: str, by: User, at: datetime) -> None:
        """These are kept after all; they stay as they are in their registers."""
        disposal = self.lock()
        rows = disposal._waiting(lines, by, at=at)
        for row in rows:
            row.drop(reason)
        record(by, "assets.disposal.given_up", disposal, at=at, number=disposal.number, count=len(rows))
        disposal._close_if_done(by=by, at=at)
        self.refresh_from_db()

    def _waiting(self, keys: Collection[int], by: User, *, at: datetime) -> "list[DisposalLine]":
        """The lines of these keys, still to be recorded; guards state and person."""
        if self.status != self.Status.OPEN:
            raise InvalidTransition(f"この廃棄は「{self.get_status_display()}」です。最新の状況を表示しました。")
        if not self.can_record(by, at=at):
            raise PermissionDenied(NOT_THE_SECTION)
        rows = list(self.lines.waiting().filter(pk__in=keys))
        if not rows or len(rows) != len(set(keys)):
            raise InvalidTransition("選んだものは、すでに記録されています。最新の状況を表示しました。")
        return rows

    def _write(self, line: "DisposalLine", *, by: User, at: datetime) -> None:
        """The row of the ledger of disposals (3.5.2.9.2)."""
        what = {"what": line.label, "asset_class": line.asset_class, "kind": self.kind, "serial": getattr(line.object, "serial", "")}
        done = {field.name: getattr(line, field.name) for field in fields(Processing)}
        data = what | done | {"request_code": self.number}
        line.ledger_entry = write("disposal", department=self.department, data=data, by=by, at=at, subjects=[line.object])
        line.save(update_fields=["ledger_entry"])

    def _close_if_done(self, *, by: User, at: datetime) -> None:
        """With the last line what is inside goes first, then what holds it; then the permit is used up."""
        if self.lines.waiting().exists():
            return
        done = sorted(self.lines.done(), key=lambda line: line.thing.is_medium)
        for line in done:
            self._close_thing(line, by=by, at=at)
        self.move_to(self.Status.CLOSED)
        self.closed_at = at
        self.save(update_fields=["status", "closed_at"])
        record(by, "assets.disposal.closed", self, at=at, number=self.number, count=len(done))
        if self.request.status in (Request.Status.RUNNING, Request.Status.EXPIRED):
            self.request.finish(by=by, at=at)

    def _close_thing(self, line: "DisposalLine", *, by: User, at: datetime) -> None:
        """In its own register: gone; what is used again stays there, emptied."""
        row = line.object
        if line.thing.is_medium and self.kind == self.Kind.REUSE:
            return
        if isinstance(row, Asset):
            row.dispose(permit=self.request, by=by, at=at)
        elif isinstance(row, Device):
            row.dispose(on=day_of(line.done_at), by=by, at=at, permit=self.request)
        elif isinstance(row, LedgerEntry):
            row.close_as_disposed(line.processing_facts, permit=self.request, by=by, at=at)

    def cancel(self, *, by: User | None, at: datetime) -> None:
        """The permit has ended before anything was done, in the transaction of the request.

        InvalidTransition where something is gone already: its permit stays, the rest can be given up.
        """
        disposal = self.lock()
        if disposal.status == self.Status.OPEN and disposal.lines.done().exists():
            raise InvalidTransition("すでに処理を記録したものがあるため、許可を取り消せません。残りは、廃棄の画面で取りやめてください。")
        if disposal.status == self.Status.OPEN:
            disposal.move_to(self.Status.CANCELLED)
            disposal.save(update_fields=["status"])
            record(by, "assets.disposal.cancelled", disposal, at=at, number=disposal.number)


def _check(what: Processing, request: Request, *, at: datetime) -> None:
    """ValidationError where the record cannot be true."""
    if what.done_at > at:
        raise ValidationError({"done_at": "日時が未来になっています。"})
    if what.done_at < request.decided_at.replace(second=0, microsecond=0):  # people write minutes
        raise ValidationError(
            {"done_at": "許可された後の日時を入力してください。許可の前に処理したときは、情報セキュリティ担当者に知らせてください。"}
        )
    if what.witness and "".join(what.witness.split()) == "".join(what.done_by.split()):
        raise ValidationError({"witness": "立会者は、処理した人とは別の人にしてください。"})

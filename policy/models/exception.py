"""例外措置 (3.11.4): clauses that are not followed for a time, with other means, by permit of the CISO or reported to the CISO afterwards.

How it was asked for and decided is the life of its request; what is here begins with the permit, in an emergency with the
act itself. Stored is whether it is in force, ended by its own people, or revoked. That its time has not come, is over, or
that it should be looked at again is computed from the days and never stored: `until` never changes, an extension is a new
request and a new exception.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import Standing, day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.fiscal import closing_after
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.exception_days import months_later

from .exception_parts import CompensatingMeasure, ExceptedClause
from .exception_people import ExceptionPeople
from .exception_set import ExceptionQuerySet

if TYPE_CHECKING:
    from django.db.models import QuerySet

REQUEST, EMERGENCY_REQUEST = "exception", "emergency-exception"
KEPT = ("clauses", "what", "reason", "systems", "risk", "measures")  # of the content of a request, what an extension begins with


class PolicyException(ExceptionPeople, models.Model):
    """One exception of one section."""

    class Kind(models.TextChoices):
        ORDINARY = "ordinary", "例外措置"
        EMERGENCY = "emergency", "緊急時の例外措置"

    class Status(models.TextChoices):
        IN_FORCE = "in_force", "実施中"
        ENDED = "ended", "終了"
        REVOKED = "revoked", "取消"

    TRANSITIONS = {Status.IN_FORCE: {Status.ENDED, Status.REVOKED}, Status.ENDED: set(), Status.REVOKED: set()}

    request = models.OneToOneField(Request, verbose_name="申請", on_delete=models.PROTECT, related_name="policy_exception")
    kind = models.CharField("種別", max_length=16, choices=Kind, db_index=True)
    department = models.ForeignKey(Department, verbose_name="所属", on_delete=models.PROTECT, related_name="policy_exceptions")
    extends = models.ForeignKey(
        "self", verbose_name="引き継ぐ例外措置", null=True, blank=True, on_delete=models.PROTECT, related_name="extensions"
    )
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.IN_FORCE)
    what = models.TextField("従わない内容", max_length=2000)
    reason = models.TextField("理由", max_length=2000)
    systems = models.CharField("対象のシステム・機器", max_length=300, blank=True)
    risk = models.TextField("生じるリスク", max_length=2000)
    taken_at = models.DateTimeField("取った日時", null=True, blank=True)
    since = models.DateField("始まり")
    until = models.DateField("終わり")
    checked_on = models.DateField("見直しの起算日", db_index=True)
    acknowledged_at = models.DateTimeField("CISOの確認日時", null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="確認した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_as = models.CharField("確認した人の役割", max_length=200, blank=True)
    ended_at = models.DateTimeField("終了日時", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="終了した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ending = models.TextField("完了報告・取消の理由", blank=True, max_length=2000)

    objects = ExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = "例外措置"
        verbose_name_plural = "例外措置"
        ordering = ["-since", "-pk"]
        indexes = [
            models.Index(fields=["status", "until"]),
            models.Index(fields=["status", "since"]),
            models.Index(fields=["department", "status"]),
            models.Index(fields=["kind", "acknowledged_at"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="policy_policyexception_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(kind="ordinary", taken_at__isnull=True) | Q(kind="emergency", taken_at__isnull=False),
                name="policy_policyexception_emergency_was_taken",
            ),
            models.CheckConstraint(
                condition=Q(status="in_force") | Q(ended_at__isnull=False) & ~Q(ending=""), name="policy_policyexception_end_is_told"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.request.number}"

    def get_absolute_url(self) -> str:
        return reverse("policy:exception", args=[self.pk])

    # -- how it stands ---------------------------------------------------------------------------------------------
    @property
    def is_emergency(self) -> bool:
        return self.kind == self.Kind.EMERGENCY

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.IN_FORCE

    @property
    def awaits_acknowledgement(self) -> bool:
        return self.is_emergency and self.acknowledged_at is None

    def acknowledge_by(self, working_days: int) -> datetime:
        """The term in which the CISO should have answered an emergency: so many working days, as for a step of a request."""
        return closing_after(self.request.submitted_at, working_days)

    def state(self, on: date) -> str:
        """The word of the day: 開始前, 実施中, 期間満了, 終了, 取消."""
        if not self.is_open:
            return self.get_status_display()
        return "開始前" if on < self.since else "期間満了" if on > self.until else self.get_status_display()

    def is_running(self, on: date) -> bool:
        return self.is_open and self.since <= on <= self.until

    def tone(self, on: date) -> str:
        """The tone of the chip of `state`."""
        return {"実施中": "warning", "期間満了": "error", "開始前": "waiting"}.get(self.state(on), "quiet")

    def review_on(self, months: int) -> date:
        """When the CISO should look at it again, at the interval of `review_months` (3.11.4.3)."""
        return months_later(self.checked_on, months)

    def next_review(self, months: int) -> date | None:
        """The same, or None where it ends before or has ended."""
        due = self.review_on(months)
        return due if self.is_open and due <= self.until else None

    def guard_open(self) -> None:
        """Raise InvalidTransition once it has ended or been revoked."""
        if not self.is_open:
            raise InvalidTransition(f"この例外措置は「{self.get_status_display()}」になっています。最新の状況を表示しました。")

    # -- beginning -------------------------------------------------------------------------------------------------
    @classmethod
    def begin(cls, *, by: User, at: datetime, clauses: Iterable[str] = (), **content: str) -> Request:
        """A draft of the request for an exception, with what is known already (what=, reason=, systems=, risk=)."""
        return Request.draft(REQUEST, by=by, at=at, content={"clauses": list(clauses), **content})

    @classmethod
    def grant(cls, request: Request, *, by: User, at: datetime) -> "PolicyException":
        """The CISO has permitted it (3.11.4.1): it begins on its day, never before the permit. Called by the request's matter."""
        today = day_of(at)
        extends = next((row.object for row in request.subjects.all() if isinstance(row.object, cls)), None)
        exception = cls._make(request, kind=cls.Kind.ORDINARY, since=max(request.starts_on or today, today), extends=extends, at=at)
        record(by, "policy.exception.granted", exception, at=at, **exception._changes())
        if extends is not None and exception.since <= today:
            extends.yield_to(exception, at=at)
        return exception

    @classmethod
    def report(cls, request: Request, *, taken_at: datetime, by: User, at: datetime) -> "PolicyException":
        """It was taken before anybody could be asked (3.11.4.2): it exists since then, and the CISO is told. Called by the matter."""
        exception = cls._make(request, kind=cls.Kind.EMERGENCY, since=day_of(taken_at), taken_at=taken_at, at=at)
        record(by, "policy.exception.reported", exception, at=at, **exception._changes())
        return exception

    @classmethod
    def _make(cls, request: Request, *, since: date, at: datetime, **fields: Any) -> "PolicyException":
        content = request.content
        words = {name: content.get(name, "") for name in ("what", "reason", "systems", "risk")}
        days = {"since": since, "until": request.ends_on, "checked_on": max(since, day_of(at))}
        exception = cls.objects.create(request=request, department=request.department, **words, **days, **fields)
        ExceptedClause.objects.bulk_create(
            ExceptedClause(exception=exception, number=number, position=place) for place, number in enumerate(content["clauses"], 1)
        )
        CompensatingMeasure.objects.bulk_create(
            CompensatingMeasure(exception=exception, position=place, **row) for place, row in enumerate(content.get("measures", []), 1)
        )
        return exception

    def _changes(self) -> dict[str, Any]:
        return {"clauses": self.clauses.count(), "since": self.since.isoformat(), "until": self.until.isoformat()}

    @transaction.atomic
    def extend(self, *, by: User, at: datetime) -> Request:
        """延長: a new draft with the same content, from the day after the end; or the own draft that was begun before.

        The end of an emergency is put off in the same way, by an ordinary request. InvalidTransition where one is under way
        or this one has ended, PermissionDenied outside the section.
        """
        exception = self.locked()
        exception.guard_open()
        if not exception.can_extend(by, at=at):
            raise PermissionDenied("延長を申請できるのは、この例外措置の課の人と、起案者・申請者です。")
        begun = exception.extension_requests().filter(drafter=by, status=Request.Status.DRAFT).first()
        if begun is not None:
            return begun
        content = {name: exception.request.content[name] for name in KEPT if name in exception.request.content}
        starts_on = max(exception.until + timedelta(days=1), day_of(at))
        return Request.draft(REQUEST, by=by, at=at, subjects=[exception], content={**content, "starts_on": starts_on.isoformat()})

    def extension_requests(self) -> "QuerySet[Request]":
        """The requests that would take over from this one."""
        return Request.objects.about(self).filter(type__code=REQUEST)

    # -- transitions -----------------------------------------------------------------------------------------------
    def locked(self) -> "PolicyException":
        """This row as it is now; the lock is that of its request, so that acts on either wait for each other."""
        self.request.lock()
        rows = PolicyException.objects.select_related("request__type", "request__drafter", "request__applicant", "department__parent")
        return rows.get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            self.guard_open()
        self.status = status

    def _end(self, status: str, *, by: User | None, at: datetime, words: str) -> None:
        self.move_to(status)
        self.ended_at, self.ended_by, self.ending = at, by, words
        self.save(update_fields=["status", "ended_at", "ended_by", "ending"])

    def _complete_request(self, *, by: User | None, at: datetime, words: str) -> None:
        """The permit is used up; an emergency's request was complete when it was sent."""
        request = self.request.lock()
        if request.status in (Request.Status.RUNNING, Request.Status.EXPIRED):
            request.end(Request.Status.COMPLETED, by=by, at=at, reason=words)
            record(by, "approvals.request.completed", request, at=at)

    @transaction.atomic
    def close(self, *, by: User, at: datetime, report: str) -> None:
        """完了報告: the clauses are followed again; what was done is written down, the request is complete."""
        exception = self.locked()
        exception.guard_open()
        if not exception.can_close(by, at=at):
            raise PermissionDenied("完了を報告できるのは、起案者・申請者と、課の情報セキュリティ担当者です。")
        exception._end(self.Status.ENDED, by=by, at=at, words=report)
        exception._complete_request(by=by, at=at, words=report)
        record(by, "policy.exception.closed", exception, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def yield_to(self, extension: "PolicyException", *, at: datetime) -> None:
        """Its extension has begun: this one ends by itself, where it has not ended before."""
        exception = self.locked()
        if exception.is_open:
            words = f"{extension}に引き継いだため"
            exception._end(self.Status.ENDED, by=None, at=at, words=words)
            exception._complete_request(by=None, at=at, words=words)
            record(None, "policy.exception.superseded", exception, at=at, number=extension.request.number)

    @transaction.atomic
    def acknowledge(self, *, by: User, at: datetime) -> None:
        """確認: the CISO has read the report of an emergency (3.11.4.2)."""
        exception = self.locked()
        if not exception.awaits_acknowledgement:
            raise InvalidTransition("この例外措置は、すでに確認されています。最新の状況を表示しました。")
        hat = exception.deciding(by, at=at)
        if hat is None:
            raise PermissionDenied("緊急時の例外措置を確認できるのは、届出に関わっていない最高情報セキュリティ責任者です。")
        exception._note_acknowledgement(hat, at=at)
        record(by, "policy.exception.acknowledged", exception, role=hat.label, in_place_of=hat.in_place_of, at=at)
        self.refresh_from_db()

    def _note_acknowledgement(self, hat: Standing, *, at: datetime) -> None:
        self.acknowledged_at, self.acknowledged_by, self.acknowledged_as = at, hat.person, hat.label
        self.save(update_fields=["acknowledged_at", "acknowledged_by", "acknowledged_as"])

    @transaction.atomic
    def order_end(self, *, by: User, at: datetime, reason: str) -> None:
        """終了を命じる: the CISO ends it with a reason; for a permit this is its recall, whose matter comes back to `revoke`."""
        exception = self.locked()
        exception.guard_open()
        if not exception.can_order_end(by, at=at):
            raise PermissionDenied("例外措置の終了を命じられるのは、申請に関わっていない最高情報セキュリティ責任者です。")
        if exception.is_emergency:
            if exception.awaits_acknowledgement:
                exception._note_acknowledgement(exception.deciding(by, at=at), at=at)
            exception.revoke(by=by, at=at, reason=reason)
        else:
            exception.request.recall(by=by, at=at, reason=reason)
        self.refresh_from_db()

    def revoke(self, *, by: User | None, at: datetime, reason: str) -> None:
        """取消: the permit is gone. The caller holds the lock and has guarded the person."""
        self._end(self.Status.REVOKED, by=by, at=at, words=reason)
        record(by, "policy.exception.revoked", self, at=at)

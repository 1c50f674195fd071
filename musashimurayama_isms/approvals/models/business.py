"""案件: what is put before a committee: an important matter (3.4.2.4.2), the seat of a request, a report."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from musashimurayama_isms.accounts.models import Committee, User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from ..committee_people import Insider
from .numbering import PROMOTION, lock_committee, next_number, short_number
from .request_set import Reach

if TYPE_CHECKING:
    from .step import Seat, Step

PARTY = "申請の起案・申請・実施に関わる人のため（兼務の禁止）"


class ItemQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime | None = None, reach: Reach | None = None) -> Self:
        """All of them for the committee's people and the wide roles.

        Else those one has brought, those of requests one sees, and those of meetings one is called to.
        """
        reach = reach or Reach.of(user, at=at or timezone.now())
        if reach.sees_committee:
            return self.all()
        requests = self.model._meta.get_field("request").related_model.objects.visible_to(user, reach=reach)
        called = self.model.objects.filter(agenda__meeting__attendances__person=user)
        return self.filter(Q(brought_by=user) | Q(request__in=requests.values("pk")) | Q(pk__in=called.values("pk")))

    def live(self) -> Self:
        """Those that are still to be resolved."""
        return self.filter(status__in=self.model.LIVE)

    def waiting(self) -> Self:
        """Those without a meeting: brought, or carried on (継続審議)."""
        return self.filter(status__in=self.model.WAITING)

    def late(self, *, at: datetime) -> Self:
        """Live items of requests whose step is due."""
        return self.live().filter(seat__step__due_at__lte=at)

    def for_list(self) -> Self:
        return self.select_related("committee__secretariat", "brought_by", "request__type", "seat__step")


class Item(models.Model):
    """One matter of a committee, from being brought to the 議決; a wrong 議決 is mended by a new item."""

    class Kind(models.TextChoices):
        DELIBERATION = "deliberation", "審議"
        REQUEST = "request", "申請の議決"
        REPORT = "report", "報告"
        OTHER = "other", "その他"

    class Status(models.TextChoices):
        BROUGHT = "brought", "付議待ち"
        ON_AGENDA = "on_agenda", "会議に付議"
        CONTINUED = "continued", "継続審議"
        RESOLVED = "resolved", "議決済み"
        WITHDRAWN = "withdrawn", "取下げ"

    TRANSITIONS = {
        Status.BROUGHT: {Status.ON_AGENDA, Status.WITHDRAWN},
        Status.ON_AGENDA: {Status.RESOLVED, Status.CONTINUED, Status.BROUGHT, Status.WITHDRAWN},
        Status.CONTINUED: {Status.ON_AGENDA, Status.WITHDRAWN},
        Status.RESOLVED: set(),
        Status.WITHDRAWN: set(),
    }
    LIVE = (Status.BROUGHT, Status.ON_AGENDA, Status.CONTINUED)
    WAITING = (Status.BROUGHT, Status.CONTINUED)
    BROUGHT_BY_HAND = (Kind.DELIBERATION, Kind.REPORT, Kind.OTHER)

    committee = models.ForeignKey(Committee, verbose_name="委員会", on_delete=models.PROTECT, related_name="items")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveIntegerField("番号")
    kind = models.CharField("種類", max_length=16, choices=Kind)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.BROUGHT, db_index=True)
    title = models.CharField("件名", max_length=200)
    explanation = models.TextField("説明", blank=True, max_length=8000)
    clauses = models.JSONField("関係する条項", default=list, blank=True)
    seat = models.ForeignKey(
        "approvals.Seat", verbose_name="申請の決定者", null=True, blank=True, on_delete=models.PROTECT, related_name="items"
    )
    request = models.ForeignKey(
        "approvals.Request", verbose_name="申請", null=True, blank=True, on_delete=models.PROTECT, related_name="committee_items"
    )
    brought_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="付議した人", on_delete=models.PROTECT, related_name="+")
    brought_as = models.CharField("役割", max_length=200)
    brought_at = models.DateTimeField("付議日時", db_index=True)
    ended_at = models.DateTimeField("終了日時", null=True, blank=True)
    ending = models.CharField("取下げの理由", max_length=500, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = "案件"
        verbose_name_plural = "案件"
        ordering = ["-fiscal_year", "-number"]
        indexes = [models.Index(fields=["committee", "status"]), models.Index(fields=["kind", "status"])]
        constraints = [
            models.UniqueConstraint(fields=["committee", "fiscal_year", "number"], name="approvals_item_number_once"),
            models.UniqueConstraint(
                fields=["seat"], condition=Q(status__in=("brought", "on_agenda", "continued")), name="approvals_item_one_live_a_seat"
            ),
            models.CheckConstraint(
                condition=Q(kind="request", seat__isnull=False, request__isnull=False)
                | (~Q(kind="request") & Q(seat__isnull=True, request__isnull=True)),
                name="approvals_item_of_a_request_has_its_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"案件 {self.code}"

    def get_absolute_url(self) -> str:
        return reverse("committee:item", args=[self.pk])

    @property
    def code(self) -> str:
        """R8-003: the 3rd item of the committee in 令和8年度."""
        return short_number(self.fiscal_year, self.number)

    @property
    def is_live(self) -> bool:
        return self.status in self.LIVE

    @property
    def is_waiting(self) -> bool:
        return self.status in self.WAITING

    @property
    def of_request(self) -> bool:
        return self.kind == self.Kind.REQUEST

    @property
    def due_at(self) -> datetime | None:
        """When the request's step is due; nothing else presses an item."""
        return self.seat.step.due_at if self.seat_id and self.is_live else None

    # -- the one door ----------------------------------------------------------------------------------------------
    def lock(self) -> "Item":
        """This item, read again; what it belongs to is locked first: its request, then its committee."""
        if self.request_id:
            self.request.lock()
        committee = lock_committee(self.committee_id)
        item = Item.objects.select_related("request__type", "seat__step__request").get(pk=self.pk)
        item.committee = committee
        return item

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(
                f"この案件は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。最新の状況を表示しました。"
            )
        self.status = status

    # -- bringing --------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def bring(
        cls, committee: Committee, kind: str, *, title: str, by: User, at: datetime, explanation: str = "", clauses: list[str] | None = None
    ) -> "Item":
        """付議: put a matter before the committee (3.4.2.4.2). PermissionDenied for who may not; ValueError for a request's kind."""
        if kind not in cls.BROUGHT_BY_HAND:
            raise ValueError("A request's item comes with its seat")
        committee = lock_committee(committee.pk)
        insider = Insider.of(by, committee, at=at)
        if not insider.may_bring:
            raise PermissionDenied("案件を付議できるのは、委員、事務局、CISO、総括管理者と中央電子計算組織管理者です。")
        fields = {"title": title, "explanation": explanation, "clauses": clauses or []}
        item = cls._make(committee, kind, by=by, brought_as=insider.label, at=at, **fields)
        record(by, "approvals.item.brought", item, role=insider.label, at=at, kind=item.get_kind_display(), number=item.code)
        return item

    @classmethod
    def _make(cls, committee: Committee, kind: str, *, by: User, brought_as: str, at: datetime, **fields: Any) -> "Item":
        number = next_number(cls.objects.filter(committee=committee), at=at)
        return cls.objects.create(
            committee=committee, kind=kind, brought_by=by, brought_as=brought_as[:200], brought_at=at, **number, **fields
        )

    @classmethod
    def for_seat(cls, seat: "Seat", *, at: datetime) -> "Item":
        """The item of a request's seat, made when its step opens; the live one where there is one already.

        Runs in the transaction of the step; the caller holds the request's lock.
        """
        committee = lock_committee(code=PROMOTION)
        live = cls.objects.live().filter(seat=seat).first()
        if live is not None:
            return live
        request = seat.step.request
        item = cls._make(
            committee,
            cls.Kind.REQUEST,
            by=request.applicant,
            brought_as=request.applicant_as,
            at=at,
            seat=seat,
            request=request,
            title=request.title or request.type.name,
            clauses=request.clauses,
        )
        item.mark_parties(at=at)
        record(None, "approvals.item.brought", item, at=at, kind=item.get_kind_display(), number=item.code)
        return item

    def mark_parties(self, *, at: datetime) -> None:
        """除斥 of itself: whoever drafted, applied or carries neither counts nor votes (3.4.3.1)."""
        if self.request_id is None:
            return
        known = set(self.recusals.standing().values_list("person", flat=True))
        parties = self.request.barred.parties - known
        self.recusals.bulk_create(
            self.recusals.model(item=self, person_id=person, reason=PARTY, is_automatic=True, at=at) for person in sorted(parties)
        )

    # -- withdrawing -----------------------------------------------------------------------------------------------
    def can_withdraw(self, user: User, *, at: datetime) -> bool:
        """Whoever brought it and the secretariat; a request's item goes with its request alone."""
        if not self.is_live or self.of_request:
            return False
        return self.brought_by_id == user.pk or Insider.of(user, self.committee, at=at).runs

    @transaction.atomic
    def withdraw(self, *, by: User, at: datetime, reason: str) -> None:
        """取下げ of a matter that no longer needs the committee."""
        item = self.lock()
        item.move_to(self.Status.WITHDRAWN)
        if item.of_request:
            raise InvalidTransition("申請の議決の案件は、申請が取り下げられるか差し戻されたときに取り下げられます。")
        if not (item.brought_by_id == by.pk or Insider.of(by, item.committee, at=at).runs):
            raise PermissionDenied("案件を取り下げられるのは、付議した人と事務局、委員長です。")
        item._end(at=at, reason=reason)
        record(by, "approvals.item.withdrawn", item, at=at, number=item.code)
        self.refresh_from_db()

    @classmethod
    def drop_of(cls, step: "Step", *, at: datetime) -> None:
        """The step no longer waits: what of it is before the committee goes too. The caller holds the request's lock."""
        for item in cls.objects.live().filter(seat__step=step):
            lock_committee(item.committee_id)
            item.refresh_from_db()
            item.move_to(cls.Status.WITHDRAWN)
            item._end(at=at, reason="申請がこの段階での議決を待たなくなったため")
            record(None, "approvals.item.withdrawn", item, at=at, number=item.code)

    def _end(self, *, at: datetime, reason: str = "") -> None:
        self.ended_at, self.ending = at, reason[:500]
        self.save(update_fields=["status", "ended_at", "ending"])

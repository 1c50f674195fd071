"""A move (移動): what a permitted errand carries out of the house, until it has arrived or is back (3.5.2.6-8, 3.9.1.5)."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse

from assets.classification import AssetClass
from assets.things import Thing
from assets.ways import ARRIVING, RECEIVED, RETURNING, Way
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .move_people import MovePeople
from .move_set import MoveQuerySet
from .thing_row import ThingRow

NOT_THE_CARRIER = "記録できるのは、運ぶ人、申請した人と、その課の情報セキュリティ担当者です。"
NOT_ANOTHER = "返却を確かめられるのは、運んだ人でも返却を記録した人でもない、その課の職員です。"


class Protection(models.TextChoices):
    """How it is protected on the way (3.5.2.7.1)."""

    CASE = "case", "鍵付きのケースなどに入れる"
    CIPHER = "cipher", "暗号化する（パスワードによる暗号化を含む）"
    PASSWORD = "password", "パスワードを設定する"
    SEAL = "seal", "封をする"


class Means(models.TextChoices):
    """By what it is sent (3.5.2.7.3: the safest that can be had)."""

    REGISTERED = "registered", "書留・簡易書留"
    TRACKED = "tracked", "追跡できる宅配"
    SECURITY = "security", "セキュリティ便"
    OTHER = "other", "その他"


class Move(MovePeople, models.Model):
    """The life of what is out; which states there are on the way follows from `ways`. It outlives its permit's last day."""

    class Status(models.TextChoices):
        PLANNED = "planned", "出発前"
        DEPARTED = "departed", "移動中"
        ARRIVED = "arrived", "庁外にある"
        RETURNED = "returned", "返却の確認待ち"
        LOST = "lost", "紛失"
        CLOSED = "closed", "終了"
        CANCELLED = "cancelled", "取りやめ"

    TRANSITIONS = {
        Status.PLANNED: {Status.DEPARTED, Status.CANCELLED},
        Status.DEPARTED: {Status.ARRIVED, Status.RETURNED, Status.CLOSED, Status.LOST},
        Status.ARRIVED: {Status.RETURNED, Status.LOST},
        Status.RETURNED: {Status.DEPARTED, Status.ARRIVED, Status.CLOSED, Status.LOST},
        Status.LOST: {Status.RETURNED, Status.CLOSED},
        Status.CLOSED: set(),
        Status.CANCELLED: set(),
    }
    OUT = (Status.DEPARTED, Status.ARRIVED)
    OUTSIDE = (*OUT, Status.LOST)
    OPEN = (Status.PLANNED, *OUTSIDE, Status.RETURNED)

    class Carrier(models.TextChoices):
        STAFF = "staff", "職員"
        CONTRACTOR = "contractor", "委託事業者"

    request = models.OneToOneField(Request, verbose_name="許可", on_delete=models.PROTECT, related_name="move")
    department = models.ForeignKey(Department, verbose_name="所管課", on_delete=models.PROTECT, related_name="moves")
    ways = models.JSONField("どうするか", default=list)
    asset_class = models.PositiveSmallIntegerField("分類", choices=AssetClass)
    carrier = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="運ぶ職員", null=True, blank=True, on_delete=models.PROTECT, related_name="moves"
    )
    contractor = models.CharField("委託事業者と担当者", max_length=200, blank=True)
    destination = models.CharField("行き先", max_length=200)
    recipient = models.CharField("受け取る相手", max_length=200, blank=True)
    receiver = models.CharField("受け取った人", max_length=200, blank=True)
    leaves_on = models.DateField("出る日")
    arrives_on = models.DateField("着く予定の日", null=True, blank=True)
    returns_on = models.DateField("戻す予定の日", null=True, blank=True)
    due_on = models.DateField("次の期日", null=True, blank=True)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.PLANNED)
    departed_at = models.DateTimeField("出発日時", null=True, blank=True)
    arrived_at = models.DateTimeField("到着日時", null=True, blank=True)
    returned_at = models.DateTimeField("返却日時", null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="返却を記録した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closed_at = models.DateTimeField("終了日時", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="終了を確かめた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ending = models.CharField("見つからないまま終えた理由", max_length=300, blank=True)

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = "移動"
        verbose_name_plural = "移動"
        ordering = ["-leaves_on", "-pk"]
        indexes = [
            models.Index(fields=["status", "due_on"]),
            models.Index(fields=["department", "status"]),
            models.Index(fields=["carrier", "status"]),
        ]

    def __str__(self) -> str:
        return f"{self.destination}への{'・'.join(self.way_labels)}"

    def get_absolute_url(self) -> str:
        return reverse("assets:move", args=[self.pk])

    # -- what it says ----------------------------------------------------------------------------------------------
    @property
    def number(self) -> str:
        return self.request.number

    @property
    def way_labels(self) -> list[str]:
        return [WAY_NAMES[Way(way)] for way in self.ways]

    @property
    def carried_by(self) -> str:
        return self.carrier.name if self.carrier else self.contractor

    @property
    def needs_arrival(self) -> bool:
        return bool(ARRIVING & set(self.ways))

    @property
    def needs_receiver(self) -> bool:
        return bool(RECEIVED & set(self.ways))

    @property
    def comes_back(self) -> bool:
        return bool(RETURNING & set(self.ways))

    @property
    def is_over(self) -> bool:
        return self.status not in self.OPEN

    @property
    def is_called_back(self) -> bool:
        """Whether the permit was recalled while it was out: it has to come back at once."""
        return self.status in self.OUT and self.request.status == Request.Status.RECALLED

    def is_late(self, *, on: date) -> bool:
        return self.status in self.OUTSIDE and self.due_on is not None and self.due_on < on

    @property
    def next_day(self) -> date | None:
        """The day on which the next thing should happen."""
        return {
            self.Status.PLANNED: self.leaves_on,
            self.Status.DEPARTED: self.arrives_on if self.needs_arrival else self.returns_on,
            self.Status.ARRIVED: self.returns_on,
        }.get(self.Status(self.status))

    # -- transitions -----------------------------------------------------------------------------------------------
    def lock(self) -> "Move":
        """This row, locked until the transaction ends, after that of its permit: every change starts here."""
        Request.objects.select_for_update(no_key=True).get(pk=self.request_id)
        Move.objects.select_for_update(no_key=True).get(pk=self.pk)
        return Move.objects.select_related("request__type", "department__parent", "carrier").get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it with the day that comes next; the caller saves."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(
                f"この移動は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。最新の状況を表示しました。"
            )
        self.status = status
        self.due_on = self.next_day

    @classmethod
    def plan(cls, request: Request, things: list[Thing], *, by: User, at: datetime) -> "Move":
        """What a permit lets go, in the transaction of the permit; the content is the one that was decided on."""
        content = request.content
        days = {name: date.fromisoformat(text) for name in ("leaves_on", "arrives_on", "returns_on") if (text := content.get(name))}
        words = {name: content.get(name) or "" for name in ("destination", "recipient", "contractor")}
        is_staff = content.get("carried_by") != cls.Carrier.CONTRACTOR
        move = cls(
            request=request, department=request.department, ways=content["ways"], asset_class=content["asset_class"], **words, **days
        )
        move.carrier_id = content.get("carrier_key") if is_staff else None
        move.due_on = move.next_day
        move.save(force_insert=True)
        MoveLine.objects.bulk_create(
            MoveLine.of(thing, place, at_least=move.asset_class, move=move) for place, thing in enumerate(things, 1)
        )
        record(by, "assets.move.planned", move, at=at, number=move.number, count=len(things), asset_class=int(move.asset_class))
        return move

    @transaction.atomic
    def depart(self, *, by: User, at: datetime) -> None:
        """出発. InvalidTransition where the permit does not run, or before its first day."""
        move = self.lock()
        move.move_to(self.Status.DEPARTED)
        if move.request.status != Request.Status.RUNNING:
            raise InvalidTransition(
                f"許可が「{move.request.get_status_display()}」のため、持ち出せません。必要なときは、新しく申請してください。"
            )
        if day_of(at) < move.leaves_on:
            raise InvalidTransition("許可された期間は、まだ始まっていません。")
        move._guard_record(by, at=at)
        move.departed_at = at
        move._keep("departed", "departed_at", by=by, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def arrive(self, *, receiver: str = "", by: User, at: datetime) -> None:
        """到着・受渡し: what stays the city's own is now outside; for what was handed over it is the end.

        InvalidTransition where nothing arrives anywhere, or nobody is named who has received it.
        """
        move = self.lock()
        move.move_to(self.Status.ARRIVED if move.comes_back else self.Status.CLOSED)
        if not move.needs_arrival:
            raise InvalidTransition("持ち出して使うものに、到着の記録は要りません。戻したら返却を記録してください。")
        if move.needs_receiver and not receiver.strip():
            raise InvalidTransition("受け取った人を入力してください。届いたことを相手に確かめてから記録します。")
        move._guard_record(by, at=at)
        move.arrived_at, move.receiver = at, receiver.strip()[:200]
        move._keep("arrived", "arrived_at", "receiver", by=by, at=at)
        if move.status == self.Status.CLOSED:
            move._end(by=by, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def return_(self, *, by: User, at: datetime) -> None:
        """返却: it is in the house again, also where it could not be delivered or was found; another person confirms it."""
        move = self.lock()
        was_lost = move.status == self.Status.LOST
        move.move_to(self.Status.RETURNED)
        move._guard_record(by, at=at)
        move.returned_at, move.returned_by = at, by
        move._keep("returned", "returned_at", "returned_by", by=by, at=at)
        if was_lost:
            for line in move.lines.all():
                line.thing.report_found(by=by, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def confirm_return(self, *, by: User, at: datetime) -> None:
        """Another person of the section has seen that everything is back: the errand is over and so is its permit."""
        move = self._returned(by, at)
        move.move_to(self.Status.CLOSED)
        move._keep("confirmed", by=by, at=at)
        move._end(by=by, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def deny_return(self, *, by: User, at: datetime) -> None:
        """Not everything is back: it counts as outside again."""
        move = self._returned(by, at)
        move.move_to(self.Status.ARRIVED if move.arrived_at else self.Status.DEPARTED)
        move.returned_at = move.returned_by = None
        move._keep("return_denied", "returned_at", "returned_by", by=by, at=at)
        self.refresh_from_db()

    def _returned(self, by: User, at: datetime) -> "Move":
        move = self.lock()
        if move.status != self.Status.RETURNED:
            raise InvalidTransition(f"この移動は「{move.get_status_display()}」です。返却の確認を待っていません。")
        if not move.can_confirm(by, at=at):
            raise PermissionDenied(NOT_ANOTHER)
        return move

    @transaction.atomic
    def lose(self, *, by: User, at: datetime) -> None:
        """It is lost on the way: the things are 所在不明 in their registers, the officer is told; the incident report is the next step."""
        move = self.lock()
        move.move_to(self.Status.LOST)
        if not move.can_lose(by, at=at):
            raise PermissionDenied("紛失を記録できるのは、運ぶ人、申請した人と、その課の職員です。")
        for line in move.lines.all():
            line.thing.report_lost(by=by, at=at)
        move._keep("lost", by=by, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def settle(self, *, reason: str, by: User, at: datetime) -> None:
        """What is lost has not turned up; the officer ends the errand, the loss stays in the registers and with the incident."""
        move = self.lock()
        if move.status != self.Status.LOST:
            raise InvalidTransition("紛失した移動だけを、見つからないまま終えられます。")
        move.move_to(self.Status.CLOSED)
        if not move.can_settle(by, at=at):
            raise PermissionDenied("見つからないまま終えられるのは、その課の情報セキュリティ担当者です。")
        move.ending = reason
        move._keep("settled", "ending", by=by, at=at)
        move._end(by=by, at=at)
        self.refresh_from_db()

    def call_back(self, *, by: User | None, at: datetime) -> None:
        """The permit has ended before its time: what has not left stays, what is out by a recalled permit is due today.

        In the transaction of the request, which holds the lock.
        """
        move = self.lock()
        if move.status == self.Status.PLANNED:
            move.move_to(self.Status.CANCELLED)
            move._keep("cancelled", by=by, at=at)
        elif move.is_called_back:
            move.due_on = day_of(at)
            move._keep("called_back", by=by, at=at)

    def _guard_record(self, user: User, *, at: datetime) -> None:
        if not self.can_record(user, at=at):
            raise PermissionDenied(NOT_THE_CARRIER)

    def _end(self, *, by: User, at: datetime) -> None:
        """With the move its permit is used up; one that was recalled stays recalled."""
        self.closed_at, self.closed_by = at, by
        self.save(update_fields=["closed_at", "closed_by"])
        if self.request.status in (Request.Status.RUNNING, Request.Status.EXPIRED):
            self.request.finish(by=by, at=at)

    def _keep(self, act: str, *fields: str, by: User | None, at: datetime) -> None:
        """Save what has changed and write the act into the trail."""
        self.save(update_fields=["status", "due_on", *fields])
        record(by, f"assets.move.{act}", self, at=at, number=self.number, asset_class=int(self.asset_class))


class MoveLine(ThingRow):
    """One thing that is carried."""

    move = models.ForeignKey(Move, verbose_name="移動", on_delete=models.PROTECT, related_name="lines")

    class Meta(ThingRow.Meta):
        verbose_name = "移動するもの"
        verbose_name_plural = "移動するもの"
        indexes = [models.Index(fields=["content_type", "object_id"])]


WAY_NAMES: dict[Any, str] = {
    Way.TRANSPORT: "運搬",
    Way.DISPATCH: "送付",
    Way.OFF_SITE: "保管",
    Way.DISCLOSURE: "提供",
    Way.TAKE_OUT: "持ち出し",
}

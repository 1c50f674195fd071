"""会議: a committee meets, or answers in writing: called with an agenda, held, and closed with its minutes."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from musashimurayama_isms.accounts.models import Committee, RoleCode, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year_label
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from ..committee_people import Insider
from .attendance import Attendance, Quorum, Sitting, sitting
from .business import Item
from .meeting_set import MeetingQuerySet
from .numbering import lock_committee, next_number

if TYPE_CHECKING:
    from .agenda import AgendaItem

ONLY_STAFF = "会議を扱えるのは、事務局と委員長です。"


class Meeting(models.Model):
    """One sitting of a committee; a 緊急対策会議 has no seats of its own but those who are called (3.9.3.2)."""

    class Kind(models.TextChoices):
        COMMITTEE = "committee", "情報化推進委員会"
        SECURITY = "security", "情報セキュリティ会議"
        EMERGENCY = "emergency", "緊急対策会議"

    class Form(models.TextChoices):
        GATHERED = "gathered", "参集"
        WRITTEN = "written", "書面"

    class Status(models.TextChoices):
        CALLED = "called", "招集"
        HELD = "held", "開催済み"
        MINUTED = "minuted", "議事録確定"
        CANCELLED = "cancelled", "中止"

    TRANSITIONS = {
        Status.CALLED: {Status.HELD, Status.CANCELLED},
        Status.HELD: {Status.MINUTED},
        Status.MINUTED: set(),
        Status.CANCELLED: set(),
    }
    # Who may call it beside the secretariat and the chair (3.4.2.2.4, 3.9.3.2).
    CALLERS = {
        Kind.COMMITTEE: (),
        Kind.SECURITY: (RoleCode.GENERAL_MANAGER,),
        Kind.EMERGENCY: (RoleCode.GENERAL_MANAGER, RoleCode.CENTRAL_MANAGER),
    }

    committee = models.ForeignKey(Committee, verbose_name="委員会", on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField("会議", max_length=16, choices=Kind, default=Kind.COMMITTEE)
    fiscal_year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveIntegerField("回")
    form = models.CharField("開き方", max_length=16, choices=Form, default=Form.GATHERED)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.CALLED, db_index=True)
    planned_at = models.DateTimeField("予定日時", db_index=True)
    held_at = models.DateTimeField("開催日時", null=True, blank=True)
    place = models.CharField("場所", max_length=100, blank=True)
    called_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="招集した人", on_delete=models.PROTECT, related_name="+")
    called_as = models.CharField("役割", max_length=200)
    called_at = models.DateTimeField("招集日時")
    minutes = models.TextField("議事録", blank=True, max_length=40000)
    minuted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="議事録を確定した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    minuted_at = models.DateTimeField("議事録の確定日時", null=True, blank=True)
    ending = models.CharField("中止の理由", max_length=500, blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "会議"
        verbose_name_plural = "会議"
        ordering = ["-planned_at", "-pk"]
        indexes = [models.Index(fields=["committee", "status"])]
        constraints = [
            models.UniqueConstraint(fields=["committee", "kind", "fiscal_year", "number"], name="approvals_meeting_number_once"),
            models.CheckConstraint(
                condition=Q(status__in=("called", "cancelled")) | Q(held_at__isnull=False), name="approvals_meeting_held_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{fiscal_year_label(self.fiscal_year)}第{self.number}回{self.name}"

    def get_absolute_url(self) -> str:
        return reverse("committee:meeting", args=[self.pk])

    @property
    def name(self) -> str:
        """The committee's own name, or that of the meeting as which it sits."""
        return self.committee.name if self.kind == self.Kind.COMMITTEE else self.get_kind_display()

    @property
    def is_written(self) -> bool:
        return self.form == self.Form.WRITTEN

    @property
    def has_seats(self) -> bool:
        return self.kind != self.Kind.EMERGENCY

    @property
    def takes_items(self) -> bool:
        return self.status in (self.Status.CALLED, self.Status.HELD)

    def sitting(self) -> list[Sitting]:
        """Its members: those of the day on which it was held, or is planned; nobody where it has no seats."""
        return sitting(self.committee, on=day_of(self.held_at or self.planned_at)) if self.has_seats else []

    def quorum(self, *, excluded: Iterable[int] = ()) -> Quorum:
        """Whether it may decide a matter of which these persons are excluded (committee.quorum_percent)."""
        return Attendance.quorum(self.attendances.all(), excluded=set(excluded), percent=value("committee.quorum_percent"))

    # -- people ----------------------------------------------------------------------------------------------------
    @classmethod
    def can_call(cls, user: User, committee: Committee, kind: str, *, at: datetime) -> bool:
        """The secretariat and the chair; for the meetings of an incident those whom the policy names as well."""
        return Insider.of(user, committee, at=at).may_call(*cls.CALLERS[cls.Kind(kind)])

    def can_run(self, user: User, *, at: datetime) -> bool:
        """Whoever may call it runs it: agenda, attendance, minutes."""
        return self.can_call(user, self.committee, self.kind, at=at)

    # -- the one door ----------------------------------------------------------------------------------------------
    def _opened(self, by: User, *, at: datetime) -> "Meeting":
        """This meeting under its committee's lock, for someone who may run it."""
        committee = lock_committee(self.committee_id)
        meeting = Meeting.objects.get(pk=self.pk)
        meeting.committee = committee
        if not meeting.can_run(by, at=at):
            raise PermissionDenied(ONLY_STAFF)
        return meeting

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(
                f"この会議は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。最新の状況を表示しました。"
            )
        self.status = status

    # -- calling ---------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def call(
        cls,
        committee: Committee,
        kind: str,
        *,
        planned_at: datetime,
        by: User,
        at: datetime,
        form: str = Form.GATHERED,
        place: str = "",
        items: Iterable[Item] = (),
        guests: Iterable["User | str"] = (),
    ) -> "Meeting":
        """招集: the members are told, with the agenda; `guests` are called beside them, users or the names of outside persons.

        PermissionDenied for who may not call this kind; ValidationError where the city does not allow 書面.
        """
        committee = lock_committee(committee.pk)
        insider = Insider.of(by, committee, at=at)
        if not insider.may_call(*cls.CALLERS[cls.Kind(kind)]):
            raise PermissionDenied("この会議を招集できるのは、事務局と委員長、規程で招集者とされた役割の人です。")
        _guard_form(form)
        number = next_number(cls.objects.filter(committee=committee, kind=kind), at=planned_at)
        fields: dict[str, Any] = {"called_by": by, "called_as": insider.label[:200], "called_at": at, **number}
        meeting = cls.objects.create(committee=committee, kind=kind, form=form, planned_at=planned_at, place=place, **fields)
        meeting.invite(guests)
        placed = [meeting._place(item) for item in items]
        verb = "approvals.meeting.called" if kind == cls.Kind.COMMITTEE else "approvals.meeting.summoned"
        record(
            by, verb, meeting, role=insider.label, at=at, kind=meeting.name, form=form, planned_at=planned_at.isoformat(), items=len(placed)
        )
        return meeting

    def invite(self, guests: Iterable["User | str"]) -> None:
        """Rows for those who are called beside the members, each person once; in the caller's transaction."""
        known = {row.person.pk for row in self.sitting()} | set(self.attendances.values_list("person", flat=True))
        for place, guest in enumerate(dict.fromkeys(guests), 100):
            if isinstance(guest, str):
                self.attendances.create(name=guest[:100], position=place)
            elif guest.pk not in known:
                self.attendances.create(person=guest, name=guest.name, position=place)

    @transaction.atomic
    def replan(self, *, planned_at: datetime, place: str, by: User, at: datetime) -> None:
        """Another time or place, while it is not held; everyone is told."""
        meeting = self._opened(by, at=at)
        if meeting.status != self.Status.CALLED:
            raise InvalidTransition(f"この会議は「{meeting.get_status_display()}」のため、日時と場所を変えられません。")
        meeting.planned_at, meeting.place = planned_at, place
        meeting.save(update_fields=["planned_at", "place"])
        record(by, "approvals.meeting.replanned", meeting, at=at, planned_at=planned_at.isoformat())
        self.refresh_from_db()

    @transaction.atomic
    def cancel(self, *, by: User, at: datetime, reason: str) -> None:
        """It does not take place; its items wait for another one."""
        meeting = self._opened(by, at=at)
        meeting.move_to(self.Status.CANCELLED)
        meeting.ending = reason[:500]
        meeting.save(update_fields=["status", "ending"])
        for row in meeting.agenda.select_related("item"):
            row.free()
        record(by, "approvals.meeting.cancelled", meeting, at=at)
        self.refresh_from_db()

    # -- agenda ----------------------------------------------------------------------------------------------------
    @transaction.atomic
    def place_items(self, items: Iterable[Item], *, by: User, at: datetime) -> None:
        """付議: more items on the agenda, until the minutes are closed."""
        meeting = self._opened(by, at=at)
        meeting.guard_open()
        codes = [meeting._place(item).item.code for item in items]
        record(by, "approvals.agenda.placed", meeting, at=at, items=len(codes))

    def guard_open(self) -> None:
        """InvalidTransition where nothing can be added any more."""
        if not self.takes_items:
            raise InvalidTransition(f"この会議は「{self.get_status_display()}」のため、変更できません。最新の状況を表示しました。")

    def _place(self, item: Item) -> "AgendaItem":
        """One item on the agenda; the caller holds the committee."""
        item = Item.objects.get(pk=item.pk)
        if item.of_request and not self.has_seats:
            raise InvalidTransition(f"{item}は申請の議決のため、委員で構成する会議に付議してください。")
        item.move_to(Item.Status.ON_AGENDA)
        item.save(update_fields=["status"])
        last = self.agenda.aggregate(models.Max("position"))["position__max"] or 0
        return self.agenda.create(item=item, position=last + 1)

    # -- holding ---------------------------------------------------------------------------------------------------
    @transaction.atomic
    def hold(
        self,
        *,
        held_at: datetime,
        by: User,
        at: datetime,
        members: dict[int, tuple[str, User | None]],
        guests: Iterable[int] = (),
    ) -> None:
        """It was held: `members` is person → (presence, deputy), who is not named was absent; `guests` are the rows that came.

        May be said again, to mend it, until the first 議決 rests on it. ValidationError for a time that cannot be true.
        """
        meeting = self._opened(by, at=at)
        is_first = meeting.status == self.Status.CALLED
        if is_first:
            meeting.move_to(self.Status.HELD)
        elif meeting.status != self.Status.HELD or meeting.agenda.filter(resolution__isnull=False).exists():
            raise InvalidTransition("議決が記録されたあとは、出席を変えられません。誤りは議事録の追記で訂正してください。")
        if held_at > at:
            raise ValidationError({"held_at": "開催した日時が未来になっています。実際の日時を入力してください。"})
        meeting.held_at = held_at
        meeting.save(update_fields=["status", "held_at"])
        meeting._seat(members, set(guests))
        there = sum(row.is_there for row in meeting.attendances.all())
        verb = "approvals.meeting.held" if is_first else "approvals.meeting.attendance_mended"
        record(by, verb, meeting, at=at, held_at=held_at.isoformat(), present=there)
        self.refresh_from_db()

    def _seat(self, members: dict[int, tuple[str, User | None]], guests: set[int]) -> None:
        """The rows of the members of that day, written anew, and of the guests."""
        Presence = Attendance.Presence
        sat = self.sitting()
        _guard_deputies([deputy for _, deputy in members.values() if deputy], sat)
        self.attendances.filter(Q(is_member=True) | Q(person__in=[row.person.pk for row in sat])).delete()
        for place, row in enumerate(sat, 1):
            presence, deputy = members.get(row.person.pk, (Presence.ABSENT, None))
            self.attendances.create(
                person=row.person,
                name=row.person.name,
                post=row.post,
                is_member=True,
                is_chair=row.is_chair,
                presence=presence,
                deputy=deputy if presence == Presence.DEPUTY else None,
                position=place,
            )
        others = self.attendances.filter(is_member=False)
        others.filter(pk__in=guests).update(presence=Presence.PRESENT)
        others.exclude(pk__in=guests).update(presence=Presence.ABSENT)

    # -- minutes ---------------------------------------------------------------------------------------------------
    def guard_held(self) -> None:
        """InvalidTransition where the minutes cannot be written: not held yet, or closed."""
        if self.status == self.Status.CALLED:
            raise InvalidTransition("先に、開催した日時と出席を記録してください。")
        if self.status != self.Status.HELD:
            raise InvalidTransition("議事録は確定しているため、書き直せません。訂正は追記してください。")

    @transaction.atomic
    def write_minutes(self, minutes: str, *, by: User, at: datetime) -> None:
        """Keep the minutes as far as they are written; not yet an act that anyone relies on."""
        meeting = self._opened(by, at=at)
        meeting.guard_held()
        meeting.minutes = minutes
        meeting.save(update_fields=["minutes"])
        record(by, "approvals.minutes.written", meeting, at=at, digest=_digest(minutes))
        self.refresh_from_db()

    @transaction.atomic
    def close_minutes(self, minutes: str, *, by: User, at: datetime) -> None:
        """確定: from now on only notes are added. InvalidTransition while a matter of the agenda has no 議決."""
        meeting = self._opened(by, at=at)
        meeting.guard_held()
        if meeting.agenda.filter(resolution__isnull=True, item__status=Item.Status.ON_AGENDA).exists():
            raise InvalidTransition("結果が記録されていない案件があります。議決か継続審議を記録してから確定してください。")
        if not minutes.strip():
            raise ValidationError({"minutes": "議事録を入力してください。"})
        meeting.move_to(self.Status.MINUTED)
        meeting.minutes, meeting.minuted_by, meeting.minuted_at = minutes, by, at
        meeting.save(update_fields=["status", "minutes", "minuted_by", "minuted_at"])
        record(by, "approvals.minutes.closed", meeting, at=at, digest=_digest(minutes))
        self.refresh_from_db()


def _guard_form(form: str) -> None:
    if form == Meeting.Form.WRITTEN and not value("committee.written_allowed"):
        raise ValidationError({"form": "書面での会議は、市の決定（未定事項）で認められていません。"})


def _guard_deputies(deputies: list[User], sat: list[Sitting]) -> None:
    """A deputy sits for one member, and is none."""
    for deputy in deputies:
        if deputies.count(deputy) > 1 or any(row.person == deputy for row in sat):
            raise ValidationError(f"{deputy.name}さんは、ほかの委員か、ほかの委員の代理者のため、代理者になれません。")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()

"""日程: the auditors offer days, the section chooses or proposes its own, an auditor confirms; every word stays as history."""

from datetime import datetime, timedelta
from typing import Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .columns import at_when, by_whom
from .engagement import Engagement
from .visible import AsTheAudit

PHASES = (Engagement.Phase.PREPARING, Engagement.Phase.SURVEY, Engagement.Phase.FIELDWORK)


class DateOfferQuerySet(AsTheAudit):
    def live(self) -> Self:
        return self.filter(status__in=DateOffer.LIVE)

    def chosen(self) -> Self:
        """Those that wait for an auditor: chosen by the section, or proposed by it."""
        by_section = models.Q(side=DateOffer.Side.SECTION, status=DateOffer.Status.OFFERED)
        return self.filter(models.Q(status=DateOffer.Status.CHOSEN) | by_section)


class DateOffer(models.Model):
    """A day on which the audit could be held."""

    class Side(models.TextChoices):
        AUDITORS = "auditors", "監査人"
        SECTION = "section", "監査を受ける課"

    class Status(models.TextChoices):
        OFFERED = "offered", "候補"
        CHOSEN = "chosen", "課が選択"
        CONFIRMED = "confirmed", "確定"
        REFUSED = "refused", "都合が合わない"
        PASSED = "passed", "採用せず"

    LIVE = (Status.OFFERED, Status.CHOSEN)
    TRANSITIONS = {
        Status.OFFERED: {Status.CHOSEN, Status.CONFIRMED, Status.REFUSED, Status.PASSED},
        Status.CHOSEN: {Status.CONFIRMED, Status.REFUSED, Status.PASSED},
        Status.CONFIRMED: {Status.PASSED},
        Status.REFUSED: set(),
        Status.PASSED: set(),
    }

    engagement = models.ForeignKey(Engagement, verbose_name="監査", on_delete=models.PROTECT, related_name="date_offers")
    side = models.CharField("出した側", max_length=16, choices=Side)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.OFFERED)
    starts_at = models.DateTimeField("始まり")
    hours = models.PositiveSmallIntegerField("時間数", default=3)
    place = models.CharField("場所", max_length=200)
    comment = models.CharField("ひとこと", max_length=300, blank=True)
    by = by_whom("出した人")
    at = at_when("出した日時", null=False)
    answered_by = by_whom("答えた人", null=True)
    answered_at = at_when("答えた日時")
    answer = models.CharField("答え", max_length=300, blank=True)

    objects = DateOfferQuerySet.as_manager()

    class Meta:
        verbose_name = "実査の候補日"
        verbose_name_plural = "実査の候補日"
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return f"{self.engagement} 候補日"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(hours=self.hours)

    @classmethod
    @transaction.atomic
    def offer(
        cls, engagement: Engagement, *, starts_at: datetime, hours: int, place: str, comment: str = "", by: User, at: datetime
    ) -> "DateOffer":
        """候補を出す: an auditor, or the section's 情報セキュリティ担当者 with its own.

        The first one tells the section of its audit.

        ValidationError for a moment that has passed; PermissionDenied for others.
        """
        engagement = engagement.lock()
        engagement.in_phase(*PHASES)
        place_of = engagement.place(by, at=at)
        if not (place_of.is_auditor or place_of.is_officer):
            raise PermissionDenied(place_of.refusal)
        if starts_at <= at:
            raise ValidationError({"starts_at": "過ぎた日時です。これからの日時にしてください。"})
        side = cls.Side.AUDITORS if place_of.is_auditor else cls.Side.SECTION
        facts = {"starts_at": starts_at, "hours": hours, "place": place, "comment": comment}
        row = cls.objects.create(engagement=engagement, side=side, by=by, at=at, **facts)
        if side == cls.Side.AUDITORS:
            engagement.announce(at=at)
        record(by, "audits.date.offered", engagement, at=at, side=row.get_side_display(), day=_day(starts_at))
        return row

    @transaction.atomic
    def choose(self, *, by: User, at: datetime) -> None:
        """この日にする: the 情報セキュリティ担当者 takes one that the auditors have offered."""
        engagement = self.engagement.answered_by(by, at=at, phases=PHASES, as_officer=True)
        row = self._again(engagement)
        if row.side != self.Side.AUDITORS:
            raise InvalidTransition("課から出した候補日です。監査人の確定を待ってください。")
        row._move_to(self.Status.CHOSEN)
        row._answer(by, at, "")
        engagement.date_offers.filter(status=self.Status.CHOSEN).exclude(pk=row.pk).update(status=self.Status.OFFERED)
        record(by, "audits.date.chosen", engagement, at=at, day=_day(row.starts_at))
        self.refresh_from_db()

    @transaction.atomic
    def refuse(self, *, answer: str, by: User, at: datetime) -> None:
        """都合が合わない: the other side says so, with a word."""
        engagement = self.engagement.lock()
        engagement.in_phase(*PHASES)
        place = engagement.place(by, at=at)
        row = self._again(engagement)
        if not (place.is_officer if row.side == self.Side.AUDITORS else place.is_auditor):
            raise PermissionDenied("候補日に答えるのは、候補を出していない側です。")
        row._move_to(self.Status.REFUSED)
        row._answer(by, at, answer)
        record(by, "audits.date.refused", engagement, at=at, day=_day(row.starts_at))
        self.refresh_from_db()

    @transaction.atomic
    def confirm(self, *, by: User, at: datetime) -> None:
        """確定: an auditor settles the day that the section has chosen or proposed; the other candidates are passed over."""
        engagement = self.engagement.written_by(by, at=at, phases=PHASES)
        row = self._again(engagement)
        if row.side == self.Side.AUDITORS and row.status != self.Status.CHOSEN:
            raise InvalidTransition("課がまだ選んでいない候補日です。課の返事を待ってください。")
        row._move_to(self.Status.CONFIRMED)
        row.save(update_fields=["status"])
        others = engagement.date_offers.filter(status__in=(*self.LIVE, self.Status.CONFIRMED)).exclude(pk=row.pk)
        others.update(status=self.Status.PASSED)
        engagement.fieldwork_at, engagement.fieldwork_place = row.starts_at, row.place
        engagement.save(update_fields=["fieldwork_at", "fieldwork_place"])
        record(by, "audits.date.confirmed", engagement, at=at, day=_day(row.starts_at))
        self.refresh_from_db()

    def _again(self, engagement: Engagement) -> "DateOffer":
        row = DateOffer.objects.get(pk=self.pk)
        row.engagement = engagement
        return row

    def _move_to(self, status: str) -> None:
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この候補日は「{self.get_status_display()}」です。最新の状況を表示しました。")
        self.status = status

    def _answer(self, by: User, at: datetime, answer: str) -> None:
        self.answered_by, self.answered_at, self.answer = by, at, answer
        self.save(update_fields=["status", "answered_by", "answered_at", "answer"])


def _day(moment_: datetime) -> str:
    return day_of(moment_).isoformat()

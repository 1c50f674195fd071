"""監査調書 and 聞き取りメモ: what the report rests on (3.13.1.9.2); the audited side sees neither."""

from datetime import date, datetime
from typing import Any, Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone

from audits.parties import Reach
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .check_item import CheckItem
from .columns import at_when, by_whom
from .engagement import Engagement
from .visible import Inside

PHASES = (Engagement.Phase.SURVEY, Engagement.Phase.FIELDWORK, Engagement.Phase.REPORTING)


class WorkingPaperQuerySet(Inside):
    def unreviewed(self) -> Self:
        return self.filter(reviewed_at__isnull=True)


class WorkingPaper(models.Model):
    """調書: one examination, by whom, of whom, how, with what seen; reviewed by another one and then never changed."""

    engagement = models.ForeignKey(Engagement, verbose_name="監査", on_delete=models.PROTECT, related_name="papers")
    sequence = models.PositiveSmallIntegerField("番号")
    held_on = models.DateField("監査日")
    place = models.CharField("場所", max_length=200)
    respondent = models.CharField("応対者（職名・氏名）", max_length=200)
    items = models.ManyToManyField(CheckItem, verbose_name="監査項目", blank=True, related_name="papers")
    procedure = models.TextField("実施した手続", max_length=4000)
    documents = models.TextField("確認した資料", blank=True, max_length=4000, help_text="証拠の番号、資料の名称、期間と件数")
    observation = models.TextField("発見事項と評価", max_length=8000)
    by = by_whom("監査人")
    at = at_when("作成日時", null=False)
    reviewed_by = by_whom("査閲者", null=True)
    reviewed_at = at_when("査閲日時")
    review = models.CharField("査閲のことば", max_length=500, blank=True)

    objects = WorkingPaperQuerySet.as_manager()

    class Meta:
        verbose_name = "監査調書"
        verbose_name_plural = "監査調書"
        ordering = ["engagement", "sequence"]
        constraints = [models.UniqueConstraint(fields=["engagement", "sequence"], name="audits_workingpaper_number_once")]

    def __str__(self) -> str:
        return f"監査調書 {self.number}"

    def get_absolute_url(self) -> str:
        return f"{reverse('audits:papers', args=[self.engagement_id])}#paper-{self.pk}"

    @property
    def number(self) -> str:
        return f"{self.engagement.number}-調{self.sequence}"

    @classmethod
    @transaction.atomic
    def write(cls, engagement: Engagement, *, items: list[CheckItem], by: User, at: datetime, **fields: Any) -> "WorkingPaper":
        """A new paper by an auditor. ValidationError for a day that has not come or an item of another audit."""
        engagement = engagement.written_by(by, at=at, phases=PHASES)
        _guard(engagement, items, fields["held_on"], at=at)
        last = engagement.papers.aggregate(last=models.Max("sequence"))["last"] or 0
        row = cls.objects.create(engagement=engagement, sequence=last + 1, by=by, at=at, **fields)
        row.items.set(items)
        record(by, "audits.paper.written", engagement, at=at, number=row.number)
        return row

    @transaction.atomic
    def rewrite(self, *, items: list[CheckItem], by: User, at: datetime, **fields: Any) -> None:
        """By its writer, until it is reviewed."""
        engagement = self.engagement.written_by(by, at=at, phases=PHASES)
        row = WorkingPaper.objects.get(pk=self.pk)
        row.engagement = engagement
        if row.reviewed_at is not None:
            raise InvalidTransition("査閲の済んだ調書は変えられません。訂正は、新しい調書に書いてください。")
        if row.by_id != by.pk:
            raise PermissionDenied("調書を書き直せるのは、書いた監査人だけです。")
        _guard(engagement, items, fields["held_on"], at=at)
        for name, given in fields.items():
            setattr(row, name, given)
        row.save(update_fields=list(fields))
        row.items.set(items)
        record(by, "audits.paper.rewritten", engagement, at=at, number=row.number)
        self.refresh_from_db()

    @transaction.atomic
    def review_it(self, *, review: str = "", by: User, at: datetime) -> None:
        """査閲: by another auditor or the audit head, never by who has written it."""
        engagement = self.engagement.lock()
        engagement.in_phase(*PHASES)
        place = engagement.place(by, at=at)
        if not (place.is_auditor or place.is_head):
            raise PermissionDenied(place.refusal)
        row = WorkingPaper.objects.get(pk=self.pk)
        row.engagement = engagement
        if row.by_id == by.pk:
            raise PermissionDenied("自分の書いた調書は査閲できません。ほかの監査人か監査総括責任者が査閲します。")
        if row.reviewed_at is not None:
            raise InvalidTransition("この調書は、すでに査閲が済んでいます。")
        row.reviewed_by, row.reviewed_at, row.review = by, at, review
        row.save(update_fields=["reviewed_by", "reviewed_at", "review"])
        record(by, "audits.paper.reviewed", engagement, at=at, number=row.number)
        self.refresh_from_db()


def _guard(engagement: Engagement, items: list[CheckItem], held_on: date, *, at: datetime) -> None:
    if held_on > day_of(at):
        raise ValidationError({"held_on": "まだ来ていない日です。監査した日を入力してください。"})
    if any(item.engagement_id != engagement.pk for item in items):
        raise ValidationError({"items": "ほかの監査の項目が含まれています。"})


class InterviewNoteQuerySet(Inside):
    def visible_to(self, user: User, *, at: datetime | None = None) -> Self:
        """Auditors and the audit head. Who is CISO, and no more than that, sees none."""
        at = at or timezone.now()
        reach = Reach.of(user, at=at)
        return super().visible_to(user, at=at) if reach.is_head or reach.ciso is None else self.none()


class InterviewNote(models.Model):
    """聞き取りメモ: confidential to the auditors and the audit head; the CISO sees the report, not who said what."""

    engagement = models.ForeignKey(Engagement, verbose_name="監査", on_delete=models.PROTECT, related_name="interview_notes")
    held_at = models.DateTimeField("聞き取りの日時")
    respondent = models.CharField("相手", max_length=200)
    text = models.TextField("内容", max_length=8000)
    by = by_whom("書いた監査人")
    at = at_when("書いた日時", null=False)

    objects = InterviewNoteQuerySet.as_manager()

    class Meta:
        verbose_name = "聞き取りメモ"
        verbose_name_plural = "聞き取りメモ"
        ordering = ["held_at", "pk"]

    def __str__(self) -> str:
        return f"{self.engagement} 聞き取りメモ"

    def get_absolute_url(self) -> str:
        return f"{reverse('audits:papers', args=[self.engagement_id])}#note-{self.pk}"

    @classmethod
    @transaction.atomic
    def write(cls, engagement: Engagement, *, held_at: datetime, respondent: str, text: str, by: User, at: datetime) -> "InterviewNote":
        """A new note by an auditor; it is never changed."""
        engagement = engagement.written_by(by, at=at, phases=PHASES)
        if held_at > at:
            raise ValidationError({"held_at": "まだ来ていない日時です。"})
        row = cls.objects.create(engagement=engagement, held_at=held_at, respondent=respondent, text=text, by=by, at=at)
        record(by, "audits.note.written", engagement, at=at)
        return row

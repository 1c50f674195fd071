"""監査通知: purpose, day and items, in writing and before the audit; numbered, as a PDF, received by the section (3.13.1.5)."""

from datetime import datetime

from django.db import models, transaction
from django.urls import reverse

from assets.models.numbering import RegisterSeries
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .columns import at_when, by_whom
from .engagement import Engagement
from .visible import AsTheAudit


class AuditNotice(models.Model):
    """One notice; a changed day brings a new one, the old one stays."""

    engagement = models.ForeignKey(Engagement, verbose_name="監査", on_delete=models.PROTECT, related_name="notices")
    number = models.CharField("番号", max_length=32, unique=True)
    purpose = models.TextField("監査の目的", max_length=1000)
    held_at = models.DateTimeField("監査日時")
    place = models.CharField("場所", max_length=200)
    auditors = models.JSONField("監査人", default=list)
    subjects = models.TextField("監査項目", max_length=4000)
    asks = models.TextField("お願いすること", blank=True, max_length=2000)
    by = by_whom("送った人")
    by_as = models.CharField("役割", max_length=200)
    at = at_when("送付日時", null=False)
    received_by = by_whom("受け取った人", null=True)
    received_at = at_when("受領日時")

    objects = AsTheAudit.as_manager()

    class Meta:
        verbose_name = "監査通知"
        verbose_name_plural = "監査通知"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"監査通知 {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("audits:schedule", args=[self.engagement_id])

    @classmethod
    @transaction.atomic
    def send(cls, engagement: Engagement, *, subjects: str, asks: str = "", by: User, at: datetime) -> "AuditNotice":
        """Send it, in the name of the audit head or by the leading auditor; the worker makes the paper.

        InvalidTransition while the day is not settled.
        """
        engagement = engagement.led_by(by, at=at, phases=(Engagement.Phase.SURVEY, Engagement.Phase.FIELDWORK))
        if engagement.fieldwork_at is None:
            raise InvalidTransition("実査の日時が決まっていません。日程を確定してから、通知を送ってください。")
        year = engagement.fiscal_year
        place = engagement.place(by, at=at)
        row = cls.objects.create(
            engagement=engagement,
            number=f"監通R{year - 2018}-{RegisterSeries.take(f'audit-notice:{year}'):03d}",
            purpose=engagement.purpose,
            held_at=engagement.fieldwork_at,
            place=engagement.fieldwork_place,
            auditors=[_named(each) for each in engagement.assignments.accepted().select_related("person")],
            subjects=subjects,
            asks=asks,
            by=by,
            by_as=place.reach.head.label if place.reach.head else "主任の監査人",
            at=at,
        )
        engagement.announce(at=at)
        enqueue("audits.notice_paper", by=by, subject=row, notice=row.pk)
        record(by, "audits.notice.sent", engagement, at=at, number=row.number)
        return row

    @transaction.atomic
    def receive(self, *, by: User, at: datetime) -> None:
        """受領: by the 情報セキュリティ担当者 of the section."""
        phases = tuple(phase for phase in Engagement.Phase if phase not in Engagement.ENDED)
        engagement = self.engagement.answered_by(by, at=at, phases=phases, as_officer=True)
        row = AuditNotice.objects.get(pk=self.pk)
        if row.received_at is not None:
            raise InvalidTransition("この通知は、すでに受け取っています。")
        row.received_by, row.received_at = by, at
        row.save(update_fields=["received_by", "received_at"])
        record(by, "audits.notice.received", engagement, at=at, number=row.number)
        self.refresh_from_db()


def _named(assignment) -> str:
    words = [assignment.person.name, assignment.organisation and f"（{assignment.organisation}）", assignment.is_lead and "（主任）"]
    return "".join(word for word in words if word)

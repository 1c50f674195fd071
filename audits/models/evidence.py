"""監査証拠 on loan: what the section has lent, where it is, and that it came back (3.13.1.8.1, 3.13.1.9.1)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import models, transaction
from django.urls import reverse

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .check_item import CheckItem
from .columns import at_when, by_whom
from .engagement import Engagement
from .visible import AsTheAudit

LENDING = (Engagement.Phase.SURVEY, Engagement.Phase.FIELDWORK, Engagement.Phase.REPORTING)
RETURNING = (*LENDING, Engagement.Phase.FOLLOW_UP)


class EvidenceQuerySet(AsTheAudit):
    def out(self) -> Self:
        """Still with the auditors, or given back without the section's word that it is there."""
        return self.filter(status__in=(Evidence.Status.LENT, Evidence.Status.RETURNED))


class Evidence(models.Model):
    """One piece, original or copy; the audit does not end while it is out."""

    class Form(models.TextChoices):
        ORIGINAL = "original", "原本"
        COPY = "copy", "写し"

    class Status(models.TextChoices):
        LENT = "lent", "貸出中"
        RETURNED = "returned", "返却（課の確認待ち）"
        CONFIRMED = "confirmed", "返却済み"
        FILED = "filed", "調書につづった写し"

    TRANSITIONS = {
        Status.LENT: {Status.RETURNED, Status.FILED},
        Status.RETURNED: {Status.CONFIRMED, Status.LENT},
        Status.CONFIRMED: set(),
        Status.FILED: set(),
    }

    engagement = models.ForeignKey(Engagement, verbose_name="監査", on_delete=models.PROTECT, related_name="evidence")
    sequence = models.PositiveSmallIntegerField("番号")
    title = models.CharField("名称", max_length=200)
    form = models.CharField("原本・写し", max_length=16, choices=Form)
    quantity = models.CharField("数量", max_length=50, default="1点")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.LENT)
    item = models.ForeignKey(CheckItem, verbose_name="監査項目", null=True, blank=True, on_delete=models.PROTECT, related_name="lent")
    lender = models.CharField("貸した職員（職名・氏名）", max_length=200)
    lent_at = at_when("借りた日時", null=False)
    taken_by = by_whom("借りた監査人")
    kept_at = models.CharField("いまの保管場所", max_length=200)
    returned_by = by_whom("返した監査人", null=True)
    returned_at = at_when("返した日時")
    confirmed_by = by_whom("返却を確かめた人", null=True)
    confirmed_at = at_when("確かめた日時")
    section_keeps_at = models.CharField("課での保管場所", max_length=200, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "監査証拠"
        verbose_name_plural = "監査証拠"
        ordering = ["engagement", "sequence"]
        indexes = [models.Index(fields=["engagement", "status"])]
        constraints = [models.UniqueConstraint(fields=["engagement", "sequence"], name="audits_evidence_number_once")]

    def __str__(self) -> str:
        return f"監査証拠 {self.number}"

    def get_absolute_url(self) -> str:
        return f"{reverse('audits:evidence', args=[self.engagement_id])}#evidence-{self.pk}"

    @property
    def number(self) -> str:
        return f"{self.engagement.number}-証{self.sequence}"

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"{self.number}は「{self.get_status_display()}」です。最新の状況を表示しました。")
        self.status = status

    @classmethod
    @transaction.atomic
    def borrow(
        cls,
        engagement: Engagement,
        *,
        title: str,
        form: str,
        lender: str,
        kept_at: str,
        quantity: str = "1点",
        item: CheckItem | None = None,
        uploads: Iterable[File] = (),
        by: User,
        at: datetime,
    ) -> "Evidence":
        """借りる: by an auditor; the section sees the line at once, as its receipt."""
        engagement = engagement.written_by(by, at=at, phases=LENDING)
        last = engagement.evidence.aggregate(last=models.Max("sequence"))["last"] or 0
        facts = {"title": title, "form": form, "lender": lender, "kept_at": kept_at, "quantity": quantity, "item": item}
        row = cls.objects.create(engagement=engagement, sequence=last + 1, taken_by=by, lent_at=at, **facts)
        row.moves.create(origin=engagement.department.full_name, destination=kept_at, by=by, at=at)
        for upload in uploads:
            attach(row, upload, by=by)
        record(by, "audits.evidence.lent", engagement, at=at, number=row.number, evidence_form=row.get_form_display())
        return row

    @transaction.atomic
    def carry(self, *, destination: str, note: str = "", by: User, at: datetime) -> None:
        """It is somewhere else from now on; one more line of its custody."""
        engagement = self.engagement.written_by(by, at=at, phases=RETURNING)
        row = self._again(engagement)
        if row.status != self.Status.LENT:
            raise InvalidTransition(f"{row.number}は「{row.get_status_display()}」です。")
        row.moves.create(origin=row.kept_at, destination=destination, note=note, by=by, at=at)
        row.kept_at = destination
        row.save(update_fields=["kept_at"])
        record(by, "audits.evidence.carried", engagement, at=at, number=row.number)
        self.refresh_from_db()

    @transaction.atomic
    def give_back(self, *, note: str = "", by: User, at: datetime) -> None:
        """返す: by an auditor, or by the audit head for one who has gone; the section confirms it."""
        engagement = self.engagement.lock()
        engagement.in_phase(*RETURNING)
        place = engagement.place(by, at=at)
        if not (place.is_auditor or place.is_head):
            raise PermissionDenied(place.refusal)
        row = self._again(engagement)
        row.move_to(self.Status.RETURNED)
        row.returned_by, row.returned_at = by, at
        row.save(update_fields=["status", "returned_by", "returned_at"])
        row.moves.create(origin=row.kept_at, destination=engagement.department.full_name, note=note, by=by, at=at)
        record(by, "audits.evidence.returned", engagement, at=at, number=row.number)
        self.refresh_from_db()

    @transaction.atomic
    def confirm(self, *, kept_at: str, by: User, at: datetime) -> None:
        """受け取った: the section has it again and says where it keeps it (3.13.1.9.1)."""
        engagement = self.engagement.answered_by(by, at=at, phases=RETURNING)
        row = self._again(engagement)
        row.move_to(self.Status.CONFIRMED)
        row.confirmed_by, row.confirmed_at, row.section_keeps_at = by, at, kept_at
        row.save(update_fields=["status", "confirmed_by", "confirmed_at", "section_keeps_at"])
        record(by, "audits.evidence.confirmed", engagement, at=at, number=row.number)
        self.refresh_from_db()

    @transaction.atomic
    def deny(self, *, note: str, by: User, at: datetime) -> None:
        """届いていない: the section says that it has not come back."""
        engagement = self.engagement.answered_by(by, at=at, phases=RETURNING)
        row = self._again(engagement)
        row.move_to(self.Status.LENT)
        row.returned_by = row.returned_at = None
        row.save(update_fields=["status", "returned_by", "returned_at"])
        row.moves.create(origin=engagement.department.full_name, destination=row.kept_at, note=note, by=by, at=at)
        record(by, "audits.evidence.denied", engagement, at=at, number=row.number)
        self.refresh_from_db()

    @transaction.atomic
    def file_away(self, *, by: User, at: datetime) -> None:
        """A copy becomes part of the working papers; an original is always given back."""
        engagement = self.engagement.written_by(by, at=at, phases=RETURNING)
        row = self._again(engagement)
        if row.form != self.Form.COPY:
            raise InvalidTransition("原本は調書につづれません。課に返してください（3-13(1)ク(ア)）。")
        row.move_to(self.Status.FILED)
        row.save(update_fields=["status"])
        record(by, "audits.evidence.filed", engagement, at=at, number=row.number)
        self.refresh_from_db()

    def _again(self, engagement: Engagement) -> "Evidence":
        row = Evidence.objects.get(pk=self.pk)
        row.engagement = engagement
        return row


class CustodyMove(models.Model):
    """From where to where, by whom; never changed."""

    evidence = models.ForeignKey(Evidence, verbose_name="監査証拠", on_delete=models.PROTECT, related_name="moves")
    origin = models.CharField("どこから", max_length=200)
    destination = models.CharField("どこへ", max_length=200)
    note = models.CharField("備考", max_length=300, blank=True)
    by = by_whom("運んだ人")
    at = at_when("日時", null=False)

    class Meta:
        verbose_name = "証拠の移動"
        verbose_name_plural = "証拠の移動"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.origin}→{self.destination}"

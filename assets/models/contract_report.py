"""What a contractor tells the city, and what the city looks at there: periodic and emergency reports, audits (3.12.2.10, 3.12.2.11)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import models, transaction
from django.urls import reverse

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties.models import Duty
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .contract import REPORT_DUTY, Contract


class ContractReportQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """Its files are as visible as the contract."""
        return self.filter(contract__in=Contract.objects.visible_to(user, at=at).values("pk"))

    def emergencies(self) -> Self:
        return self.filter(kind=ContractReport.Kind.EMERGENCY)


class ContractReport(models.Model):
    """One report or audit, with its files; never changed afterwards."""

    class Kind(models.TextChoices):
        PERIODIC = "periodic", "定期の報告"
        EMERGENCY = "emergency", "緊急の報告"
        AUDIT = "audit", "市による監査・検査"

    contract = models.ForeignKey(Contract, verbose_name="委託契約", on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField("種類", max_length=16, choices=Kind)
    received_on = models.DateField("受けた日・行った日")
    summary = models.TextField("内容", max_length=2000)
    has_problem = models.BooleanField("問題がある", default=False)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="登録した人", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("登録日時")

    objects = ContractReportQuerySet.as_manager()

    class Meta:
        verbose_name = "委託の報告"
        verbose_name_plural = "委託の報告"
        ordering = ["-received_on", "-pk"]
        indexes = [models.Index(fields=["contract", "kind"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.contract}）"

    def get_absolute_url(self) -> str:
        return reverse("assets:contract", args=[self.contract_id])

    @classmethod
    @transaction.atomic
    def enter(
        cls,
        contract: Contract,
        kind: str,
        *,
        received_on: date,
        summary: str,
        has_problem: bool = False,
        uploads: Iterable[File] = (),
        by: User,
        at: datetime,
    ) -> "ContractReport":
        """Take a report in. A periodic one settles the duty that waits for it. PermissionDenied for strangers to the section.

        InvalidTransition for a contract that is not in force, or for a day that is still to come.
        """
        contract = contract.lock()
        if contract.status != Contract.Status.IN_FORCE:
            raise InvalidTransition(f"この契約は「{contract.get_status_display()}」のため、報告を登録できません。")
        if not contract.can_enter(by, at=at):
            raise PermissionDenied("報告を登録できるのは、委託する課の職員と中央電子計算組織管理者です。")
        if received_on > day_of(at):
            raise InvalidTransition("受けた日が未来になっています。実際に受けた日を入力してください。")
        facts = {"received_on": received_on, "summary": summary, "has_problem": has_problem or kind == cls.Kind.EMERGENCY}
        row = cls.objects.create(contract=contract, kind=kind, entered_by=by, entered_at=at, **facts)
        for upload in uploads:
            attach(row, upload, by=by)
        if kind == cls.Kind.PERIODIC:
            _settle(contract, by=by, at=at)
        verb = "assets.contract.emergency" if kind == cls.Kind.EMERGENCY else "assets.contract.reported"
        record(by, verb, contract, at=at, kind_of_report=row.get_kind_display(), received_on=received_on.isoformat())
        return row


def _settle(contract: Contract, *, by: User, at: datetime) -> None:
    """The round that waits for this report; staff who do not hold it themselves leave it to the section's officer."""
    duty = Duty.objects.filter(code=REPORT_DUTY).about(contract).first()
    waiting = duty.occurrences.open().appeared(on=day_of(at)).order_by("due_on").first() if duty else None
    if waiting is not None and waiting.can_complete(by, at=at):
        waiting.complete(by=by, at=at, note="定期の報告を登録しました。")

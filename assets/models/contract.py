"""A contract with a 委託事業者 (3.12.2): what, for which section, with which information; its lists, reports, and its end."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from assets.classification import AssetClass
from assets.criteria import Stage
from assets.reach import Reach
from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties.models import Duty
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .checklist import Checklist
from .contractor import Contractor

REPORT_DUTY = "contractor-report"
REPORT_LEAD = 30  # days before the due day on which it appears on the desk
INSTRUCTION = "委託事業者から定期の報告を受け、契約の画面で「定期の報告」として登録してください。登録すると、この業務も済みになります。"


class ContractQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Those of one's section and division, all of them for the wide roles."""
        reach = reach or Reach.of(user, at=at)
        return self.all() if reach.is_wide else self.filter(reach.of_department())

    def in_force(self) -> Self:
        return self.filter(status=self.model.Status.IN_FORCE)

    def overrun(self, *, on: date) -> Self:
        """In force although their last day is over: what the contractor holds has to come back."""
        return self.in_force().filter(ends_on__lt=on)

    def with_all(self) -> Self:
        return self.select_related("contractor", "department__parent")


class Contract(models.Model):
    """One contract of one section."""

    class Status(models.TextChoices):
        PREPARED = "prepared", "契約前"
        IN_FORCE = "in_force", "契約中"
        ENDED = "ended", "終了"
        DROPPED = "dropped", "取りやめ"

    TRANSITIONS = {
        Status.PREPARED: {Status.IN_FORCE, Status.DROPPED},
        Status.IN_FORCE: {Status.ENDED},
        Status.ENDED: set(),
        Status.DROPPED: set(),
    }

    class Subcontracting(models.TextChoices):
        FORBIDDEN = "forbidden", "認めない"
        ON_APPROVAL = "on_approval", "市の承認を受けて認める"

    CHECKED_AS = "contract"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contractor = models.ForeignKey(Contractor, verbose_name="委託事業者", on_delete=models.PROTECT, related_name="contracts")
    department = models.ForeignKey(Department, verbose_name="委託する課", on_delete=models.PROTECT, related_name="contracts")
    title = models.CharField("件名", max_length=150)
    work = models.TextField("委託する内容", max_length=1000)
    place = models.CharField("作業場所", max_length=200, blank=True)
    in_charge = models.CharField("委託先の責任者", max_length=100, blank=True)
    information = models.CharField("渡す情報", max_length=300)
    asset_class = models.PositiveSmallIntegerField("分類", choices=AssetClass)
    has_personal = models.BooleanField("個人情報を含む", default=False)
    has_my_number = models.BooleanField("特定個人情報（マイナンバー）を含む", default=False)
    subcontracting = models.CharField("再委託", max_length=16, choices=Subcontracting, default=Subcontracting.ON_APPROVAL)
    starts_on = models.DateField("契約の始まり")
    ends_on = models.DateField("契約の終わり", db_index=True)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.PREPARED, editable=False)
    concluded_on = models.DateField("契約日", null=True, blank=True, editable=False)
    ended_on = models.DateField("終了を確かめた日", null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登録した人", on_delete=models.PROTECT, related_name="+", editable=False
    )
    entered_at = models.DateTimeField("登録日時", editable=False)

    objects = ContractQuerySet.as_manager()

    class Meta:
        verbose_name = "委託契約"
        verbose_name_plural = "委託契約"
        ordering = ["-starts_on", "title"]
        indexes = [models.Index(fields=["department", "status"]), models.Index(fields=["status", "ends_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("starts_on")),
                name="assets_contract_in_order",
                violation_error_message="契約の終わりは、始まり以後の日にしてください。",
            ),
            models.CheckConstraint(
                condition=Q(has_my_number=False) | Q(asset_class=AssetClass.I),
                name="assets_contract_my_number_is_first",
                violation_error_message="特定個人情報を含むものは、分類Ⅰにしてください。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("assets:contract", args=[self.pk])

    @property
    def classification(self) -> str:
        """分類Ⅱ: the class in words, for headers and file names (3.5.2.2)."""
        return AssetClass(self.asset_class).label

    @property
    def is_open(self) -> bool:
        return self.status in (self.Status.PREPARED, self.Status.IN_FORCE)

    @property
    def stages(self) -> tuple[str, ...]:
        """The lists that are to be answered now."""
        before = (Stage.CONTRACTOR.value, Stage.CONTRACT.value)
        return {self.Status.PREPARED: before, self.Status.IN_FORCE: (Stage.CONTRACT_END.value,)}.get(self.Status(self.status), ())

    # -- people ------------------------------------------------------------------------------------------------------
    def can_enter(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        """Staff of the section enter, answer and take in reports; the 中央管理者 as well (3.12.1)."""
        reach = reach or Reach.of(user, at=at)
        return self.department_id in reach.staff or reach.is_central

    def can_conclude(self, user: User, *, at: datetime) -> bool:
        """Whoever answers for the contract's contents, as the city has chosen (assets.contract_owner)."""
        roles, reach = value("assets.contract_owner"), Reach.of(user, at=at)
        return (
            (RoleCode.CENTRAL_MANAGER in roles and reach.is_central)
            or (RoleCode.SECTION_OFFICER in roles and self.department_id in reach.officer)
            or (RoleCode.DIVISION_OFFICER in roles and {self.department_id, self.department.parent_id} & reach.divisions != set())
        )

    def can_answer(self, checklist: Checklist, user: User, *, at: datetime) -> bool:
        return checklist.stage in self.stages and self.can_enter(user, at=at)

    # -- transitions -------------------------------------------------------------------------------------------------
    def lock(self) -> "Contract":
        """This row, locked until the transaction ends; every change starts here. Others point to it: no_key."""
        Contract.objects.select_for_update(no_key=True).get(pk=self.pk)
        return Contract.objects.select_related("department__parent", "contractor").get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(
                f"この契約は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。最新の状況を表示しました。"
            )
        self.status = status

    @classmethod
    @transaction.atomic
    def enter(cls, contractor: Contractor, department: Department, *, by: User, at: datetime, **fields: Any) -> "Contract":
        """Enter a contract that is to be made, with the list of the selection (3.12.1) and of its items (3.12.2)."""
        row = cls(contractor=contractor, department=department, entered_by=by, entered_at=at, **fields)
        if not row.can_enter(by, at=at):
            raise PermissionDenied("委託契約を登録できるのは、委託する課の職員と中央電子計算組織管理者です。")
        row.save(force_insert=True)
        for stage in row.stages:
            Checklist.begin(stage, row, at=at)
        record(by, "assets.contract.entered", row, at=at, department=department.code, asset_class=row.asset_class)
        return row

    @transaction.atomic
    def conclude(self, *, on: date, by: User, at: datetime) -> None:
        """The contract is made: selection and items are answered (3.12.1, 3.12.2). From now on reports come in."""
        row, stages = self.lock(), self.stages
        row.move_to(self.Status.IN_FORCE)
        if not row.can_conclude(by, at=at):
            raise PermissionDenied("契約を記録できるのは、契約に要件を入れる役割の方です。")
        if on > day_of(at):
            raise InvalidTransition("契約日が未来になっています。契約を結んだ日を入力してください。")
        for stage in stages:
            row.checklists.open().at_stage(stage).get().close(by=by, at=at)
        row.concluded_on = on
        row.save(update_fields=["status", "concluded_on"])
        Checklist.begin(Stage.CONTRACT_END, row, at=at)
        row._set_reports(by=by, at=at)
        record(by, "assets.contract.concluded", row, at=at, contracted_on=on.isoformat())
        self.refresh_from_db()

    def _set_reports(self, *, by: User, at: datetime) -> None:
        """The report that comes round (3.12.2.10), asked of the section."""
        before = day_of(at) - timedelta(days=1)  # so that the first round falls one interval from now, not today
        Duty.ensure(
            REPORT_DUTY,
            subject=self,
            by=by,
            at=at,
            title=f"委託事業者の定期報告の確認：{self.title}",
            instruction=INSTRUCTION,
            clauses=["3.12.2.10"],
            mechanism="duty:contractor-report",
            owner=Duty.Owner.SECTION_OFFICER,
            per=Duty.Per.ONE,
            department=self.department,
            interval=Duty.Interval.MONTHS,
            every_months=value("duties.contractors_every_months"),
            anchor_on=before,
            day=before.day,
            lead_days=REPORT_LEAD,
        )

    @transaction.atomic
    def drop(self, *, by: User, at: datetime) -> None:
        """取りやめ before the contract is made."""
        row = self.lock()
        row.move_to(self.Status.DROPPED)
        if not row.can_enter(by, at=at):
            raise PermissionDenied("取りやめられるのは、委託する課の職員です。")
        row.save(update_fields=["status"])
        Checklist.leave_open(row, at=at)
        record(by, "assets.contract.dropped", row, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def end(self, *, by: User, at: datetime) -> None:
        """What was handed over has come back or is gone (3.12.2.9): close the row, its duty and its subcontracts."""
        row = self.lock()
        row.move_to(self.Status.ENDED)
        if not row.can_conclude(by, at=at):
            raise PermissionDenied("委託の終了を記録できるのは、契約に要件を入れる役割の方です。")
        row.checklists.open().at_stage(Stage.CONTRACT_END).get().close(by=by, at=at)
        row.ended_on = day_of(at)
        row.save(update_fields=["status", "ended_on"])
        for duty in Duty.objects.active().about(row):
            duty.stop(at=at)
        record(by, "assets.contract.ended", row, at=at)
        self.refresh_from_db()

    def is_overrun(self, *, on: date) -> bool:
        return self.status == self.Status.IN_FORCE and self.ends_on < on

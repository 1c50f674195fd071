"""An external service (3.12.3, 3.12.4): considered, permitted, contracted, built, used, confirmed again and again, ended."""

import uuid
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse

from assets.classification import AssetClass
from assets.criteria import Stage
from assets.reach import Reach
from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, acting
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .checklist import Checklist
from .service_life import ServiceLife
from .service_manager import ServiceManager
from .service_set import ExternalServiceQuerySet

HEAVY, LIGHT = "external-service", "external-service-light"


class ExternalService(ServiceLife, models.Model):
    """One row of the register of external services; what was permitted is copied from the permit, and changed by a new one only."""

    class Status(models.TextChoices):
        CONSIDERED = "considered", "検討中"
        APPROVED = "approved", "承認済み（契約前）"
        CONTRACTED = "contracted", "構築中"
        IN_USE = "in_use", "利用中"
        ENDING = "ending", "終了手続中"
        ENDED = "ended", "利用終了"
        DROPPED = "dropped", "見送り"

    TRANSITIONS = {
        Status.CONSIDERED: {Status.APPROVED, Status.DROPPED},
        Status.APPROVED: {Status.CONTRACTED, Status.DROPPED},
        Status.CONTRACTED: {Status.IN_USE, Status.ENDING},
        Status.IN_USE: {Status.ENDING},
        Status.ENDING: {Status.ENDED},
        Status.ENDED: set(),
        Status.DROPPED: set(),
    }
    CHECKED_AS = "service"
    APPROVED_STATES = (Status.APPROVED, Status.CONTRACTED, Status.IN_USE, Status.ENDING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    department = models.ForeignKey(Department, verbose_name="利用する課", on_delete=models.PROTECT, related_name="external_services")
    name = models.CharField("サービス名", max_length=100)
    provider = models.CharField("事業者", max_length=100)
    purpose = models.CharField("利用する目的", max_length=500)
    information = models.CharField("扱う情報", max_length=300)
    asset_class = models.PositiveSmallIntegerField("分類", choices=AssetClass)
    users = models.CharField("使う人の範囲", max_length=200, blank=True)
    data_location = models.CharField("情報の置き場所", max_length=200, blank=True)
    governing_law = models.CharField("準拠法・裁判管轄", max_length=200, blank=True)
    certifications = models.JSONField("認証", default=list, blank=True)
    account_management = models.CharField("利用者IDの管理", max_length=500, blank=True)
    exit_plan = models.CharField("終えるときの移し方", max_length=500, blank=True)
    is_light = models.BooleanField("分類Ⅱ未満の申請", default=False, editable=False)
    starts_on = models.DateField("利用の始まり", null=True, blank=True)
    ends_on = models.DateField("許可の期限", null=True, blank=True, db_index=True)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.CONSIDERED, editable=False)
    permit = models.ForeignKey(
        Request, verbose_name="許可", null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    contracted_on = models.DateField("契約日", null=True, blank=True)
    contract_reference = models.CharField("契約の番号・件名", max_length=200, blank=True)
    used_since = models.DateField("利用を始めた日", null=True, blank=True)
    ended_on = models.DateField("利用を終えた日", null=True, blank=True)
    ending = models.CharField("終える理由", max_length=500, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登録した人", on_delete=models.PROTECT, related_name="+", editable=False
    )
    entered_at = models.DateTimeField("登録日時", editable=False)

    objects = ExternalServiceQuerySet.as_manager()

    class Meta:
        verbose_name = "外部サービス"
        verbose_name_plural = "外部サービス"
        ordering = ["name", "entered_at"]
        indexes = [
            models.Index(fields=["status", "name"]),
            models.Index(fields=["department", "status"]),
            models.Index(fields=["asset_class", "status"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_light=False) | models.Q(asset_class__gt=AssetClass.II), name="assets_service_light_is_below_second"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("assets:service", args=[self.pk])

    @property
    def classification(self) -> str:
        """分類Ⅱ: the class in words, for headers and file names (3.5.2.2)."""
        return AssetClass(self.asset_class).label

    @property
    def is_over(self) -> bool:
        return self.status in (self.Status.ENDED, self.Status.DROPPED)

    @property
    def manager(self) -> User | None:
        """Who is named now; from `with_all` without a further query."""
        return next((row.person for row in self.managers.all() if row.ended_on is None), None)

    @property
    def stage(self) -> str:
        """The stage whose list is to be answered now; "" where none is."""
        ends = Stage.LIGHT_END if self.is_light else Stage.END
        stages = {
            self.Status.CONSIDERED: Stage.SELECTION,
            self.Status.APPROVED: Stage.PROCUREMENT,
            self.Status.CONTRACTED: Stage.BUILD,
            self.Status.IN_USE: self.confirmation_stage,
            self.Status.ENDING: ends,
        }
        return stages.get(self.Status(self.status), "")

    @property
    def confirmation_stage(self) -> str:
        return Stage.LIGHT_OPERATION if self.is_light else Stage.OPERATION

    def get_stage_display(self) -> str:
        """The list of the stage in words."""
        return Stage(self.stage).label if self.stage else ""

    @property
    def checklist(self) -> Checklist | None:
        """The list that is open now."""
        return self.checklists.open().at_stage(self.stage).first() if self.stage else None

    @property
    def request(self) -> Request | None:
        """The application that is under way, drafts left out."""
        undecided = Request.objects.about(self).filter(type__code__in=(HEAVY, LIGHT), status__in=Request.UNDECIDED)
        return undecided.select_related("type").first()

    def as_content(self) -> dict[str, Any]:
        """What is known of it, as an application begins with."""
        names = ("name", "provider", "purpose", "information", "asset_class", "users", "data_location", "governing_law")
        known = {name: getattr(self, name) for name in (*names, "certifications", "account_management", "exit_plan")}
        return known | ({"manager": self.manager.pk} if self.manager else {})

    # -- people ------------------------------------------------------------------------------------------------------
    def managing(self, *, at: datetime) -> list[Standing]:
        """The manager named for this service who is there, or that one's deputies; empty where somebody has to be named anew."""
        named = {row.person_id for row in self.managers.open()}
        return [row for row in acting(RoleCode.SERVICE_MANAGER, at=at) if (row.in_place_of or row.person).pk in named]

    def can_manage(self, user: User, *, at: datetime) -> bool:
        """外部サービス管理者 of this service; while nobody is there, the 情報セキュリティ担当者 of the section."""
        managing = self.managing(at=at)
        if managing:
            return any(row.person == user for row in managing)
        return self.department_id in Reach.of(user, at=at).officer

    def can_enter(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        """Staff of the section, and the 中央管理者 who applies."""
        reach = reach or Reach.of(user, at=at)
        return self.department_id in reach.staff or reach.is_central

    def can_procure(self, user: User, *, at: datetime) -> bool:
        """3.12.3.3: the 中央管理者 confirms what is bought against the specification."""
        return Reach.of(user, at=at).is_central

    def can_name(self, user: User, *, at: datetime) -> bool:
        """Whoever could permit it (許可権限者, 3.12.3.4.3)."""
        return self.permit is not None and self.status in self.APPROVED_STATES and self.permit.can_recall(user, at=at)

    def can_answer(self, checklist: Checklist, user: User, *, at: datetime) -> bool:
        """Who answers a list: the selection and the procurement those who enter, what follows the manager."""
        if checklist.stage != self.stage:
            return False
        if checklist.stage == Stage.SELECTION:
            return self.request_in_review is None and self.can_enter(user, at=at)
        if checklist.stage == Stage.PROCUREMENT:
            return self.can_enter(user, at=at)
        return self.can_manage(user, at=at)

    @property
    def request_in_review(self) -> Request | None:
        """While somebody decides, what is decided on stays as it is."""
        return Request.objects.about(self).filter(type__code__in=(HEAVY, LIGHT), status=Request.Status.IN_REVIEW).first()

    # -- the register ------------------------------------------------------------------------------------------------
    def lock(self) -> "ExternalService":
        """This row, locked until the transaction ends; every change starts here. Others point to it: no_key."""
        ExternalService.objects.select_for_update(no_key=True).get(pk=self.pk)
        return ExternalService.objects.select_related("department__parent", "permit").get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(
                f"この外部サービスは「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。最新の状況を表示しました。"
            )
        self.status = status

    @classmethod
    @transaction.atomic
    def consider(cls, department: Department, *, by: User, at: datetime, **fields: Any) -> "ExternalService":
        """Note a service for 分類Ⅱ以上 that the section wants to use, with the list of its selection (3.12.3.2).

        PermissionDenied for who does not work in the section; InvalidTransition for a class below Ⅱ, which has a shorter way.
        """
        service = cls(department=department, entered_by=by, entered_at=at, **fields)
        if not service.can_enter(by, at=at):
            raise PermissionDenied("外部サービスを登録できるのは、利用する課の職員と中央電子計算組織管理者です。")
        if not AssetClass(service.asset_class).is_important:
            raise InvalidTransition("分類Ⅱ未満の情報だけを扱うときは、「外部サービスの利用（分類Ⅱ未満）」を申請してください。")
        service.save(force_insert=True)
        Checklist.begin(Stage.SELECTION, service, at=at)
        record(by, "assets.service.considered", service, at=at, department=department.code, asset_class=service.asset_class)
        return service

    @transaction.atomic
    def name_manager(self, person: User, *, by: User, at: datetime) -> None:
        """Name another 外部サービス管理者: by whoever permits the use."""
        service = self.lock()
        if service.is_over:
            raise InvalidTransition("この外部サービスの利用は終わっています。")
        if not service.can_name(by, at=at):
            raise PermissionDenied("外部サービス管理者を指名できるのは、利用を許可する人です。")
        ServiceManager.name(service, person, by=by, at=at)
        if service.status == self.Status.IN_USE:
            service.set_review(by=by, at=at)
        self.refresh_from_db()

    def is_permit_over(self, *, on: date) -> bool:
        """The permit's days are over while the service goes on: a new application or the end is due."""
        return not self.is_over and self.ends_on is not None and self.ends_on < on

"""An account of the city on a social media service (3.12.5): one responsible person each, and what happens when it is taken over."""

import uuid
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from assets.reach import Reach
from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .permit import finish, lock_running
from .service_manager import ServiceManager


class SocialAccountQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Those of one's section and division, those one answers for, all of them for the wide roles."""
        reach = reach or Reach.of(user, at=at)
        return self.all() if reach.is_wide else self.filter(reach.of_department() | Q(owner=user))

    def open(self) -> Self:
        return self.exclude(status=self.model.Status.ENDED)

    def with_all(self) -> Self:
        return self.select_related("department__parent", "owner")


class SocialAccount(models.Model):
    """One account; what was permitted is copied from the permit."""

    class Status(models.TextChoices):
        ACTIVE = "active", "運用中"
        HIJACKED = "hijacked", "乗っ取り対応中"
        ENDED = "ended", "終了"

    TRANSITIONS = {
        Status.ACTIVE: {Status.HIJACKED, Status.ENDED},
        Status.HIJACKED: {Status.ACTIVE, Status.ENDED},
        Status.ENDED: set(),
    }

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    department = models.ForeignKey(Department, verbose_name="運用する課", on_delete=models.PROTECT, related_name="social_accounts")
    service = models.CharField("サービス", max_length=50)
    account = models.CharField("アカウント名", max_length=100)
    purpose = models.CharField("目的と発信する内容", max_length=500)
    listed_at = models.CharField("市のホームページの掲載先", max_length=300)
    profile = models.CharField("自由記述欄に示す運用組織", max_length=200)
    credentials = models.CharField("認証情報の管理", max_length=500)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="責任者", on_delete=models.PROTECT, related_name="social_accounts")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.ACTIVE, editable=False, db_index=True)
    permit = models.ForeignKey(Request, verbose_name="許可", on_delete=models.PROTECT, related_name="+", editable=False)
    opened_on = models.DateField("許可の日")
    ended_on = models.DateField("終えた日", null=True, blank=True)
    ending = models.CharField("終えた理由・アカウントの扱い", max_length=500, blank=True)

    objects = SocialAccountQuerySet.as_manager()

    class Meta:
        verbose_name = "市公式アカウント"
        verbose_name_plural = "市公式アカウント"
        ordering = ["service", "account"]
        indexes = [models.Index(fields=["department", "status"])]
        constraints = [
            models.UniqueConstraint(fields=["service", "account"], condition=~Q(status="ended"), name="assets_socialaccount_once")
        ]

    def __str__(self) -> str:
        return f"{self.service} {self.account}"

    def get_absolute_url(self) -> str:
        return reverse("assets:social", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.status == self.Status.ENDED

    # -- people ------------------------------------------------------------------------------------------------------
    def can_name_owner(self, user: User, *, at: datetime) -> bool:
        """Whoever decides of the responsible person, as the city has chosen (assets.sns_owner_named_by)."""
        return _holds(value("assets.sns_owner_named_by"), self, user, at=at)

    def can_operate(self, user: User, *, at: datetime) -> bool:
        """The responsible person, and the section's officer."""
        return self.owner_id == user.pk or self.department_id in Reach.of(user, at=at).officer

    def can_tell(self, user: User, *, at: datetime) -> bool:
        """That it was taken over: whoever works in the section or answers for it; it must not wait."""
        reach = Reach.of(user, at=at)
        return self.owner_id == user.pk or self.department_id in reach.staff or reach.is_central

    def can_recover(self, user: User, *, at: datetime) -> bool:
        """Whoever handles the hijack, as the city has chosen (incidents.sns_hijack_owner), or operates it."""
        return self.can_operate(user, at=at) or _holds(value("incidents.sns_hijack_owner"), self, user, at=at)

    # -- transitions -------------------------------------------------------------------------------------------------
    def lock(self) -> "SocialAccount":
        """This row, locked until the transaction ends; every change starts here. Others point to it: no_key."""
        SocialAccount.objects.select_for_update(no_key=True).get(pk=self.pk)
        return SocialAccount.objects.select_related("department__parent", "owner", "permit").get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(
                f"このアカウントは「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。"
            )
        self.status = status

    @classmethod
    def open_by(cls, permit: Request, owner: User, *, by: User, at: datetime, **facts: Any) -> "SocialAccount":
        """The permitted account with its responsible person (3.12.5.3). In the permit's transaction.

        InvalidTransition where the same account is open already.
        """
        if cls.objects.open().filter(service=facts["service"], account=facts["account"]).exists():
            raise InvalidTransition("このアカウントは、すでに登録されています。一覧で確かめてください。")
        row = cls.objects.create(permit=permit, department=permit.department, owner=owner, opened_on=day_of(at), **facts)
        record(by, "assets.social.opened", row, at=at, person=owner.name)
        return row

    @transaction.atomic
    def name_owner(self, person: User, *, by: User, at: datetime) -> None:
        """Another responsible person, of the section."""
        row = self.lock()
        if row.is_over:
            raise InvalidTransition("このアカウントの運用は終わっています。")
        if not row.can_name_owner(by, at=at):
            raise PermissionDenied("責任者を決められるのは、SNSごとの責任者を決める役割の方です。")
        if not ServiceManager.candidates(row.department, on=day_of(at)).filter(pk=person.pk).exists():
            raise InvalidTransition(f"{person.name}さんは、いま{row.department.name}の職員ではありません。別の人を選んでください。")
        row.owner = person
        row.save(update_fields=["owner"])
        record(by, "assets.social.owner_named", row, at=at, person=person.name)
        self.refresh_from_db()

    @transaction.atomic
    def tell_hijack(self, *, by: User, at: datetime) -> None:
        """It has been taken over (3.12.5.4): whoever handles it is told at once; the page leads to the report."""
        row = self.lock()
        row.move_to(self.Status.HIJACKED)
        if not row.can_tell(by, at=at):
            raise PermissionDenied("乗っ取りを知らせることができるのは、運用する課の職員です。")
        row.save(update_fields=["status"])
        record(by, "assets.social.hijacked", row, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def recover(self, *, by: User, at: datetime) -> None:
        """It is in the city's hands again."""
        row = self.lock()
        row.move_to(self.Status.ACTIVE)
        if not row.can_recover(by, at=at):
            raise PermissionDenied("復旧を記録できるのは、責任者か乗っ取りに対応する役割の方です。")
        row.save(update_fields=["status"])
        record(by, "assets.social.recovered", row, at=at)
        self.refresh_from_db()

    @transaction.atomic
    def end(self, *, ending: str, by: User, at: datetime) -> None:
        """The account is given up: closed at the provider, its credentials out of use. The permit is completed."""
        permit = lock_running(self.permit)
        row = self.lock()
        row.move_to(self.Status.ENDED)
        if not row.can_operate(by, at=at):
            raise PermissionDenied("運用の終了を記録できるのは、責任者と運用する課の情報セキュリティ担当者です。")
        row.ended_on, row.ending = day_of(at), ending
        row.save(update_fields=["status", "ended_on", "ending"])
        finish(permit, reason="アカウントの運用を終えたため", by=by, at=at)
        record(by, "assets.social.ended", row, at=at)
        self.refresh_from_db()

    def lose_permit(self, *, by: User | None, at: datetime) -> None:
        """The permit was recalled: the account may no longer be used. In the recall's transaction."""
        row = self.lock()
        row.move_to(self.Status.ENDED)
        row.ended_on, row.ending = day_of(at), "許可が取り消されたため"
        row.save(update_fields=["status", "ended_on", "ending"])
        record(by, "assets.social.ended", row, at=at)

    def has_owner_here(self, *, on: date) -> bool:
        """Whether the responsible person still works in the section; if not, somebody else has to be named."""
        return ServiceManager.candidates(self.department, on=on).filter(pk=self.owner_id).exists()


def _holds(role: str, account: SocialAccount, user: User, *, at: datetime) -> bool:
    """Whether the person holds the role that the city has chosen, for the section of the account."""
    reach = Reach.of(user, at=at)
    if role == RoleCode.SECTION_OFFICER:
        return account.department_id in reach.officer
    return role in reach.roles

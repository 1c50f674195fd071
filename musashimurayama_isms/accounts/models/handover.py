"""What is given back when a person moves or leaves (3.9.1.9): a list for each, confirmed by the chief of the former section."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q

from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .. import standing
from .department import Department
from .role import RoleCode
from .user import User


class HandoverStandardManager(models.Manager["HandoverStandard"]):
    def get_by_natural_key(self, code: str) -> "HandoverStandard":
        return self.get(code=code)


class HandoverStandard(models.Model):
    """A line that stands on every list; reference data that the city edits."""

    code = models.CharField("コード", max_length=32, unique=True)
    label = models.CharField("返すもの・引き継ぐこと", max_length=200)
    clause = models.CharField("根拠条項", max_length=32, blank=True)
    for_movers = models.BooleanField("異動する人", default=True)
    for_leavers = models.BooleanField("退職する人", default=True)
    position = models.PositiveIntegerField("並び順", default=0)
    is_used = models.BooleanField("使う", default=True)

    objects = HandoverStandardManager()

    class Meta:
        verbose_name = "引継ぎの標準項目"
        verbose_name_plural = "引継ぎの標準項目"
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.label

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class HandoverItemQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """Own items; those of the sections and divisions that one answers for; all for the 職員課 and the administrators."""
        if user.is_superuser or standing.has_role(user, RoleCode.PERSONNEL, RoleCode.ADMINISTRATOR, at=at):
            return self.all()
        return self.filter(Q(person=user) | _answered_by(user, at=at))

    def to_settle_by(self, user: User, *, at: datetime) -> Self:
        """Open items that this person may confirm: of the own section or division, never the own ones."""
        return self.open().filter(_answered_by(user, at=at)).exclude(person=user)

    def open(self) -> Self:
        return self.filter(status=HandoverItem.Status.OPEN)

    def settled(self) -> Self:
        return self.exclude(status=HandoverItem.Status.OPEN)


def _answered_by(user: User, *, at: datetime) -> Q:
    hats = standing.standings(user, at=at)
    sections = standing.answered_departments(hats, RoleCode.SECTION_OFFICER)
    divisions = standing.answered_departments(hats, RoleCode.DIVISION_OFFICER)
    return Q(department__in=sections) | Q(department__in=divisions) | Q(department__parent__in=divisions)


class HandoverItem(models.Model):
    """One thing that one person gives back or hands over in a section."""

    class Status(models.TextChoices):
        OPEN = "open", "未確認"
        RETURNED = "returned", "返却・引継ぎ済"
        NONE = "none", "該当なし"

    TRANSITIONS = {
        Status.OPEN: {Status.RETURNED, Status.NONE},
        Status.RETURNED: {Status.OPEN},
        Status.NONE: {Status.OPEN},
    }

    person = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="氏名", on_delete=models.PROTECT, related_name="handover_items")
    change = models.ForeignKey(
        "PersonnelChange", verbose_name="人事異動", null=True, blank=True, on_delete=models.PROTECT, related_name="handover_items"
    )
    department = models.ForeignKey(Department, verbose_name="前の所属", on_delete=models.PROTECT, related_name="+")
    label = models.CharField("返すもの・引き継ぐこと", max_length=200)
    clause = models.CharField("根拠条項", max_length=32, blank=True)
    leaves_on = models.DateField("離れる日")
    position = models.PositiveIntegerField("並び順", default=0)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.OPEN, editable=False)
    returned_on = models.DateField("確認した日", null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="確認した者", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = HandoverItemQuerySet.as_manager()

    class Meta:
        verbose_name = "引継ぎの項目"
        verbose_name_plural = "引継ぎの項目"
        ordering = ["leaves_on", "person", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.person} {self.label}"[:200]

    def can_settle(self, user: User, *, at: datetime) -> bool:
        """The chief of the former section or of its division, the deputy for an absent one; nobody confirms the own list."""
        if user == self.person:
            return False
        roles = (RoleCode.SECTION_OFFICER, RoleCode.DIVISION_OFFICER)
        return any(row.person == user for code in roles for row in standing.acting(code, at=at, department=self.department))

    def settle(self, status: str, *, by: User, at: datetime, on: date | None = None) -> None:
        """Confirm as given back, as not applicable, or open again; PermissionDenied for whoever may not confirm it."""
        with transaction.atomic():
            self.status = HandoverItem.objects.select_for_update(no_key=True).get(pk=self.pk).status
            if status not in self.TRANSITIONS[self.Status(self.status)]:
                raise InvalidTransition(f"この項目は「{self.get_status_display()}」です。画面を開き直して確かめてください。")
            if not self.can_settle(by, at=at):
                raise PermissionDenied
            is_open = status == self.Status.OPEN
            self.status, self.confirmed_by = status, None if is_open else by
            self.returned_on = None if is_open else on or standing.day_of(at)
            self.save(update_fields=["status", "confirmed_by", "returned_on"])
            record(by, f"accounts.handover_item.{VERBS[status]}", self, at=at)


VERBS = {HandoverItem.Status.OPEN: "reopened", HandoverItem.Status.RETURNED: "returned", HandoverItem.Status.NONE: "not_applicable"}

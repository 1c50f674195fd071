"""権限 beyond the owner section (3.5.2.3.2, 3.5.2.4.2): a section or a person who may handle an asset, with reason and end."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q

from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

if TYPE_CHECKING:
    from .asset import Asset


class AssetPermissionQuerySet(models.QuerySet):
    def in_force(self, on: date) -> Self:
        """Given and not over on the day: the end is exact to the day, no task has to take anything away."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on), since__lte=on, until__gte=on)


class AssetPermission(models.Model):
    """One section or one person outside the owner section who may see and handle an asset until a day."""

    asset = models.ForeignKey("assets.Asset", verbose_name="情報資産", on_delete=models.CASCADE, related_name="permissions")
    department = models.ForeignKey(
        Department, verbose_name="課", null=True, blank=True, on_delete=models.PROTECT, related_name="asset_permissions"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="人", null=True, blank=True, on_delete=models.PROTECT, related_name="asset_permissions"
    )
    reason = models.CharField("理由", max_length=200)
    since = models.DateField("始まりの日")
    until = models.DateField("終わりの日")
    ended_on = models.DateField("取りやめた日", null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="定めた人", on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField("定めた日時")

    objects = AssetPermissionQuerySet.as_manager()

    class Meta:
        verbose_name = "情報資産の権限"
        verbose_name_plural = "情報資産の権限"
        ordering = ["until", "pk"]
        indexes = [models.Index(fields=["person", "until"]), models.Index(fields=["department", "until"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(department__isnull=True, person__isnull=False) | Q(department__isnull=False, person__isnull=True),
                name="assets_permission_for_one",
            ),
            models.CheckConstraint(condition=Q(until__gte=models.F("since")), name="assets_permission_in_order"),
        ]

    def __str__(self) -> str:
        return self.department.full_name if self.department else self.person.name

    @classmethod
    @transaction.atomic
    def give(
        cls,
        asset: "Asset",
        *,
        until: date,
        reason: str,
        by: User,
        at: datetime,
        person: User | None = None,
        department: Department | None = None,
    ) -> "AssetPermission":
        """Let a person or a section handle the asset from today. PermissionDenied for anyone but the section's officer."""
        asset = asset.lock()
        if not asset.can_decide(by, at=at):
            raise PermissionDenied("課の外の人に権限を定めるのは、所管課の情報セキュリティ担当者です。")
        if asset.is_over:
            raise InvalidTransition("廃棄した情報資産には権限を定められません。")
        if until < day_of(at):
            raise InvalidTransition("終わりの日が過ぎています。今日以後の日にしてください。")
        row = cls.objects.create(
            asset=asset, person=person, department=department, reason=reason, since=day_of(at), until=until, given_by=by, given_at=at
        )
        record(by, "assets.asset.permitted", asset, at=at, permission=row.pk, until=until.isoformat())
        return row

    @transaction.atomic
    def end(self, *, by: User, at: datetime) -> None:
        """Take it back at once. InvalidTransition where it is over already."""
        asset = self.asset.lock()
        if not asset.can_decide(by, at=at):
            raise PermissionDenied("権限を取りやめるのは、所管課の情報セキュリティ担当者です。")
        if not AssetPermission.objects.in_force(day_of(at)).filter(pk=self.pk).exists():
            raise InvalidTransition("この権限はすでに終わっています。")
        self.ended_on = day_of(at)
        self.save(update_fields=["ended_on"])
        record(by, "assets.asset.permission_ended", asset, at=at, permission=self.pk)

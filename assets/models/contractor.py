"""委託事業者 (3.12.1): a company that works for the city; its contracts stand in `contract`."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Count, Q
from django.urls import reverse

from assets.reach import Reach
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record


class ContractorQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """Which companies work for the city is no secret among its staff; their contracts are the sections'."""
        return self.all() if Reach.of(user, at=at).staff else self.none()

    def with_counts(self) -> Self:
        """`running`: how many contracts are in force. A count groups, and Django orders no grouped rows by itself."""
        return self.annotate(running=Count("contracts", filter=Q(contracts__status="in_force"))).order_by("name", "pk")

    def named(self, words: str) -> Self:
        """Those with the words in their name; all where there are none."""
        return self.filter(name__icontains=words) if words else self


class Contractor(models.Model):
    """A company, entered once for the whole city."""

    name = models.CharField("名称", max_length=100, unique=True, error_messages={"unique": "この名称の委託事業者は登録済みです。"})
    corporate_number = models.CharField("法人番号", max_length=13, blank=True)
    emergency_contact = models.CharField("緊急の連絡先", max_length=200, help_text="夜間・休日もつながる窓口と電話番号")
    certifications = models.CharField(
        "認証・監査の状況", max_length=300, blank=True, help_text="例 ISO/IEC 27001（範囲 運用保守）、外部監査 毎年"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登録した人", on_delete=models.PROTECT, related_name="+", editable=False
    )
    entered_at = models.DateTimeField("登録日時", editable=False)

    objects = ContractorQuerySet.as_manager()

    class Meta:
        verbose_name = "委託事業者"
        verbose_name_plural = "委託事業者"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("assets:contractor", args=[self.pk])

    def can_change(self, user: User, *, at: datetime) -> bool:
        """Staff of the sections that have a contract with it, whoever entered it, and the 中央管理者."""
        reach = Reach.of(user, at=at)
        return reach.is_central or self.entered_by_id == user.pk or self.contracts.filter(department__in=reach.staff).exists()

    @classmethod
    @transaction.atomic
    def enter(cls, *, by: User, at: datetime, **fields: Any) -> "Contractor":
        """Enter a company. PermissionDenied for who has no section."""
        if not Reach.of(by, at=at).staff:
            raise PermissionDenied("委託事業者を登録できるのは職員です。")
        row = cls.objects.create(entered_by=by, entered_at=at, **fields)
        record(by, "assets.contractor.entered", row, at=at)
        return row

    @transaction.atomic
    def edit(self, *, by: User, at: datetime, **fields: Any) -> None:
        """Correct what is written of it; the trail names the fields, not their text."""
        row = Contractor.objects.select_for_update(no_key=True).get(pk=self.pk)
        if not row.can_change(by, at=at):
            raise PermissionDenied("委託事業者の内容を変えられるのは、契約のある課の職員です。")
        changed = [name for name, given in fields.items() if getattr(row, name) != given]
        for name in changed:
            setattr(row, name, fields[name])
        if changed:
            row.save(update_fields=changed)
            record(by, "assets.contractor.edited", row, at=at, fields=[str(cls_word(name)) for name in changed])
        self.refresh_from_db()


def cls_word(name: str) -> str:
    """What a field is called on the screen."""
    return str(Contractor._meta.get_field(name).verbose_name)

"""What an audit plan consists of: themes, those audited, and the days of the six works (3.13.1.5)."""

from datetime import date, datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q

from assets.models import Contractor, System
from audits.programme.works import MONTHS, Work
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .programme import AuditProgramme


class Theme(models.Model):
    """重点: what the year looks at, with the clauses whose obligations it means; none means all of chapter 3."""

    programme = models.ForeignKey(AuditProgramme, verbose_name="監査計画", on_delete=models.CASCADE, related_name="themes")
    title = models.CharField("テーマ", max_length=200)
    clauses = models.JSONField("関係する条項", default=list, blank=True)
    position = models.PositiveSmallIntegerField("並び順", default=0)

    class Meta:
        verbose_name = "監査のテーマ"
        verbose_name_plural = "監査のテーマ"
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    @classmethod
    @transaction.atomic
    def add(cls, programme: AuditProgramme, *, title: str, clauses: list[str], by: User, at: datetime) -> "Theme":
        """One more theme of the draft."""
        programme = programme.draft_for(by, at=at)
        row = cls.objects.create(programme=programme, title=title, clauses=clauses, position=programme.themes.count() + 1)
        record(by, "audits.programme.edited", programme, at=at, changed_columns=["テーマ"])
        return row

    @transaction.atomic
    def remove(self, *, by: User, at: datetime) -> None:
        """Out of the draft; what was approved keeps it."""
        programme = self.programme.draft_for(by, at=at)
        self.delete()
        record(by, "audits.programme.edited", programme, at=at, changed_columns=["テーマ"])


class TargetKind(models.TextChoices):
    """What is audited."""

    SECTION = "section", "課"
    CONTRACTOR = "contractor", "委託事業者"
    SYSTEM = "system", "情報システム"


class TargetQuerySet(models.QuerySet):
    def with_all(self) -> Self:
        return self.select_related("department__parent", "contractor", "system")


class Target(models.Model):
    """監査の対象: a section, or a contractor or a system of a section, in about this month."""

    Kind = TargetKind

    programme = models.ForeignKey(AuditProgramme, verbose_name="監査計画", on_delete=models.CASCADE, related_name="targets")
    kind = models.CharField("種類", max_length=16, choices=TargetKind, default=TargetKind.SECTION)
    department = models.ForeignKey(Department, verbose_name="課", on_delete=models.PROTECT, related_name="+")
    contractor = models.ForeignKey(Contractor, verbose_name="委託事業者", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    system = models.ForeignKey(System, verbose_name="情報システム", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    month = models.PositiveSmallIntegerField("実査の月", null=True, blank=True)
    note = models.CharField("選んだ理由", max_length=300, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = "監査の対象"
        verbose_name_plural = "監査の対象"
        ordering = ["month", "department__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "department"], condition=Q(kind="section"), name="audits_target_section_once"),
            models.CheckConstraint(condition=~Q(kind="contractor") | Q(contractor__isnull=False), name="audits_target_names_contractor"),
            models.CheckConstraint(condition=~Q(kind="system") | Q(system__isnull=False), name="audits_target_names_system"),
        ]

    def __str__(self) -> str:
        return what_words(self)

    @classmethod
    @transaction.atomic
    def add(cls, programme: AuditProgramme, *, by: User, at: datetime, **fields: Any) -> "Target":
        """One more to be audited. ValidationError, by field, for one that is there already or lacks its contractor or system."""
        programme = programme.draft_for(by, at=at)
        row = cls(programme=programme, **fields)
        guard_what(row)
        if row.kind == TargetKind.SECTION and programme.targets.filter(kind=row.kind, department=row.department).exists():
            raise ValidationError({"department": "この課は、すでに監査の対象です。"})
        row.save(force_insert=True)
        record(by, "audits.programme.edited", programme, at=at, changed_columns=["監査の対象"])
        return row

    @transaction.atomic
    def remove(self, *, reason: str, by: User, at: datetime) -> None:
        """Out of the draft. InvalidTransition once its audit has begun."""
        programme = self.programme.draft_for(by, at=at)
        if hasattr(self, "engagement"):
            raise InvalidTransition("この対象の監査は始まっているため、計画から外せません。")
        Removal.objects.create(programme=programme, label=str(self), reason=reason, by=by, at=at)
        self.delete()
        record(by, "audits.programme.edited", programme, at=at, changed_columns=["監査の対象"])


class Removal(models.Model):
    """Why something is no longer planned to be audited."""

    programme = models.ForeignKey(AuditProgramme, verbose_name="監査計画", on_delete=models.CASCADE, related_name="removals")
    label = models.CharField("対象", max_length=200)
    reason = models.CharField("理由", max_length=500)
    by = models.ForeignKey(User, verbose_name="外した人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("外した日時")

    class Meta:
        verbose_name = "対象から外した記録"
        verbose_name_plural = "対象から外した記録"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.label


class WorkDays(models.Model):
    """From when to when a work of the year is done. Outside of its usual months only with a word why (おおむね)."""

    programme = models.ForeignKey(AuditProgramme, verbose_name="監査計画", on_delete=models.CASCADE, related_name="work_days")
    work = models.CharField("業務", max_length=16, choices=Work)
    starts_on = models.DateField("始まり")
    ends_on = models.DateField("終わり")
    note = models.CharField("備考", max_length=300, blank=True)

    class Meta:
        verbose_name = "監査業務の時期"
        verbose_name_plural = "監査業務の時期"
        ordering = ["starts_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "work"], name="audits_workdays_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="audits_workdays_in_order"),
        ]

    def __str__(self) -> str:
        return self.get_work_display()

    @property
    def months(self):
        """The months that the policy gives this work."""
        return MONTHS[Work(self.work)]

    def is_outside_of_months(self) -> bool:
        first, last = self.months.bounds(self.programme.fiscal_year)
        return self.starts_on < first or self.ends_on > last

    @transaction.atomic
    def settle(self, *, starts_on: date, ends_on: date, note: str = "", by: User, at: datetime) -> None:
        """Set the days of the draft. ValidationError, by field, for an end before the beginning or unusual months without a word."""
        programme = self.programme.draft_for(by, at=at)
        if ends_on < starts_on:
            raise ValidationError({"ends_on": "終わりの日が、始まりの日より前になっています。"})
        self.starts_on, self.ends_on, self.note = starts_on, ends_on, note
        if self.is_outside_of_months() and not note:
            raise ValidationError({"note": f"ポリシーの時期（{self.months.words}）から外れます。理由を書いてください。"})
        self.save(update_fields=["starts_on", "ends_on", "note"])
        record(by, "audits.programme.edited", programme, at=at, changed_columns=[self.get_work_display()])


def guard_what(row: Any) -> None:
    """ValidationError, by field, where a target or an audit does not say what is audited."""
    if row.kind == TargetKind.CONTRACTOR and row.contractor is None:
        raise ValidationError({"contractor": "監査する委託事業者を選んでください。"})
    if row.kind == TargetKind.SYSTEM and row.system is None:
        raise ValidationError({"system": "監査する情報システムを選んでください。"})
    if row.kind != TargetKind.CONTRACTOR:
        row.contractor = None
    if row.kind != TargetKind.SYSTEM:
        row.system = None


def what_words(row: Any) -> str:
    """市民部市民課, or 株式会社○○（市民部市民課）."""
    section = row.department.full_name
    about = row.contractor if row.kind == TargetKind.CONTRACTOR else row.system if row.kind == TargetKind.SYSTEM else None
    return f"{about}（{section}）" if about is not None else section

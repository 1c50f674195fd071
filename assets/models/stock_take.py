"""棚卸: once a year each section looks at what its register says and says so, line by line (3.5.2.1.1, 3.5.2.1.3)."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Count, F, Q
from django.urls import reverse

from assets.reach import Reach
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .asset import Asset

AT_ONCE = 1000


class StockTake(models.Model):
    """One campaign for the whole city: what was in use on the day of its opening."""

    fiscal_year = models.PositiveSmallIntegerField("年度")
    due_on = models.DateField("期限", unique=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="始めた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField("始めた日時")

    class Meta:
        verbose_name = "棚卸"
        verbose_name_plural = "棚卸"
        ordering = ["-due_on"]

    def __str__(self) -> str:
        return f"令和{self.fiscal_year - 2018}年度 情報資産の棚卸（{self.due_on.month}月）"

    def get_absolute_url(self) -> str:
        return reverse("assets:stock_take", args=[self.pk])

    @classmethod
    @transaction.atomic
    def open(cls, *, due_on: date, by: User | None, at: datetime) -> "StockTake":
        """Begin a campaign with a line for everything in use; `by` None is the portal in its month.

        PermissionDenied for anyone but the 中央電子計算組織管理者; InvalidTransition for a past day or while another one runs.
        """
        if by is not None and not Reach.of(by, at=at).is_central:
            raise PermissionDenied("棚卸を始められるのは、中央電子計算組織管理者です。")
        if due_on < day_of(at):
            raise InvalidTransition("期限が過ぎています。今日以後の日にしてください。")
        if StockTakeSection.objects.open().exists() or cls.objects.filter(due_on=due_on).exists():
            raise InvalidTransition("終わっていない棚卸があるか、同じ期限の棚卸があります。")
        found = cls.objects.create(fiscal_year=fiscal_year(day_of(at)), due_on=due_on, opened_by=by, opened_at=at)
        count = found._lay_out()
        record(by, "assets.stock_take.opened", found, at=at, count=count, due_on=due_on.isoformat())
        return found

    def _lay_out(self) -> int:
        """A sheet for each section that has something, with a line for each asset in use; gives how many lines."""
        pairs = list(Asset.objects.in_use().order_by("department", "sequence").values_list("department", "pk"))
        sheets = [StockTakeSection(stock_take=self, department_id=pk) for pk in dict.fromkeys(section for section, _ in pairs)]
        made = {sheet.department_id: sheet for sheet in StockTakeSection.objects.bulk_create(sheets)}
        lines = (StockTakeLine(section=made[section], asset_id=asset) for section, asset in pairs)
        StockTakeLine.objects.bulk_create(lines, batch_size=AT_ONCE)
        return len(pairs)


class StockTakeSectionQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        reach = reach or Reach.of(user, at=at)
        return self.all() if reach.is_wide else self.filter(reach.of_department())

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)

    def overdue(self, *, on: date) -> Self:
        return self.open().filter(stock_take__due_on__lt=on)

    def with_counts(self) -> Self:
        """Each with `total`, `waiting`, `corrected`, `lost`: how far it is."""
        outcome = StockTakeLine.Outcome
        return self.annotate(
            total=Count("lines"),
            waiting=Count("lines", filter=StockTakeLine.is_waiting("lines__")),
            corrected=Count("lines", filter=Q(lines__outcome=outcome.CORRECTED)),
            lost=Count("lines", filter=Q(lines__outcome=outcome.LOST)),
            done=F("total") - F("waiting"),
        )

    def for_list(self) -> Self:
        """With everything a list shows; ordered in words, since counting forgets the order of the model."""
        rows = self.select_related("stock_take", "department__parent", "closed_by").with_counts()
        return rows.order_by("-stock_take__due_on", "department__position", "pk")


class StockTakeSection(models.Model):
    """The sheet of one section, closed by its 情報セキュリティ担当者 when no line waits."""

    stock_take = models.ForeignKey(StockTake, verbose_name="棚卸", on_delete=models.CASCADE, related_name="sections")
    department = models.ForeignKey(Department, verbose_name="課", on_delete=models.PROTECT, related_name="stock_takes")
    closed_at = models.DateTimeField("終えた日時", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="終えた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = StockTakeSectionQuerySet.as_manager()

    class Meta:
        verbose_name = "課の棚卸"
        verbose_name_plural = "課の棚卸"
        ordering = ["-stock_take__due_on", "department__position", "pk"]
        constraints = [models.UniqueConstraint(fields=["stock_take", "department"], name="assets_stock_take_section_once")]
        indexes = [models.Index(fields=["department"], condition=Q(closed_at__isnull=True), name="assets_stock_take_open")]

    def __str__(self) -> str:
        return f"{self.department.full_name} {self.stock_take}"

    def get_absolute_url(self) -> str:
        return reverse("assets:stock_take_section", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    def shown_lines(self, *, everything: bool) -> "StockTakeLineQuerySet":
        """What waits, as the sheet begins; `everything` where it is asked for."""
        return (self.lines.all() if everything else self.lines.waiting()).for_list()

    def can_fill(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        """Staff of the section, while it is open."""
        return self.is_open and self.department_id in (reach or Reach.of(user, at=at)).staff

    def can_close(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        return self.is_open and self.department_id in (reach or Reach.of(user, at=at)).officer

    def lock(self, user: User, *, at: datetime) -> "StockTakeSection":
        """The locked row, for a member of the section's staff. InvalidTransition once it is closed, PermissionDenied for others."""
        StockTakeSection.objects.select_for_update(no_key=True).get(pk=self.pk)
        section = StockTakeSection.objects.select_related("stock_take", "department__parent").get(pk=self.pk)
        if not section.is_open:
            raise InvalidTransition("この課の棚卸は終わっています。")
        if section.department_id not in Reach.of(user, at=at).staff:
            raise PermissionDenied("棚卸の確認をするのは、その課の職員です。")
        return section

    @transaction.atomic
    def confirm(self, lines: Iterable[int], *, by: User, at: datetime) -> int:
        """These lines were seen and are right; gives how many of them still waited. One entry with count and digest."""
        section = self.lock(by, at=at)
        waiting = section.lines.waiting().filter(pk__in=list(lines))
        assets = list(waiting.order_by("asset").values_list("asset", flat=True))
        waiting.update(outcome=StockTakeLine.Outcome.CONFIRMED, done_by=by, done_at=at)
        Asset.objects.filter(pk__in=assets).update(last_checked_on=day_of(at), last_checked_by=by)
        if assets:
            digest = hashlib.sha256("\n".join(map(str, assets)).encode()).hexdigest()
            record(by, "assets.stock_take.confirmed", section, at=at, count=len(assets), digest=digest)
        return len(assets)

    @transaction.atomic
    def close(self, *, by: User, at: datetime) -> None:
        """終える: the officer says that the section's register is right. InvalidTransition while a line waits."""
        section = self.lock(by, at=at)
        if not section.can_close(by, at=at):
            raise PermissionDenied("棚卸を終えるのは、課の情報セキュリティ担当者です。")
        if waiting := section.lines.waiting().count():
            raise InvalidTransition(f"まだ確認していない情報資産が{waiting}件あるため、終えられません。")
        section.closed_at, section.closed_by = at, by
        section.save(update_fields=["closed_at", "closed_by"])
        lost = section.lines.filter(outcome=StockTakeLine.Outcome.LOST).count()
        record(by, "assets.stock_take.closed", section, at=at, count=section.lines.count(), lost=lost)
        self.refresh_from_db()


class StockTakeLineQuerySet(models.QuerySet):
    def waiting(self) -> Self:
        return self.filter(pk__in=self.filter(StockTakeLine.is_waiting()).order_by().values("pk"))

    def for_list(self) -> Self:
        return self.select_related("asset", "done_by").order_by("asset__sequence", "pk")


class StockTakeLine(models.Model):
    """One asset on the sheet. What was lost or disposed of by another way meanwhile waits no longer."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "未確認"
        CONFIRMED = "confirmed", "確認した"
        CORRECTED = "corrected", "直した"
        LOST = "lost", "所在不明"

    section = models.ForeignKey(StockTakeSection, verbose_name="課の棚卸", on_delete=models.CASCADE, related_name="lines")
    asset = models.ForeignKey(Asset, verbose_name="情報資産", on_delete=models.PROTECT, related_name="stock_take_lines")
    outcome = models.CharField("結果", max_length=16, choices=Outcome, default=Outcome.WAITING)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="確認した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_at = models.DateTimeField("確認日時", null=True, blank=True)

    objects = StockTakeLineQuerySet.as_manager()

    class Meta:
        verbose_name = "棚卸の行"
        verbose_name_plural = "棚卸の行"
        constraints = [models.UniqueConstraint(fields=["section", "asset"], name="assets_stock_take_line_once")]
        indexes = [models.Index(fields=["section", "outcome"])]

    def __str__(self) -> str:
        return f"{self.asset} {self.get_outcome_display()}"

    @staticmethod
    def is_waiting(prefix: str = "") -> Q:
        return Q(**{f"{prefix}outcome": StockTakeLine.Outcome.WAITING, f"{prefix}asset__status": Asset.Status.IN_USE})

    @transaction.atomic
    def lose(self, *, by: User, at: datetime) -> None:
        """It cannot be found: the asset is 所在不明 from now on, and an incident is due."""
        line = self._lock(by, at=at)
        line.asset.report_lost(by=by, at=at)
        line._settle(self.Outcome.LOST, by=by, at=at)

    @transaction.atomic
    def correct(self, *, by: User, at: datetime) -> None:
        """It is there, and what the register says of it has just been put right."""
        line = self._lock(by, at=at)
        line._settle(self.Outcome.CORRECTED, by=by, at=at)
        line.asset.note_check(by=by, at=at)
        record(by, "assets.stock_take.corrected", line.section, at=at, number=line.asset.number)

    def _lock(self, by: User, *, at: datetime) -> "StockTakeLine":
        section = self.section.lock(by, at=at)
        line = section.lines.select_related("asset__department__parent").get(pk=self.pk)
        if line.outcome != self.Outcome.WAITING:
            raise InvalidTransition(f"この行はすでに「{line.get_outcome_display()}」です。")
        line.section = section
        return line

    def _settle(self, outcome: str, *, by: User, at: datetime) -> None:
        self.outcome, self.done_by, self.done_at = outcome, by, at
        self.save(update_fields=["outcome", "done_by", "done_at"])

"""Bulk entry of assets: a table is uploaded, its columns are matched, every row is looked at, then all or the good rows are entered."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import models, transaction
from django.db.models import F, ProtectedError, Q
from django.urls import reverse

from assets.intake.enter import enter
from assets.reach import Reach
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Subject
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

if TYPE_CHECKING:
    from assets.intake.plan import Draft

AT_ONCE = 500


class AssetImportQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """One's own ones, those of one's section, all for the wide roles."""
        reach = reach or Reach.of(user, at=at)
        return self.all() if reach.is_wide else self.filter(Q(uploaded_by=user) | Q(department__in=reach.staff))


class AssetImport(models.Model):
    """One uploaded table. `mapping` says which column (0 the first) holds which field."""

    class Status(models.TextChoices):
        UPLOADED = "uploaded", "列の確認待ち"
        CHECKING = "checking", "行の確認中"
        CHECKED = "checked", "登録待ち"
        APPLIED = "applied", "登録済"
        UNDONE = "undone", "取消"
        DISCARDED = "discarded", "破棄"

    TRANSITIONS = {
        Status.UPLOADED: {Status.CHECKING, Status.DISCARDED},
        Status.CHECKING: {Status.CHECKING, Status.CHECKED, Status.DISCARDED},
        Status.CHECKED: {Status.CHECKING, Status.APPLIED, Status.DISCARDED},
        Status.APPLIED: {Status.UNDONE},
        Status.UNDONE: set(),
        Status.DISCARDED: set(),
    }

    department = models.ForeignKey(Department, verbose_name="所管課", on_delete=models.PROTECT, related_name="asset_imports")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.UPLOADED, editable=False)
    file_name = models.CharField("ファイル名", max_length=255)
    file_digest = models.CharField("ファイルのSHA-256", max_length=64, db_index=True)
    headings = models.JSONField("見出し", default=list)
    mapping = models.JSONField("列の対応", default=dict)
    row_count = models.PositiveIntegerField("行数", default=0)
    wrong_count = models.PositiveIntegerField("誤りのある行", default=0)
    entered_count = models.PositiveIntegerField("登録した行", default=0)
    job = models.ForeignKey(Job, verbose_name="処理", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="取り込んだ人", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("取込日時")
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登録した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    applied_at = models.DateTimeField("登録日時", null=True, blank=True)
    closed_at = models.DateTimeField("取消・破棄の日時", null=True, blank=True)

    objects = AssetImportQuerySet.as_manager()

    class Meta:
        verbose_name = "情報資産の取込み"
        verbose_name_plural = "情報資産の取込み"
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.department.full_name} {self.file_name}"

    def get_absolute_url(self) -> str:
        return reverse("assets:import", args=[self.pk])

    @property
    def good_count(self) -> int:
        return self.row_count - self.wrong_count

    def shown_lines(self, *, only_good: bool) -> "models.QuerySet[AssetImportLine]":
        """The wrong rows where there are any and not only the good ones are asked for; else those that can be entered."""
        return self.lines.exclude(problems=[]) if self.wrong_count and not only_good else self.lines.filter(problems=[])

    @property
    def file(self) -> StoredFile:
        """The table as it was uploaded."""
        return StoredFile.objects.about(self).get()

    # -- people ----------------------------------------------------------------------------------------------------
    def can_handle(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        """Staff of the section it is for; the 中央電子計算組織管理者 for the whole city."""
        reach = reach or Reach.of(user, at=at)
        return reach.is_central or self.department_id in reach.staff

    def can_undo(self, user: User, *, at: datetime, reach: Reach | None = None) -> bool:
        """On the day of the entry; what was built on it since is looked at in the act."""
        is_today = self.status == self.Status.APPLIED and day_of(self.applied_at) == day_of(at)
        return is_today and self.can_handle(user, at=at, reach=reach)

    # -- transitions -----------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def upload(cls, upload: File, *, headings: list[str], digest: str, department: Department, by: User, at: datetime) -> "AssetImport":
        """Keep a table whose headings were read.

        PermissionDenied for who may not enter assets in the section, InvalidTransition for a file that was entered already.
        """
        found = cls(
            department=department, file_name=upload.name[-255:], file_digest=digest, headings=headings, uploaded_by=by, uploaded_at=at
        )
        if not found.can_handle(by, at=at):
            raise PermissionDenied("この課の情報資産を取り込む権限がありません。")
        if earlier := cls.objects.filter(file_digest=digest, status=cls.Status.APPLIED, department=department).first():
            raise InvalidTransition(f"同じファイルが登録済みです（{earlier.file_name}）。二重に登録しないため、取り込みませんでした。")
        found.save()
        attach(found, upload, by=by)
        record(by, "assets.import.uploaded", found, at=at, digest=digest)
        return found

    @transaction.atomic
    def begin_check(self, mapping: dict[str, int], *, job: Job, by: User, at: datetime) -> None:
        """Match the columns and have every row looked at by `job`; also again, with another matching."""
        found = self._lock(self.Status.CHECKING, by=by, at=at)
        found.mapping, found.job = mapping, job
        found._move_to(self.Status.CHECKING, "mapping", "job")
        self.refresh_from_db()

    @transaction.atomic
    def note_checked(self, drafts: "list[Draft]", *, by: User, at: datetime) -> None:
        """Keep what was found in each row; the rows of an earlier look are replaced."""
        found = self._lock(self.Status.CHECKED, by=by, at=at)
        found.lines.all()._raw_delete(found.lines.db)
        rows = (AssetImportLine(imported=found, number=row.number, cells=row.cells, problems=row.problems) for row in drafts)
        AssetImportLine.objects.bulk_create(rows, batch_size=AT_ONCE)
        found.row_count, found.wrong_count = len(drafts), sum(bool(row.problems) for row in drafts)
        found._move_to(self.Status.CHECKED, "row_count", "wrong_count")
        record(by, "assets.import.checked", found, at=at, count=found.row_count, wrong=found.wrong_count)
        self.refresh_from_db()

    @transaction.atomic
    def apply(self, *, only_good: bool, by: User, at: datetime) -> int:
        """Enter the rows in one transaction and give how many; looked at once more, against the register as it is now.

        InvalidTransition with wrong rows unless `only_good`, or when no row is good.
        """
        found = self._lock(self.Status.APPLIED, by=by, at=at)
        found.applied_by, found.applied_at = by, at
        found.entered_count = enter(found, only_good=only_good, by=by, at=at)
        found._move_to(self.Status.APPLIED, "applied_by", "applied_at", "entered_count")
        record(by, "assets.import.applied", found, at=at, count=found.entered_count, digest=found.file_digest)
        self.refresh_from_db()
        return self.entered_count

    @transaction.atomic
    def undo(self, *, by: User, at: datetime) -> None:
        """Take the rows of a wrong table out again, on its day and while nobody has built on them."""
        found = self._lock(self.Status.UNDONE, by=by, at=at)
        if not found.can_undo(by, at=at):
            raise InvalidTransition("取り消せるのは登録した当日だけです。直すときは、それぞれの情報資産を修正してください。")
        if touched := found.touched().first():
            raise InvalidTransition(f"{touched.number}は、登録したあとに変更や申請があるため、取り消せません。")
        try:
            found.assets.update(copy_of=None, contained_in=None)  # what they are to each other goes with them
            found.assets.all().delete()
        except ProtectedError as error:
            raise InvalidTransition("登録した情報資産が、ほかの記録から参照されているため、取り消せません。") from error
        found.closed_at = at
        found._move_to(self.Status.UNDONE, "closed_at")
        record(by, "assets.import.undone", found, at=at, count=found.entered_count, digest=found.file_digest)
        self.refresh_from_db()

    @transaction.atomic
    def discard(self, *, by: User, at: datetime) -> None:
        """Drop a table of which nothing was entered."""
        found = self._lock(self.Status.DISCARDED, by=by, at=at)
        found.closed_at = at
        found._move_to(self.Status.DISCARDED, "closed_at")
        record(by, "assets.import.discarded", found, at=at, digest=found.file_digest)
        self.refresh_from_db()

    def touched(self) -> models.QuerySet:
        """Assets of this table that somebody has changed, applied for, or given a 権限 for since."""
        return self.assets.filter(
            ~Q(changed_at=F("registered_at")) | Q(permissions__isnull=False) | Q(pk__in=_applied_for(self.assets.all()))
        ).distinct()

    def _lock(self, wanted: str, *, by: User, at: datetime) -> "AssetImport":
        AssetImport.objects.select_for_update(no_key=True).get(pk=self.pk)
        found = AssetImport.objects.select_related("department__parent", "uploaded_by").get(pk=self.pk)
        if wanted not in self.TRANSITIONS[self.Status(found.status)]:
            raise InvalidTransition(f"この取込みは「{found.get_status_display()}」のため、{self.Status(wanted).label}にできません。")
        if not found.can_handle(by, at=at):
            raise PermissionDenied("この取込みを扱えるのは、その課の職員です。")
        return found

    def _move_to(self, status: str, *fields: str) -> None:
        self.status = status
        self.save(update_fields=["status", *fields])


def _applied_for(assets: models.QuerySet) -> list[Any]:
    """The keys of those that a request is about."""
    kind = ContentType.objects.get_for_model(assets.model)
    named = set(Subject.objects.filter(content_type=kind).values_list("object_id", flat=True))
    return [pk for pk in assets.values_list("pk", flat=True) if pk.hex in named] if named else []


class AssetImportLine(models.Model):
    """One row of the table: its cells by field as they were typed, what is wrong with it."""

    imported = models.ForeignKey(AssetImport, verbose_name="取込み", on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField("行")
    cells = models.JSONField("内容", default=dict)
    problems = models.JSONField("誤り", default=list)

    class Meta:
        verbose_name = "取込みの行"
        verbose_name_plural = "取込みの行"
        ordering = ["number", "pk"]
        indexes = [models.Index(fields=["imported", "number"])]

    def __str__(self) -> str:
        return f"{self.number}行目"

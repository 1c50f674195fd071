"""One making of a backup: begun, then made or failed. The file itself lies outside; its digest stays here."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models, transaction
from django.db.models import Prefetch
from django.urls import reverse

from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from ..readers import may_read

if TYPE_CHECKING:
    from ..manifest import Manifest

DEAD_AFTER = timedelta(hours=6)  # a making that has not ended by then has died with its process
DIED = "途中で止まりました。処理かサーバが止められた可能性があります。"


class BackupQuerySet(models.QuerySet):
    """Questions about backups."""

    def visible_to(self, user, *, at: datetime) -> Self:
        """All for those who answer for backups, none for anyone else."""
        return self.all() if may_read(user, at=at) else self.none()

    def made(self) -> Self:
        return self.filter(status=Backup.Status.MADE)

    def kept(self) -> Self:
        """Made, and not yet removed by us."""
        return self.made().filter(removed_at=None)

    def with_proofs(self) -> Self:
        """Each with its proofs, the last one first."""
        from .proof import Proof

        return self.prefetch_related(Prefetch("proofs", Proof.objects.select_related("drilled_by").order_by("-at", "-pk")))


class Backup(models.Model):
    """One backup, by the command or by the clock."""

    class Status(models.TextChoices):
        RUNNING = "running", "作成中"
        MADE = "made", "作成済み"
        FAILED = "failed", "失敗"

    TRANSITIONS = {
        Status.RUNNING: {Status.MADE, Status.FAILED},
        Status.MADE: set(),
        Status.FAILED: {Status.RUNNING},  # the clock tries again in the same night
    }

    name = models.CharField("ファイル", max_length=64, db_index=True)
    status = models.CharField("状態", max_length=8, choices=Status, default=Status.RUNNING)
    is_scheduled = models.BooleanField("定時", default=False)
    tries = models.PositiveSmallIntegerField("試行回数", default=1)
    begun_at = models.DateTimeField("開始日時")
    ended_at = models.DateTimeField("終了日時", null=True, blank=True)
    size = models.PositiveBigIntegerField("大きさ", default=0)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    head = models.CharField("証跡の先頭", max_length=90, blank=True)
    rows = models.PositiveBigIntegerField("行数", default=0)
    files = models.PositiveBigIntegerField("ファイル数", default=0)
    problem = models.CharField("できなかった理由", max_length=500, blank=True)
    removed_at = models.DateTimeField("削除日時", null=True, blank=True)

    objects = BackupQuerySet.as_manager()

    class Meta:
        verbose_name = "控え"
        verbose_name_plural = "控え"
        ordering = ["-begun_at", "-pk"]
        indexes = [models.Index(fields=["status", "-begun_at"]), models.Index(fields=["-begun_at", "-id"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("backup:list")

    @property
    def last_proof(self):
        """The last time it was proved; of the prefetched rows where `with_proofs` was asked."""
        return next(iter(self.proofs.all()), None)

    # -- transitions -----------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def begin(cls, name: str, *, at: datetime, is_scheduled: bool = False) -> "Backup":
        """A new row, or the failed one of the same night. InvalidTransition while another is being made."""
        running = list(cls.objects.select_for_update(no_key=True).filter(status=cls.Status.RUNNING).order_by("pk"))
        if any(row.begun_at > at - DEAD_AFTER for row in running):
            raise InvalidTransition("いま別の控えを作成しています。終わってから実行してください。")
        failed = cls.objects.filter(is_scheduled=True, status=cls.Status.FAILED, begun_at__gt=at - DEAD_AFTER)
        again = failed.select_for_update(no_key=True).first()
        for row in running:
            row.fail(DIED, "Died", at=at)
        if is_scheduled and again is not None:
            again._move_to(cls.Status.RUNNING)
            again.name, again.begun_at, again.ended_at, again.tries = name, at, None, again.tries + 1
            again.save()
            return again
        return cls.objects.create(name=name, begun_at=at, is_scheduled=is_scheduled)

    @transaction.atomic
    def finish(self, manifest: "Manifest", *, size: int, sha256: str, at: datetime) -> None:
        """It lies there whole. The caller puts the file in its place before this transaction ends."""
        row = Backup.objects.select_for_update(no_key=True).get(pk=self.pk)
        row._move_to(self.Status.MADE)
        row._describe(manifest, size=size, sha256=sha256, at=at)
        facts = {"digest": sha256, "size": size, "head": manifest.head, "rows": row.rows, "files": row.files}
        record(None, "backup.backup.made", row, at=at, scheduled=row.is_scheduled, **facts)
        self.refresh_from_db()

    def _describe(self, manifest: "Manifest", *, size: int, sha256: str, at: datetime) -> None:
        self.size, self.sha256, self.ended_at, self.problem = size, sha256, at, ""
        self.head, self.rows, self.files = manifest.head, manifest.row_count, len(manifest.files)
        self.save()

    @transaction.atomic
    def fail(self, problem: str, kind: str, *, at: datetime) -> None:
        """It could not be made; the trail has the kind of the error alone."""
        row = Backup.objects.select_for_update(no_key=True).get(pk=self.pk)
        row._move_to(self.Status.FAILED)
        row.problem, row.ended_at = problem[:500], at
        row.save()
        record(None, "backup.backup.failed", row, at=at, kind=kind, scheduled=row.is_scheduled)
        self.refresh_from_db()

    @classmethod
    @transaction.atomic
    def note_removed(cls, names: list[str], *, at: datetime) -> None:
        """Old files have been removed because newer ones are there."""
        rows = cls.objects.select_for_update(no_key=True).filter(name__in=names, removed_at=None)
        list(rows.order_by("pk").values_list("pk"))
        rows.update(removed_at=at)
        record(None, "backup.backup.removed", None, at=at, count=len(names))

    @classmethod
    def found_in_itself(cls, manifest: "Manifest", *, name: str, size: int, sha256: str, at: datetime) -> "Backup | None":
        """The row of the backup that was just restored: the dump holds it unfinished. Others that were running have died."""
        for row in cls.objects.filter(status=cls.Status.RUNNING).exclude(pk=manifest.backup):
            row.fail(DIED, "Died", at=at)
        row = cls.objects.filter(pk=manifest.backup, status=cls.Status.RUNNING).first()
        if row is not None:
            row._move_to(cls.Status.MADE)
            row._describe(manifest, size=size, sha256=sha256, at=at)
        return row

    def _move_to(self, status: str) -> None:
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この控えは「{self.get_status_display()}」になっています。")
        self.status = status

"""The proof that a backup can be restored: made by restoring it, and then recorded as a drill by who answers for that."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.duties.settling import settle
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from ..readers import may_drill, may_read
from .backup import Backup

DUTY = "restore-drill"  # its code in fixtures/duties.json
DRILL_WITHIN = timedelta(days=90)  # an old proof is no drill of today


class ProofQuerySet(models.QuerySet):
    """Questions about proofs."""

    def visible_to(self, user, *, at: datetime) -> Self:
        """All for those who answer for backups, none for anyone else."""
        return self.all() if may_read(user, at=at) else self.none()

    def good(self) -> Self:
        return self.filter(succeeded=True)

    def for_drill(self, *, at: datetime) -> Self:
        """Those that may be recorded as a drill."""
        return self.good().filter(drilled_at=None, kind=Proof.Kind.PROVED, at__gt=at - DRILL_WITHIN)


class Proof(models.Model):
    """One restoring of one backup, and what came of it."""

    class Kind(models.TextChoices):
        PROVED = "proved", "確かめるための復元"
        RESTORED = "restored", "実際の復元"

    backup = models.ForeignKey(Backup, verbose_name="控え", null=True, blank=True, on_delete=models.PROTECT, related_name="proofs")
    name = models.CharField("ファイル", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    kind = models.CharField("種類", max_length=8, choices=Kind, default=Kind.PROVED)
    at = models.DateTimeField("日時", db_index=True)
    succeeded = models.BooleanField("復元できた")
    problem = models.CharField("できなかった理由", max_length=500, blank=True)
    rows = models.PositiveBigIntegerField("行数", default=0)
    files = models.PositiveBigIntegerField("ファイル数", default=0)
    head = models.CharField("証跡の先頭", max_length=90, blank=True)
    drilled_at = models.DateTimeField("訓練を記録した日時", null=True, blank=True)
    drilled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="訓練を記録した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField("訓練で気づいたこと", max_length=2000, blank=True)

    objects = ProofQuerySet.as_manager()

    class Meta:
        verbose_name = "復元の確認"
        verbose_name_plural = "復元の確認"
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.name}の復元"

    def get_absolute_url(self) -> str:
        return reverse("backup:list")

    @classmethod
    @transaction.atomic
    def note_result(cls, *, name: str, sha256: str, at: datetime, kind: str = Kind.PROVED, problem: str = "", **facts: Any) -> "Proof":
        """Write what came of a restoring; `facts` are rows, files and head."""
        backup = Backup.objects.filter(sha256=sha256).first() if sha256 else None
        proof = cls.objects.create(
            backup=backup, name=name[:200], sha256=sha256, kind=kind, at=at, succeeded=not problem, problem=problem[:500], **facts
        )
        verb = "not_proved" if problem else str(kind)
        record(None, f"backup.proof.{verb}", proof, at=at, digest=sha256, **facts)
        return proof

    @transaction.atomic
    def record_drill(self, *, note: str, by: User, at: datetime) -> int:
        """Record this proof as the restore drill; gives how many rounds of the duty are done by it.

        PermissionDenied for others than who answers for it; InvalidTransition where it failed, is old, or is recorded already.
        """
        proof = Proof.objects.select_for_update(no_key=True).get(pk=self.pk)
        if not may_drill(by, at=at):
            raise PermissionDenied("復元の訓練を記録できるのは、中央電子計算組織管理者と電子計算組織総括管理者だけです。")
        if proof.drilled_at:
            raise InvalidTransition("この確認は、すでに訓練として記録されています。")
        if not Proof.objects.for_drill(at=at).filter(pk=proof.pk).exists():
            raise InvalidTransition(
                f"訓練として記録できるのは、{DRILL_WITHIN.days}日以内に復元できた確認だけです。もう一度 verify_backup を実行してください。"
            )
        proof.drilled_at, proof.drilled_by, proof.note = at, by, note.strip()
        proof.save(update_fields=["drilled_at", "drilled_by", "note"])
        rounds = Occurrence.objects.filter(duty__code=DUTY, duty__content_type=None).appeared(on=day_of(at))
        told = (
            f"控え {proof.name} を空の場所に復元し、{proof.rows}行・{proof.files}ファイルと証跡（{proof.head}）を確かめました。{proof.note}"
        )
        done = settle(rounds, by=by, at=at, note=told)
        record(by, "backup.proof.drilled", proof, at=at, backup=proof.name, rounds=done)
        self.refresh_from_db()
        return done

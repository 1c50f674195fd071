"""The check for IDs that nobody uses, together with the 職員課 (3.10.2.2.3)."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from assets.ledgers.unused import candidates
from assets.registers import RegisterReach
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .ledger_entry import LedgerEntry

DUTY = "unused-ids"  # the code of the recurring duty (3.10.2.2.3), in whatever rhythm the city has set for it


class IdCheckQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime, reach: RegisterReach | None = None) -> Self:
        """中央管理者 with that 課, the 職員課, and the wide roles; a section sees its own IDs in the ledger."""
        reach = reach or RegisterReach.of(user, at=at)
        return self if reach.checks_ids else self.none()

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)


class IdCheck(models.Model):
    """One round: the IDs that look unused, answered one by one by the 職員課, carried out by those who keep them."""

    opened_at = models.DateTimeField("始めた日時")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="始めた人", on_delete=models.PROTECT, related_name="+")
    months = models.PositiveSmallIntegerField("何か月使われていないIDか")
    due_on = models.DateField("回答の期限")
    closed_at = models.DateTimeField("終えた日時", null=True, blank=True)

    objects = IdCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "使われていないIDの点検"
        verbose_name_plural = "使われていないIDの点検"
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(closed_at__isnull=True), name="assets_idcheck_one_open", violation_error_message="点検中です。"
            )
        ]

    def __str__(self) -> str:
        return f"使われていないIDの点検（{self.opened_at:%Y-%m}）"

    def get_absolute_url(self) -> str:
        return reverse("assets:id_check", args=[self.pk])

    @staticmethod
    def can_open(user: User, *, at: datetime, reach: RegisterReach | None = None) -> bool:
        return (reach or RegisterReach.of(user, at=at)).is_central_staff

    @classmethod
    @transaction.atomic
    def begin(cls, *, months: int, due_on: date, by: User, at: datetime) -> "IdCheck":
        """List the IDs not used for `months`, and those whose person has left or moved. InvalidTransition where there are none."""
        if not cls.can_open(by, at=at):
            raise PermissionDenied("点検を始められるのは、中央電子計算組織管理者とその課の職員だけです。")
        if cls.objects.open().exists():
            raise InvalidTransition("前の点検がまだ終わっていません。終えてから始めてください。")
        found = candidates(months=months, at=at)
        if not found:
            raise InvalidTransition("使われていないIDや、異動・退職した人のIDは見つかりませんでした。")
        check = cls.objects.create(opened_at=at, opened_by=by, months=months, due_on=due_on)
        IdCheckLine.objects.bulk_create(IdCheckLine(check_round=check, entry=row.entry, reason=row.reason) for row in found)
        record(by, "assets.idcheck.opened", check, at=at, count=len(found), due_on=due_on)
        return check

    @transaction.atomic
    def close(self, *, by: User, at: datetime) -> "IdCheck":
        """End the round. InvalidTransition while an answer is awaited, or an ID still works that was to be stopped."""
        check = IdCheck.objects.select_for_update(no_key=True).get(pk=self.pk)
        if check.closed_at is not None:
            raise InvalidTransition("この点検はすでに終わっています。")
        if not self.can_open(by, at=at):
            raise PermissionDenied("終えられるのは、中央電子計算組織管理者とその課の職員だけです。")
        lines = list(check.lines.select_related("entry"))
        waiting, left = sum(not line.answer for line in lines), sum(line.is_to_do for line in lines)
        if waiting or left:
            raise InvalidTransition(f"回答を待っているIDが{waiting}件、停止や抹消がまだのIDが{left}件あります。")
        check.closed_at = at
        check.save(update_fields=["closed_at"])
        self._complete_duty(by=by, at=at)
        record(by, "assets.idcheck.closed", check, at=at, count=len(lines))
        return check

    @staticmethod
    def _complete_duty(*, by: User, at: datetime) -> None:
        """The round is what the recurring duty asked for: its earliest open occurrence is done, where the person is its doer."""
        waiting = Occurrence.objects.open().filter(duty__code=DUTY).order_by("due_on").first()
        if waiting is not None and waiting.doer(by, at=at) is not None:
            waiting.complete(by=by, at=at, note="使われていないIDの点検を終えた。")


class IdCheckLine(models.Model):
    """An ID of a round with the answer of the 職員課."""

    class Reason(models.TextChoices):
        UNUSED = "unused", "長く使われていない"
        LEFT = "left", "使う人が退職"
        MOVED = "moved", "使う人が異動"

    class Answer(models.TextChoices):
        IN_USE = "in_use", "使用中"
        STOP = "stop", "停止"
        REMOVE = "remove", "抹消"

    check_round = models.ForeignKey(IdCheck, verbose_name="点検", on_delete=models.CASCADE, related_name="lines")
    entry = models.ForeignKey(LedgerEntry, verbose_name="ID", on_delete=models.PROTECT, related_name="check_lines")
    reason = models.CharField("理由", max_length=8, choices=Reason)
    answer = models.CharField("職員課の回答", max_length=8, choices=Answer, blank=True, db_index=True)
    note = models.CharField("補足", max_length=300, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="回答した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("回答日時", null=True, blank=True)

    class Meta:
        verbose_name = "点検するID"
        verbose_name_plural = "点検するID"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["check_round", "entry"], name="assets_idcheckline_once")]

    def __str__(self) -> str:
        return str(self.entry)

    @property
    def is_to_do(self) -> bool:
        """Answered with 停止 or 抹消, while the ID still works."""
        left = {self.Answer.STOP: ("active",), self.Answer.REMOVE: ("active", "stopped")}
        return self.entry.status in left.get(self.answer, ())

    @staticmethod
    def can_answer(user: User, *, at: datetime, reach: RegisterReach | None = None) -> bool:
        """The 職員課 (人事担当)."""
        return (reach or RegisterReach.of(user, at=at)).is_personnel

    @transaction.atomic
    def reply(self, answer: str, *, note: str = "", by: User, at: datetime) -> "IdCheckLine":
        """What is to become of the ID; may be given anew until the round ends."""
        check = IdCheck.objects.select_for_update(no_key=True).get(pk=self.check_round_id)
        if check.closed_at is not None:
            raise InvalidTransition("この点検はすでに終わっています。")
        if not self.can_answer(by, at=at):
            raise PermissionDenied("回答できるのは職員課（人事担当）だけです。")
        row = IdCheckLine.objects.select_related("entry").get(pk=self.pk)
        row.answer, row.note, row.answered_by, row.answered_at = self.Answer(answer), note, by, at
        row.save(update_fields=["answer", "note", "answered_by", "answered_at"])
        record(by, "assets.idcheck.answered", row.entry, at=at, number=row.entry.number, outcome=row.get_answer_display())
        return row

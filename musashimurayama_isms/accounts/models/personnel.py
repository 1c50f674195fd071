"""Personnel changes (人事異動): a list is read, shown in words, applied on its day as a whole, and undone on that day.

The rows of an applied list are kept: what it said, what it did (so that it can be undone exactly), and who stood behind it.
"""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.urls import reverse

from musashimurayama_isms.fiscal import wareki
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .. import standing
from ..personnel import apply, plan, undo
from ..personnel.file import Row
from .appointment import Appointment
from .role import RoleCode
from .user import User


class PersonnelChangeQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """All lists for the 職員課 and the administrators of the portal, none for anyone else."""
        return self.all() if may_handle_personnel(user, at=at) else self.none()

    def due(self, on: date) -> Self:
        """Lists that wait and whose day has come, oldest day first: a missed run loses nothing."""
        return self.filter(status=PersonnelChange.Status.WAITING, effective_on__lte=on).order_by("effective_on", "pk")


def may_handle_personnel(user: User, *, at: datetime) -> bool:
    """Whether the person may upload, apply and undo personnel lists: the 職員課's role, or an administrator of the portal."""
    return user.is_superuser or standing.has_role(user, RoleCode.PERSONNEL, RoleCode.ADMINISTRATOR, at=at)


class PersonnelChange(models.Model):
    """One uploaded list with one effective day."""

    class Status(models.TextChoices):
        DRAFT = "draft", "案"
        WAITING = "waiting", "適用待ち"
        APPLIED = "applied", "適用済"
        UNDONE = "undone", "取消"
        DISCARDED = "discarded", "破棄"

    TRANSITIONS = {
        Status.DRAFT: {Status.WAITING, Status.DISCARDED},
        Status.WAITING: {Status.APPLIED, Status.DISCARDED},
        Status.APPLIED: {Status.UNDONE},
        Status.UNDONE: set(),
        Status.DISCARDED: set(),
    }

    effective_on = models.DateField("発令日")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.DRAFT, editable=False)
    file_name = models.CharField("ファイル名", max_length=255)
    file_digest = models.CharField("ファイルのSHA-256", max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="取り込んだ者", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField("取込日時")
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="適用した者", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    applied_at = models.DateTimeField("適用日時", null=True, blank=True)
    closed_at = models.DateTimeField("取消・破棄の日時", null=True, blank=True)

    objects = PersonnelChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "人事異動の取込み"
        verbose_name_plural = "人事異動の取込み"
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self) -> str:
        return f"{wareki(self.effective_on)}付け 人事異動"

    def get_absolute_url(self) -> str:
        return reverse("accounts:personnel_change", args=[self.pk])

    @classmethod
    def upload(cls, rows: list[Row], *, effective_on: date, file_name: str, file_digest: str, by: User, at: datetime) -> "PersonnelChange":
        """Keep a list as a draft with every row, good or bad, and what each would do. PermissionDenied for others."""
        _guard(by, at=at)
        with transaction.atomic():
            change = cls.objects.create(
                effective_on=effective_on, file_name=file_name[-255:], file_digest=file_digest, uploaded_by=by, uploaded_at=at
            )
            PersonnelLine.objects.bulk_create(
                PersonnelLine(change=change, number=row.number, cells=row.cells, fault=row.fault) for row in rows
            )
            change.look_again()
            record(by, "accounts.personnel_change.uploaded", change, at=at, count=len(rows), digest=file_digest)
        return change

    def look_again(self) -> int:
        """Work out anew, against the organisation as it is now, what each row does; gives how many rows are wrong."""
        drafts = plan.plan(list(self.lines.all()), effective_on=self.effective_on)
        for draft in drafts:
            draft.line.words, draft.line.problems, draft.line.person = draft.words, draft.problems, draft.person
        PersonnelLine.objects.bulk_update([draft.line for draft in drafts], ["words", "problems", "person"], batch_size=200)
        return sum(bool(draft.problems) for draft in drafts)

    def schedule(self, *, by: User, at: datetime) -> None:
        """The list waits for its day. InvalidTransition while a row is wrong."""
        with transaction.atomic():
            self._lock(self.Status.WAITING)
            _guard(by, at=at)
            if wrong := self.look_again():
                raise InvalidTransition(f"{wrong}行に誤りがあるため、適用待ちにできません。ファイルを直して、もう一度取り込んでください。")
            self._move_to(self.Status.WAITING)
            record(by, "accounts.personnel_change.scheduled", self, at=at, effective_on=self.effective_on.isoformat())

    def apply(self, *, by: User | None, at: datetime) -> None:
        """Do all the list says, whole or not at all; `by` None is the portal itself on the list's day.

        InvalidTransition before the day, in any other state, or when a row no longer fits the organisation.
        """
        with transaction.atomic():
            self._lock(self.Status.APPLIED)
            if by is not None:
                _guard(by, at=at)
            today = standing.day_of(at)
            if self.effective_on > today:
                raise InvalidTransition(f"発令日（{wareki(self.effective_on)}）になってから適用できます。")
            apply.carry_out(self, on=today)
            self.applied_by, self.applied_at = by, at
            self._move_to(self.Status.APPLIED, "applied_by", "applied_at")
            record(by, "accounts.personnel_change.applied", self, at=at, count=self.lines.count(), digest=self.file_digest)

    def undo(self, *, by: User, at: datetime) -> None:
        """Put everything back as it was, on the day of applying. InvalidTransition with the reason otherwise."""
        with transaction.atomic():
            self._lock(self.Status.UNDONE)
            _guard(by, at=at)
            if standing.day_of(self.applied_at) != standing.day_of(at):
                raise InvalidTransition("取り消せるのは適用した当日だけです。直すときは、新しい一覧を取り込んでください。")
            undo.put_back(self)
            self.closed_at = at
            self._move_to(self.Status.UNDONE, "closed_at")
            record(by, "accounts.personnel_change.undone", self, at=at, count=self.lines.count(), digest=self.file_digest)

    def discard(self, *, by: User, at: datetime) -> None:
        """Drop a list that has not been applied; its rows stay readable."""
        with transaction.atomic():
            self._lock(self.Status.DISCARDED)
            _guard(by, at=at)
            self.closed_at = at
            self._move_to(self.Status.DISCARDED, "closed_at")
            record(by, "accounts.personnel_change.discarded", self, at=at, digest=self.file_digest)

    def can_undo(self, *, at: datetime) -> bool:
        """Whether the day still allows it; what was built on it is looked at in the act."""
        return self.status == self.Status.APPLIED and standing.day_of(self.applied_at) == standing.day_of(at)

    def _lock(self, wanted: str) -> None:
        """Lock the row and guard the state."""
        locked = PersonnelChange.objects.select_for_update().get(pk=self.pk)
        self.status, self.applied_at = locked.status, locked.applied_at
        if wanted not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この取込みは「{self.get_status_display()}」のため、{self.Status(wanted).label}にできません。")

    def _move_to(self, status: str, *fields: str) -> None:
        self.status = status
        self.save(update_fields=["status", *fields])


def _guard(by: User, *, at: datetime) -> None:
    if not may_handle_personnel(by, at=at):
        raise PermissionDenied


class PersonnelLine(models.Model):
    """One row of the list: its cells as read, what it does in words, and what is wrong with it."""

    change = models.ForeignKey(PersonnelChange, verbose_name="取込み", on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField("行")
    cells = models.JSONField("内容", default=dict)
    fault = models.CharField("形の誤り", max_length=200, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="氏名", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    words = models.TextField("変わること", blank=True)
    problems = models.JSONField("誤り", default=list)

    class Meta:
        verbose_name = "人事異動の行"
        verbose_name_plural = "人事異動の行"
        ordering = ["number", "pk"]

    def __str__(self) -> str:
        return f"{self.number}行目"

    def cell(self, column: str) -> str:
        """The text of a column, empty where the file has no such column."""
        return self.cells.get(column, "")


class PersonnelEffect(models.Model):
    """One thing that applying a list changed, with what was there before."""

    class Act(models.TextChoices):
        BEGUN = "begun", "発令"
        ENDED = "ended", "発令の終了"
        DEPUTY_ENDED = "deputy_ended", "代理の終了"
        HIRED = "hired", "利用者の登録"
        LEFT = "left", "退職"

    change = models.ForeignKey(PersonnelChange, verbose_name="取込み", on_delete=models.CASCADE, related_name="effects")
    act = models.CharField("行為", max_length=16, choices=Act)
    appointment = models.ForeignKey(Appointment, null=True, blank=True, verbose_name="発令", on_delete=models.PROTECT, related_name="+")
    deputyship = models.ForeignKey("Deputyship", null=True, blank=True, verbose_name="代理", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, verbose_name="氏名", on_delete=models.PROTECT, related_name="+"
    )
    was = models.DateField("前の終わり", null=True, blank=True)
    now = models.DateField("後の終わり", null=True, blank=True)

    class Meta:
        verbose_name = "人事異動の効果"
        verbose_name_plural = "人事異動の効果"
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_act_display()

"""The laws, ordinances and rules that the policy leans on (1, 3.6, 3.10.3.1.1, 3.11.5), with a mark where the policy has fallen behind."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, day_of, standings
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.clearance import acting_as
from policy.numbers import printed


class LawQuerySet(models.QuerySet):
    def marked(self) -> Self:
        """Those that ask for a change of the policy, or for a look."""
        return self.exclude(mark=Law.Mark.NONE)

    def check_overdue(self, on: date) -> Self:
        return self.filter(next_check_on__lt=on)

    def waiting_for(self, user: User, *, at: datetime) -> list["Law"]:
        """Those past the day of the next check, for who keeps the register."""
        late = list(self.check_overdue(day_of(at)))
        return late if late and Law.can_edit(user, at=at) else []

    def get_by_natural_key(self, code: str) -> "Law":
        return self.get(code=code)


class Law(models.Model):
    """One law or rule, when somebody last looked whether it has changed, and what that means for the policy."""

    class Kind(models.TextChoices):
        ACT = "act", "法律"
        ORDINANCE = "ordinance", "条例"
        RULE = "rule", "規則・規程"
        GUIDELINE = "guideline", "方針・指針"

    class Mark(models.TextChoices):
        NONE = "none", "対応不要"
        CHECK = "check", "要確認"
        AMEND = "amend", "要改定"

    code = models.SlugField("コード", max_length=64, unique=True)
    position = models.PositiveSmallIntegerField("並び順", default=0)
    title = models.CharField("名称", max_length=150)
    number = models.CharField("法令番号", max_length=100, blank=True, help_text="例 平成15年法律第57号")
    kind = models.CharField("種別", max_length=16, choices=Kind)
    clauses = models.JSONField("条項", default=list, blank=True, help_text="この法令に触れている条項")
    note = models.CharField("注記", max_length=300, blank=True)
    mark = models.CharField("改定の要否", max_length=16, choices=Mark, default=Mark.NONE, db_index=True)
    mark_reason = models.CharField("改定の要否の理由", max_length=400, blank=True)
    checked_on = models.DateField("最後に確かめた日", null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="確かめた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    next_check_on = models.DateField("次に確かめる日", null=True, blank=True, db_index=True)

    objects = LawQuerySet.as_manager()

    class Meta:
        verbose_name = "法令"
        verbose_name_plural = "法令"
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(mark="none") | ~Q(mark_reason=""),
                name="policy_law_mark_has_reason",
                violation_error_message="「要確認」と「要改定」には、理由を入力してください。",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def get_absolute_url(self) -> str:
        return reverse("policy:law", args=[self.pk])

    @property
    def citations(self) -> list[str]:
        return [printed(clause) for clause in self.clauses]

    def is_check_overdue(self, on: date) -> bool:
        return self.next_check_on is not None and self.next_check_on < on

    @staticmethod
    def can_edit(user: User, *, at: datetime) -> bool:
        """The 中央電子計算組織管理者 and the administrators of the portal keep the register."""
        return user.is_superuser or bool(_editing(user, at=at))

    @classmethod
    @transaction.atomic
    def add(cls, *, by: User, at: datetime, **facts) -> "Law":
        """A law that the register lacks; `facts` are title, number, kind, clauses and note. ValidationError for bad ones."""
        _guard(by, at=at)
        last = cls.objects.order_by("-position").values_list("position", flat=True).first() or 0
        law = cls(position=last + 1, **facts)
        law.code = f"law-{law.position}-{at:%Y%m%d%H%M%S}"
        law.full_clean()
        law.save(force_insert=True)
        record(by, "policy.law.added", law, at=at, **acting_as(_editing(by, at=at)), kind=law.kind)
        return law

    @transaction.atomic
    def describe(self, *, by: User, at: datetime, **facts) -> None:
        """Correct title, number, kind, clauses or note. ValidationError for bad ones."""
        law = self._locked_for(by, at=at)
        for name, value in facts.items():
            setattr(law, name, value)
        law.full_clean()
        law.save(update_fields=[*facts])
        record(by, "policy.law.described", law, at=at, **acting_as(_editing(by, at=at)), kind=law.kind)
        self.refresh_from_db()

    @transaction.atomic
    def check_off(self, *, mark: str, mark_reason: str, next_check_on: date, by: User, at: datetime) -> None:
        """Somebody has looked whether the law has changed: what it means for the policy, and when to look again.

        Raises InvalidTransition for a next day that is not ahead, ValidationError for a mark without its reason.
        """
        law = self._locked_for(by, at=at)
        if next_check_on <= day_of(at):
            raise InvalidTransition("次に確かめる日は、今日より後の日にしてください。")
        if mark != self.Mark.NONE and not mark_reason.strip():
            raise ValidationError({"mark_reason": "「要確認」と「要改定」には、理由を入力してください。"})
        law.mark, law.mark_reason, law.next_check_on = mark, mark_reason, next_check_on
        law.checked_on, law.checked_by = day_of(at), by
        law.save(update_fields=["mark", "mark_reason", "next_check_on", "checked_on", "checked_by"])
        record(
            by,
            "policy.law.checked",
            law,
            at=at,
            **acting_as(_editing(by, at=at)),
            mark=law.get_mark_display(),
            next_check_on=next_check_on.isoformat(),
        )
        self.refresh_from_db()

    def _locked_for(self, user: User, *, at: datetime) -> "Law":
        _guard(user, at=at)
        return Law.objects.select_for_update().get(pk=self.pk)


def _editing(user: User, *, at: datetime) -> list[Standing]:
    """The hats in which the person keeps the register."""
    return [hat for hat in standings(user, at=at) if hat.role.code in (RoleCode.CENTRAL_MANAGER, RoleCode.ADMINISTRATOR)]


def _guard(user: User, *, at: datetime) -> None:
    if not Law.can_edit(user, at=at):
        raise PermissionDenied("法令の一覧を直せるのは、中央電子計算組織管理者とポータルの管理者だけです。")

"""What the city has chosen where the policy leaves a gap: rows are only ever added, the latest of a code is in force."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.db.models import Exists, OuterRef, Q

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from . import catalogue
from .catalogue import Parameter
from .choosers import chooser


class ParameterChoiceQuerySet(models.QuerySet):
    def of(self, code: str) -> Self:
        """The history of a parameter, oldest first."""
        return self.filter(code=code).order_by("number")

    def in_force(self, *, at: datetime | None = None) -> Self:
        """The latest choice of each parameter, now or at a moment."""
        until = Q() if at is None else Q(chosen_at__lte=at)
        later = self.model.objects.filter(until, code=OuterRef("code"), number__gt=OuterRef("number"))
        return self.filter(until).exclude(Exists(later))


class ParameterChoice(models.Model):
    """One choice of the city: a value of its own, the default confirmed, or back to the unconfirmed default."""

    class Act(models.TextChoices):
        CHOSEN = "chosen", "決めた"
        RETURNED = "returned", "標準に戻した"

    code = models.CharField("項目", max_length=64)
    number = models.PositiveIntegerField("何度目か")
    act = models.CharField("行為", max_length=16, choices=Act)
    value = models.JSONField("内容", null=True)
    basis = models.TextField("根拠", max_length=500)
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="決めた人", on_delete=models.PROTECT, related_name="+")
    chosen_as = models.CharField("役割", max_length=200)
    chosen_at = models.DateTimeField("決めた日時")

    objects = ParameterChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = "未定事項の決定"
        verbose_name_plural = "未定事項の決定"
        ordering = ["code", "number"]
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="parameters_choice_follows_one"),
            models.CheckConstraint(condition=Q(number__gte=1), name="parameters_choice_counts_from_one"),
            models.CheckConstraint(condition=Q(act="chosen") | Q(value__isnull=True), name="parameters_choice_returned_has_no_value"),
        ]

    def __str__(self) -> str:
        return self.parameter.name if self.code in catalogue.catalogue() else self.code

    @property
    def parameter(self) -> Parameter:
        """Its definition; LookupError when a release has dropped the code."""
        return catalogue.get(self.code)

    @property
    def decides(self) -> bool:
        """Whether its value is in force: not after a return, nor where a release has made the value impossible."""
        return self.act == self.Act.CHOSEN and self.parameter.accepts(self.value)

    @property
    def words(self) -> str:
        """What was chosen; the bare value where the parameter takes it no longer."""
        if self.act == self.Act.RETURNED:
            return "標準に戻した"
        return self.parameter.say(self.value) if self.decides else str(self.value)

    @classmethod
    def choose(cls, parameter: Parameter, value: Any, *, basis: str, seen: int, by: User, at: datetime) -> "ParameterChoice":
        """The city's choice; the default itself as a value confirms it.

        `seen` is the number of the choice that the person saw (0: none). Raises ValidationError for a value that does not
        fit, InvalidTransition when somebody has chosen meanwhile, PermissionDenied for whoever may not choose.
        """
        if not parameter.rules.is_confirmable:
            raise InvalidTransition("この項目はこの画面では決められません。")
        if parameter.setting and value != parameter.in_environment:
            raise InvalidTransition("値は設定ファイルで変わりました。いまの値を確かめて、もう一度確認してください。")
        parameter.check(value)
        return cls._append(parameter, cls.Act.CHOSEN, value, basis=basis, seen=seen, by=by, at=at)

    @classmethod
    def back_to_default(cls, parameter: Parameter, *, basis: str, seen: int, by: User, at: datetime) -> "ParameterChoice":
        """The default again, not confirmed; raises like `choose`."""
        latest = cls.objects.of(parameter.code).last()
        if latest is None or latest.act == cls.Act.RETURNED:
            raise InvalidTransition("すでに標準に戻っています。最新の内容を表示しました。")
        return cls._append(parameter, cls.Act.RETURNED, None, basis=basis, seen=seen, by=by, at=at)

    @classmethod
    @transaction.atomic
    def _append(cls, parameter: Parameter, act: str, value: Any, *, basis: str, seen: int, by: User, at: datetime) -> "ParameterChoice":
        """Add the choice that follows the one seen. The key (code, number) is the lock: there may be no row to lock yet."""
        latest = cls.objects.of(parameter.code).select_for_update().last()
        if (latest.number if latest else 0) != seen:
            raise InvalidTransition(MEANWHILE)
        person = chooser(by, at=at)
        if person is None:
            raise PermissionDenied("未定事項を決められるのは、中央電子計算組織管理者とポータル管理者だけです。")
        choice = cls(code=parameter.code, number=seen + 1, act=act, value=value, basis=basis)
        choice.chosen_by, choice.chosen_as, choice.chosen_at = by, person.label, at
        choice._insert()
        said = "" if parameter.rules.is_free_text else choice.words
        changes = {"parameter": parameter.code, "choice": act, "chosen_value": said}
        record(by, "parameters.parameter.chosen", choice, role=person.label, in_place_of=person.in_place_of, at=at, **changes)
        return choice

    def _insert(self) -> None:
        try:
            with transaction.atomic():
                self.save(force_insert=True)
        except IntegrityError:
            raise InvalidTransition(MEANWHILE) from None


MEANWHILE = "ほかの人が先にこの項目を決めたため、保存しませんでした。いまの内容を確かめて、必要ならもう一度決めてください。"

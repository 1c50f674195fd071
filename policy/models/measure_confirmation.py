"""That a measure outside the portal is in place: said once a year by who answers for it, with what was looked at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from musashimurayama_isms.accounts.models import RoleCode, User
from musashimurayama_isms.accounts.standing import Standing, day_of, standings
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.trail.record import record

from .obligation import Obligation

CONFIRMING = (RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER)
OUTSIDE = "outside"  # the mechanism of obligations that systems and buildings keep


@dataclass(frozen=True)
class Finding:
    """What was found of one measure."""

    obligation: Obligation
    answer: str
    note: str


class MeasureConfirmationQuerySet(models.QuerySet["MeasureConfirmation"]):
    def latest(self, year: int) -> Self:
        """The last word of a 年度 on each measure."""
        later = self.model.objects.filter(obligation=models.OuterRef("obligation"), fiscal_year=year, pk__gt=models.OuterRef("pk"))
        return self.filter(~models.Exists(later), fiscal_year=year)


class MeasureConfirmation(models.Model):
    """One word on one measure; rows are only added, the last of a 年度 counts."""

    class Answer(models.TextChoices):
        YES = "yes", "実施している"
        PARTLY = "partly", "一部だけ実施"
        NO = "no", "実施していない"
        NONE = "none", "当てはまらない"

    GOOD = (Answer.YES, Answer.NONE)

    obligation = models.ForeignKey(Obligation, verbose_name="義務", on_delete=models.PROTECT, related_name="confirmations")
    fiscal_year = models.PositiveSmallIntegerField("年度")
    answer = models.CharField("確認の結果", max_length=8, choices=Answer)
    note = models.CharField("確かめたもの・理由", max_length=300)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="確認した人", on_delete=models.PROTECT, related_name="+")
    confirmed_as = models.CharField("役割", max_length=200)
    confirmed_at = models.DateTimeField("確認日時")

    objects = MeasureConfirmationQuerySet.as_manager()

    class Meta:
        verbose_name = "対策の確認"
        verbose_name_plural = "対策の確認"
        ordering = ["pk"]
        indexes = [models.Index(fields=["fiscal_year", "obligation"])]

    def __str__(self) -> str:
        return f"{self.obligation.citation} {self.get_answer_display()}"

    @staticmethod
    def hat_of(user: User, *, at: datetime) -> Standing | None:
        """The role in which the person may confirm: 中央電子計算組織管理者 or 総括管理者, deputies included; None for anyone else."""
        return next((hat for hat in standings(user, at=at) if hat.role.code in CONFIRMING and hat.scope == "any"), None)

    @classmethod
    @transaction.atomic
    def confirm(cls, findings: Iterable[Finding], *, by: User, at: datetime) -> int:
        """Write down what was found; what is already said in the same words is left. Gives the number of new words.

        PermissionDenied for others than 中央管理者 and 総括管理者; ValidationError where a word has no ground.
        """
        hat, year = cls.hat_of(by, at=at), fiscal_year(day_of(at))
        if hat is None:
            raise PermissionDenied("対策を確認できるのは、中央電子計算組織管理者と電子計算組織総括管理者です。")
        User.objects.select_for_update(no_key=True).get(pk=by.pk)  # a double click says it once
        known = {row.obligation_id: (row.answer, row.note) for row in cls.objects.latest(year)}
        new = [row for row in findings if (row.answer, row.note) != known.get(row.obligation.pk)]
        if bare := [row.obligation.citation for row in new if not row.note.strip()]:
            raise ValidationError(f"確かめたもの、又は理由を入力してください（{'、'.join(bare)}）。")
        said = {"fiscal_year": year, "confirmed_by": by, "confirmed_as": hat.label, "confirmed_at": at}
        cls.objects.bulk_create(cls(obligation=row.obligation, answer=row.answer, note=row.note, **said) for row in new)
        if new:
            answers = [f"{row.obligation.citation}: {cls.Answer(row.answer).label}" for row in new]
            record(by, "policy.measure.confirmed", None, role=hat.label, in_place_of=hat.in_place_of, at=at, measures=answers)
        return len(new)


def measures() -> models.QuerySet[Obligation]:
    """The obligations that are kept outside the portal and so need a yearly word."""
    return Obligation.objects.in_force().filter(mechanism=OUTSIDE)

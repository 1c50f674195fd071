"""The review of the 業務継続計画（ICT編）: when needed, and at the city's interval (3.11.3.3)."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q

from incidents.continuity.people import prepares_plan
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.duties.settling import settle
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .plan import PlanVersion

MECHANISM = "duty:bcp-review"


class PlanReviewQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime) -> Self:
        """For those who prepare the plan."""
        return self.all() if prepares_plan(user, at=at) else self.none()


class PlanReview(models.Model):
    """One review: what was looked at, and whether the plan stays as it is."""

    class Result(models.TextChoices):
        KEEP = "keep", "変更しない"
        REVISE = "revise", "改定する"

    version = models.ForeignKey(PlanVersion, verbose_name="見直した版", on_delete=models.PROTECT, related_name="reviews")
    occasion = models.CharField("きっかけ", max_length=200)
    result = models.CharField("結果", max_length=8, choices=Result)
    findings = models.TextField("確かめたこと・分かったこと", max_length=4000)
    fits_policy = models.BooleanField("ポリシーと食い違いがない", default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="見直した人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("見直し日時", db_index=True)

    objects = PlanReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "計画の見直し"
        verbose_name_plural = "計画の見直し"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(result="keep") | Q(fits_policy=True), name="incidents_planreview_kept_fits_policy")
        ]

    def __str__(self) -> str:
        return f"{self.version}の見直し"

    @property
    def on(self) -> date:
        return day_of(self.at)

    @classmethod
    @transaction.atomic
    def enter(cls, *, occasion: str, result: str, findings: str, fits_policy: bool, by: User, at: datetime) -> "PlanReview":
        """Record a review of the version in force; the open round of the duty is done with it.

        A plan that contradicts the policy cannot stay as it is (ValidationError). InvalidTransition where no version is in force.
        """
        if not prepares_plan(by, at=at):
            raise PermissionDenied("見直しを記録できるのは、計画を用意する方だけです。")
        version = PlanVersion.objects.select_for_update(no_key=True).in_force(day_of(at)).first()
        if version is None:
            raise InvalidTransition("施行中の版がないため、見直しを記録できません。先に計画を作り、承認を受けてください。")
        if result == cls.Result.KEEP and not fits_policy:
            raise ValidationError({"fits_policy": "ポリシーと食い違いがあるときは、「改定する」を選んでください。"})
        review = cls.objects.create(
            version=version, occasion=occasion, result=result, findings=findings, fits_policy=fits_policy, by=by, at=at
        )
        rounds = Occurrence.objects.filter(duty__mechanism=MECHANISM).appeared(on=day_of(at))
        settle(rounds, by=by, at=at, note=f"{review.get_result_display()}（第{version.number}版）")
        record(by, "incidents.plan.reviewed", version, at=at, version=version.number, outcome=result)
        return review

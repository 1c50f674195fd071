"""確認: every member of staff is asked to read a new text of the policy and says so; the exact text is kept with each word.

Who is asked is computed: everybody with a post (端末装置利用者, 3.4.2.9), also who joins later. Nothing is asked of a text
that another one has replaced.
"""

from datetime import date, datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Case, Exists, IntegerField, OuterRef, Subquery, Value, When
from django.urls import reverse

from musashimurayama_isms.accounts.models import Appointment, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.hands import Hands

from .document import Revision
from .review import role_of


class RoundQuerySet(models.QuerySet):
    def current(self, *, on: date) -> Self:
        """The round of the text in force on the day, if the staff were asked; at most one."""
        return self.filter(revision__in=Revision.objects.of_the_policy().in_force(on)).select_related("revision__document")


class ConfirmationRound(models.Model):
    """The staff are asked to confirm one text until a day."""

    revision = models.OneToOneField(Revision, verbose_name="版", on_delete=models.PROTECT, related_name="confirmation_round")
    opened_on = models.DateField("開始日")
    opened_at = models.DateTimeField("開始日時")
    due_on = models.DateField("期限")

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = "確認の依頼"
        verbose_name_plural = "確認の依頼"
        ordering = ["-opened_on", "-pk"]

    def __str__(self) -> str:
        return f"{self.revision.name}の確認"

    def get_absolute_url(self) -> str:
        return reverse("policy:confirmation")

    @property
    def length(self) -> timedelta:
        return self.due_on - self.opened_on

    def due_for(self, joined_on: date | None) -> date:
        """Until when a person is asked: who joins later has as many days as everybody else."""
        return max(self.due_on, joined_on + self.length) if joined_on and joined_on > self.opened_on else self.due_on

    @staticmethod
    def can_open(user: User, revision: Revision, *, at: datetime) -> bool:
        """Whether the person may ask the staff to confirm this text: it is in force and they were not asked yet."""
        in_force = Revision.objects.of_the_policy().in_force(day_of(at)).filter(pk=revision.pk, is_outline=False)
        asked = ConfirmationRound.objects.filter(revision=revision)
        return Hands.of(user, at=at).prepares and in_force.exists() and not asked.exists()

    @classmethod
    @transaction.atomic
    def open(cls, revision: Revision, *, by: User | None, at: datetime) -> "ConfirmationRound":
        """Ask the staff to confirm a text from today: by itself with every change of the policy, by hand for a first text.

        Raises InvalidTransition where they were asked before or the text is not in force, PermissionDenied for who does not
        prepare texts.
        """
        revision = revision.locked()
        on = day_of(at)
        if by is not None and not Hands.of(by, at=at).prepares:
            raise PermissionDenied("確認を依頼できるのは、中央電子計算組織管理者とポータルの管理者だけです。")
        if cls.objects.filter(revision=revision).exists():
            raise InvalidTransition("この版の確認は、すでに依頼しています。")
        if revision.status != Revision.Status.PUBLISHED or revision.is_outline or revision.effective_on > on:
            raise InvalidTransition("施行されている版だけ、確認を依頼できます。")
        due_on = on + timedelta(days=value("policy.confirmation_days"))
        found = cls.objects.create(revision=revision, opened_on=on, opened_at=at, due_on=due_on)
        role = role_of(by, at=at) if by else ""
        record(by, "policy.confirmation.opened", found, role=role, at=at, due_on=due_on.isoformat(), text_digest=revision.text_digest)
        return found

    # -- who is asked, who has answered ----------------------------------------------------------------------------
    def people(self, *, on: date) -> models.QuerySet[User]:
        """Everybody who is asked on the day, each with `department` (of the main post), `joined_on` and `confirmed_at`."""
        mine = Appointment.objects.in_force(on).filter(person=OuterRef("pk"))
        rank = Case(When(kind=Appointment.Kind.MAIN, then=Value(0)), default=Value(1), output_field=IntegerField())
        said = Confirmation.objects.filter(round=self, person=OuterRef("pk"))
        return (
            User.objects.serving(on)
            .exclude(kind=User.Kind.OUTSIDE)
            .filter(Exists(mine))
            .annotate(
                department=Subquery(mine.order_by(rank, "pk").values("post__department")[:1]),
                joined_on=Subquery(Appointment.objects.filter(person=OuterRef("pk")).order_by("since").values("since")[:1]),
                confirmed_at=Subquery(said.values("at")[:1]),
            )
            .order_by("kana", "name", "pk")
        )

    def asks(self, user: User, *, on: date) -> bool:
        """Whether the person is among those who are asked and has not answered."""
        return self.people(on=on).filter(pk=user.pk, confirmed_at=None).exists()

    @transaction.atomic
    def confirm(self, *, by: User, at: datetime) -> "Confirmation":
        """「読んで確認しました」, once a person.

        Raises InvalidTransition for a text that was replaced or confirmed before, PermissionDenied for who is not staff.
        """
        found = ConfirmationRound.objects.select_for_update().get(pk=self.pk)
        on = day_of(at)
        if not ConfirmationRound.objects.current(on=on).filter(pk=found.pk).exists():
            raise InvalidTransition("この版は新しい版に替わっています。新しい版を読んで確認してください。")
        if not found.people(on=on).filter(pk=by.pk).exists():
            raise PermissionDenied("確認の対象は、市の職にある方です。")
        if found.confirmations.filter(person=by).exists():
            raise InvalidTransition("この版は、すでに確認済みです。")
        digest = found.revision.text_digest
        confirmation = found.confirmations.create(person=by, at=at, digest=digest)
        record(by, "policy.confirmation.given", found, at=at, text_digest=digest)
        return confirmation


class Confirmation(models.Model):
    """A person has read a text; `digest` is that of the exact words (Revision.digest)."""

    round = models.ForeignKey(ConfirmationRound, verbose_name="確認の依頼", on_delete=models.PROTECT, related_name="confirmations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="職員", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("確認日時")
    digest = models.CharField("本文のSHA-256", max_length=64)

    class Meta:
        verbose_name = "確認"
        verbose_name_plural = "確認"
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "person"], name="policy_confirmation_once")]

    def __str__(self) -> str:
        return f"{self.person}の確認"

"""Who was rung about an incident: ticked off one by one, never altered (chains.md: the portal cannot ring)."""

import hashlib
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .contact import OutsideContact
from .incident import Incident


class CallQuerySet(models.QuerySet):
    """A log: rows come, none goes and none changes."""

    def visible_to(self, user: User, *, at: datetime) -> Self:
        """Whoever sees the report sees who was rung about it."""
        return self.filter(incident__in=Incident.objects.submitted().visible_to(user, at=at).values("pk"))

    def update(self, **fields) -> int:
        raise TypeError("A call that was logged is never altered")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("A call that was logged is never deleted")


class Call(models.Model):
    """One attempt to reach somebody on the phone, and what was said."""

    class Result(models.TextChoices):
        REACHED = "reached", "話せた"
        LEFT_WORD = "left_word", "伝言を頼んだ"
        NO_ANSWER = "no_answer", "出なかった"

    class Means(models.TextChoices):
        EXTENSION = "extension", "内線"
        AFTER_HOURS = "after_hours", "時間外の電話"
        OTHER = "other", "その他の番号"

    incident = models.ForeignKey(Incident, verbose_name="インシデント", on_delete=models.PROTECT, related_name="calls")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="相手", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outside = models.ForeignKey(
        OutsideContact, verbose_name="庁外の連絡先", null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )
    called_name = models.CharField("相手の名前", max_length=200)
    called_as = models.CharField("役割", max_length=200, blank=True)
    means = models.CharField("かけた番号", max_length=16, choices=Means)
    result = models.CharField("結果", max_length=16, choices=Result)
    said = models.TextField("話したこと・頼んだこと", blank=True, max_length=2000)
    called_at = models.DateTimeField("かけた日時")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="かけた人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("入力日時")

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = "電話の記録"
        verbose_name_plural = "電話の記録"
        ordering = ["called_at", "pk"]
        indexes = [models.Index(fields=["incident", "called_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(outside__isnull=True),
                name="incidents_call_to_one",
                violation_error_message="相手は一人です。",
            ),
            models.CheckConstraint(condition=~Q(called_name=""), name="incidents_call_has_name"),
            models.CheckConstraint(condition=~Q(result="left_word") | ~Q(said=""), name="incidents_call_word_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.called_name}への電話"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A new row only. TypeError for a row that is there already."""
        if not self._state.adding:
            raise TypeError("A call that was logged is never altered")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A call that was logged is never deleted")

    def digest(self) -> str:
        """SHA-256 over what was written: the trail keeps it, so that a row altered behind the portal's back can be told."""
        parts = [self.called_name, self.called_as, self.means, self.result, self.said, self.called_at.isoformat(), str(self.by_id)]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()

    @classmethod
    @transaction.atomic
    def log(
        cls,
        incident: Incident,
        *,
        result: str,
        means: str,
        called_at: datetime,
        by: User,
        at: datetime,
        person: User | None = None,
        outside: OutsideContact | None = None,
        name: str = "",
        called_as: str = "",
        said: str = "",
    ) -> "Call":
        """Write down one call. A person of the city, an outside contact, or a `name` that is on no list.

        ValidationError for a time that cannot be true or a word that says nothing, PermissionDenied for who does not see the
        report, InvalidTransition for a draft.
        """
        incident = incident.lock()
        if incident.is_draft:
            raise InvalidTransition("まだ報告されていないため、電話を記録できません。")
        if not Incident.objects.submitted().visible_to(by, at=at).filter(pk=incident.pk).exists():
            raise PermissionDenied("この報告の電話を記録することはできません。")
        called = person.name if person else outside.name if outside else name.strip()
        _guard(incident, called, result, said, called_at, at)
        call = cls.objects.create(
            incident=incident,
            person=person,
            outside=None if person else outside,
            called_name=called[:200],
            called_as=called_as[:200],
            means=means,
            result=result,
            said=said.strip(),
            called_at=called_at,
            by=by,
            at=at,
        )
        record(by, "incidents.call.logged", incident, at=at, call_result=result, called_as=called_as[:200], digest=call.digest())
        return call


def _guard(incident: Incident, called: str, result: str, said: str, called_at: datetime, at: datetime) -> None:
    if not called:
        raise ValidationError({"name": "だれにかけたかを選ぶか、名前を入力してください。"})
    if called_at > at:
        raise ValidationError({"called_at": "かけた日時が未来になっています。実際にかけた日時を入力してください。"})
    if called_at < incident.noticed_at.replace(second=0, microsecond=0):
        raise ValidationError({"called_at": "気づいた日時より前になっています。実際にかけた日時を確かめてください。"})
    if result == Call.Result.LEFT_WORD and not said.strip():
        raise ValidationError({"said": "だれに、どのような伝言を頼んだかを入力してください。"})

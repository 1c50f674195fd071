"""What an incident has to do with: an asset, a request, a clause, an earlier incident – shown only to who sees the thing itself."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.jobs.subjects import key_of, visible_keys
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .incident import Incident


class IncidentLinkQuerySet(models.QuerySet):
    def visible_to(self, user: User) -> Self:
        """Clauses, and what the person may see of the rest: each model is asked through its own `visible_to`."""
        seen = ~Q(clause="")
        for content_type in ContentType.objects.filter(pk__in=self.order_by().values("content_type")):
            keys = visible_keys(content_type, user)
            if keys is not None:
                seen |= Q(content_type=content_type, object_id__in=keys)
        return self.filter(seen)


class IncidentLink(models.Model):
    """One link with the words why; taken off, it stays in the history."""

    incident = models.ForeignKey(Incident, verbose_name="インシデント", on_delete=models.PROTECT, related_name="links")
    content_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=64, blank=True)
    thing = GenericForeignKey("content_type", "object_id")
    clause = models.CharField("条項", max_length=40, blank=True)
    note = models.CharField("関わり", max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="結び付けた人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("日時")
    removed_at = models.DateTimeField("外した日時", null=True, blank=True)

    objects = IncidentLinkQuerySet.as_manager()

    class Meta:
        verbose_name = "関わるもの"
        verbose_name_plural = "関わるもの"
        ordering = ["pk"]
        indexes = [models.Index(fields=["content_type", "object_id"])]
        constraints = [
            models.CheckConstraint(condition=Q(content_type__isnull=True) ^ Q(clause=""), name="incidents_incidentlink_thing_or_clause"),
            models.UniqueConstraint(
                fields=["incident", "content_type", "object_id", "clause"],
                condition=Q(removed_at__isnull=True),
                name="incidents_incidentlink_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident}に関わるもの"

    @classmethod
    @transaction.atomic
    def tie(
        cls, incident: Incident, *, by: User, at: datetime, thing: models.Model | None = None, clause: str = "", note: str = ""
    ) -> "IncidentLink":
        """Say that the incident has to do with a thing or a clause; whoever sees both may say so."""
        incident = incident.lock()
        if not incident.can_add_note(by, at=at) or (thing is not None and not _sees(by, thing)):
            raise PermissionDenied("結び付けられるのは、この報告と相手の両方を見られる方だけです。")
        if (thing is None) == (clause == ""):
            raise ValidationError("結び付けるものを一つ選んでください。")
        if thing == incident:
            raise ValidationError("同じ報告には結び付けられません。")
        where = {"content_type": ContentType.objects.get_for_model(thing) if thing is not None else None}
        where |= {"object_id": key_of(thing) if thing is not None else "", "clause": clause}
        if incident.links.filter(**where, removed_at__isnull=True).exists():
            raise InvalidTransition("すでに結び付けられています。")
        link = cls.objects.create(incident=incident, note=note, by=by, at=at, **where)
        record(by, "incidents.link.tied", incident, at=at, kind=thing._meta.verbose_name if thing is not None else "条項", link=link.pk)
        return link

    @transaction.atomic
    def untie(self, *, by: User, at: datetime) -> None:
        """Take it off; the row stays."""
        incident = self.incident.lock()
        if not incident.can_add_note(by, at=at):
            raise PermissionDenied("外せるのは、この報告を見られる方だけです。")
        link = IncidentLink.objects.get(pk=self.pk)
        if link.removed_at:
            raise InvalidTransition("すでに外されています。")
        link.removed_at = at
        link.save(update_fields=["removed_at"])
        record(by, "incidents.link.untied", incident, at=at, link=link.pk)


def _sees(user: User, thing: models.Model) -> bool:
    keys = visible_keys(ContentType.objects.get_for_model(thing), user)
    return keys is not None and keys.filter(subject_key=key_of(thing)).exists()

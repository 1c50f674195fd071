"""Facts added after the report: written once, never altered."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record


class Note(models.Model):
    """A fact that someone who sees the report has added."""

    incident = models.ForeignKey("incidents.Incident", verbose_name="インシデント", on_delete=models.CASCADE, related_name="notes")
    text = models.TextField("追記", max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="追記した人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("追記日時")

    class Meta:
        verbose_name = "追記"
        verbose_name_plural = "追記"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.by}の追記"

    @classmethod
    @transaction.atomic
    def add(cls, incident, *, text: str, by: User, at: datetime) -> "Note":
        """Add a fact; the others in the chain are told that there is one. PermissionDenied for who does not see the report."""
        incident = incident.lock()
        if not incident.can_add_note(by, at=at):
            raise PermissionDenied("この報告に追記することはできません。")
        note = cls.objects.create(incident=incident, text=text, by=by, at=at)
        record(by, "incidents.note.added", incident, at=at)
        return note

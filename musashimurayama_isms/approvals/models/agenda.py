"""次第: which items a meeting treats, in which order; and what is added to closed minutes."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .business import Item
from .meeting import ONLY_STAFF, Meeting
from .numbering import lock_committee


class AgendaItem(models.Model):
    """An item in one meeting; an item that is carried on stands on the agenda of the next one as well."""

    meeting = models.ForeignKey(Meeting, verbose_name="会議", on_delete=models.CASCADE, related_name="agenda")
    item = models.ForeignKey(Item, verbose_name="案件", on_delete=models.PROTECT, related_name="agenda")
    position = models.PositiveSmallIntegerField("順")

    class Meta:
        verbose_name = "次第"
        verbose_name_plural = "次第"
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "item"], name="approvals_agendaitem_once")]

    def __str__(self) -> str:
        return f"{self.meeting} {self.item}"

    @property
    def is_open(self) -> bool:
        """Placed, and neither resolved nor withdrawn."""
        return self.item.status == Item.Status.ON_AGENDA and not hasattr(self, "resolution")

    def free(self) -> None:
        """The item waits for another meeting, as it did before; the caller holds the committee."""
        if not self.is_open:
            return
        carried = self.item.agenda.filter(resolution__outcome="continued").exists()
        self.item.move_to(Item.Status.CONTINUED if carried else Item.Status.BROUGHT)
        self.item.save(update_fields=["status"])

    @transaction.atomic
    def take_off(self, *, by: User, at: datetime) -> None:
        """The item is not treated in this meeting."""
        lock_committee(self.meeting.committee_id)
        row = AgendaItem.objects.select_related("item", "meeting__committee__secretariat").get(pk=self.pk)
        row.meeting.guard_open()
        if not row.is_open:
            raise InvalidTransition("この案件は、結果が記録されたか取り下げられたため、次第から外せません。")
        if not row.meeting.can_run(by, at=at):
            raise PermissionDenied(ONLY_STAFF)
        row.free()
        row.delete()
        record(by, "approvals.agenda.taken_off", row.meeting, at=at, number=row.item.code)


class MinutesNote(models.Model):
    """A correction of closed minutes: written beside them, never altered."""

    meeting = models.ForeignKey(Meeting, verbose_name="会議", on_delete=models.CASCADE, related_name="notes")
    text = models.TextField("追記", max_length=4000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="書いた人", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "議事録の追記"
        verbose_name_plural = "議事録の追記"
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.meeting}の追記"

    @classmethod
    @transaction.atomic
    def add(cls, meeting: Meeting, *, text: str, by: User, at: datetime) -> "MinutesNote":
        """Add to closed minutes; InvalidTransition while they can still be written."""
        lock_committee(meeting.committee_id)
        meeting = Meeting.objects.select_related("committee__secretariat").get(pk=meeting.pk)
        if meeting.status != Meeting.Status.MINUTED:
            raise InvalidTransition("議事録がまだ確定していません。議事録そのものを直してください。")
        if not meeting.can_run(by, at=at):
            raise PermissionDenied(ONLY_STAFF)
        note = cls.objects.create(meeting=meeting, text=text, by=by, at=at)
        record(by, "approvals.minutes.noted", meeting, at=at)
        return note

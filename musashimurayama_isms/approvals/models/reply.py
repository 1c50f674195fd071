"""回答: 受領 of what the committee hands on, and the opinions of the 部 (3.4.2.6.2, 3.4.2.10.2)."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from musashimurayama_isms.accounts.models import Department, RoleCode, User
from musashimurayama_isms.accounts.standing import Standing
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from ..roster import Roster
from .circulation import Circulation
from .numbering import lock_committee
from .request_set import Reach


class ReplyQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime | None = None, reach: Reach | None = None) -> Self:
        """The committee's people read every answer, a department its own."""
        reach = reach or Reach.of(user, at=at or timezone.now())
        return self.all() if reach.sees_committee else self.filter(reach.as_recipient())

    def pending(self) -> Self:
        return self.filter(answered_at__isnull=True)

    def awaited(self) -> Self:
        """Pending in a circulation that is open."""
        return self.pending().filter(circulation__status=Circulation.Status.OPEN)

    def late(self, *, on: date) -> Self:
        """Awaited, the day being over."""
        return self.awaited().filter(circulation__due_on__lt=on)

    def waiting_for(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Awaited from a role that the person holds or stands in for: 課 for a 伝達, 部 for a 意見照会."""
        return self.waiting_within(reach or Reach.of(user, at=at)).select_related("circulation__committee", "department__parent")

    def waiting_within(self, reach: Reach) -> Self:
        """The same for a reach that is known: where a prepared question starts."""
        relay = Q(circulation__kind=Circulation.Kind.RELAY, department__in=reach.sections)
        opinion = Q(circulation__kind=Circulation.Kind.OPINION, department__in=reach.divisions)
        return self.awaited().filter(relay | opinion)


class Reply(models.Model):
    """受領 of a 伝達 by a section, or the opinion of a 部; given once."""

    circulation = models.ForeignKey(Circulation, verbose_name="伝達・照会", on_delete=models.CASCADE, related_name="replies")
    department = models.ForeignKey(Department, verbose_name="宛先", on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField("回答日時", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="回答した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_as = models.CharField("役割", max_length=200, blank=True)
    has_opinion = models.BooleanField("意見の有無", null=True)
    text = models.TextField("意見", blank=True, max_length=8000)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = "回答"
        verbose_name_plural = "回答"
        ordering = ["department__position", "pk"]
        constraints = [models.UniqueConstraint(fields=["circulation", "department"], name="approvals_reply_once")]
        indexes = [models.Index(fields=["department", "answered_at"])]

    def __str__(self) -> str:
        return f"{self.circulation} {self.department}"

    @property
    def is_answered(self) -> bool:
        return self.answered_at is not None

    @property
    def chair(self) -> str:
        return Circulation.ANSWERED_BY[Circulation.Kind(self.circulation.kind)]

    def able(self, roster: Roster) -> list[Standing]:
        """Who may answer now; it moves with a personnel change and to the successor of an abolished department."""
        return roster.holders(self.chair, self.department)

    def answering(self, user: User, *, at: datetime) -> Standing | None:
        """The hat in which the person may answer; serves button and method alike."""
        if self.is_answered or not self.circulation.is_open:
            return None
        return next((row for row in self.able(Roster(at)) if row.person.pk == user.pk), None)

    @transaction.atomic
    def answer(self, *, by: User, at: datetime, text: str = "", has_opinion: bool | None = None) -> None:
        """受領, or the 部's opinion: `has_opinion` False says 意見なし. The last 受領 closes a 伝達."""
        lock_committee(self.circulation.committee_id)
        reply = Reply.objects.select_related("circulation", "department__parent").get(pk=self.pk)
        circulation = reply.circulation
        if reply.is_answered or not circulation.is_open:
            raise InvalidTransition("すでに回答されています。" if reply.is_answered else "この伝達・照会は終了しています。")
        hat = reply.answering(by, at=at)
        if hat is None:
            raise PermissionDenied(f"回答できるのは、宛先の{RoleCode(reply.chair).label}です。")
        if circulation.asks_opinion and (has_opinion is None or (has_opinion and not text.strip())):
            raise ValidationError({"text": "意見を入力するか、「意見なし」を選んでください。"})
        reply.answered_at, reply.answered_by, reply.answered_as = at, by, hat.label[:200]
        if circulation.asks_opinion:
            reply.has_opinion, reply.text = has_opinion, text if has_opinion else ""
        reply.save(update_fields=["answered_at", "answered_by", "answered_as", "has_opinion", "text"])
        if not circulation.asks_opinion and not circulation.replies.pending().exists():
            circulation.end(at=at)
        verb = "approvals.reply.given" if circulation.asks_opinion else "approvals.reply.acknowledged"
        record(by, verb, circulation, role=hat.label, in_place_of=hat.in_place_of, at=at, department=reply.department.code)
        self.refresh_from_db()

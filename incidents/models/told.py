"""A party has been told of something: the base of the receipts of the reports beside the chain of incidents."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction

from incidents.chain import Party
from incidents.parties import Actor, Reach
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.fiscal import add_working_time
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition


class ToldQuerySet(models.QuerySet):
    def pending(self) -> Self:
        return self.filter(received_at__isnull=True)

    def overdue(self, *, at: datetime) -> Self:
        """Unread past their time; computed when asked, never stored."""
        return self.pending().filter(due_at__lte=at)

    def reached_by(self, reach: Reach) -> Self:
        """Words to a party for which this person acts."""
        return self.filter(reach.as_party("party", f"{self.model.SUBJECT}__department"))


class Told(models.Model):
    """One party told of one matter, and (「受領」) when it was read; the matter is named by SUBJECT and gives `people(party)`."""

    SUBJECT = ""
    VERB = ""

    party = models.CharField("誰に", max_length=32, choices=Party, db_index=True)
    sent_at = models.DateTimeField("伝達日時")
    due_at = models.DateTimeField("受領の期限", db_index=True)
    received_at = models.DateTimeField("受領日時", null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="受領した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    received_as = models.CharField("役割", max_length=200, blank=True)
    is_same_person = models.BooleanField("同一人", default=False)

    class Meta:
        abstract = True
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_party_display()}への知らせ"

    @property
    def subject(self) -> Any:
        return getattr(self, self.SUBJECT)

    @property
    def is_pending(self) -> bool:
        return self.received_at is None

    def able(self, *, at: datetime) -> list[Actor]:
        """Who may read it for the party now."""
        return self.subject.people(self.party, at=at)

    def actor(self, user: User, *, at: datetime) -> Actor | None:
        return next((actor for actor in self.able(at=at) if actor.person.pk == user.pk), None) if self.is_pending else None

    @classmethod
    def tell(cls, subject: Any, party: str, *, by: User, at: datetime, is_grave: bool = False, **fields: Any) -> "Told":
        """Tell a party; where the teller alone acts for it, it is read at once (同一人). In the transaction of an act that records.

        The allowance is that of an incident's receipt (incidents.acknowledge_minutes); a grave matter is told without one.
        """
        due_at = at if is_grave else add_working_time(at, value("incidents.acknowledge_minutes"))
        row = cls.objects.create(**{cls.SUBJECT: subject}, party=party, sent_at=at, due_at=due_at, **fields)
        people = row.able(at=at)
        if any(actor.person.pk == by.pk for actor in people) and (party != Party.COMMITTEE or len(people) == 1):
            own = next(actor for actor in people if actor.person.pk == by.pk)
            row.close(own, at=at, is_same_person=True)
        return row

    def close(self, actor: Actor, *, at: datetime, is_same_person: bool = False) -> None:
        """Mark as read; the caller holds the subject's lock."""
        self.received_at, self.received_by, self.received_as = at, actor.person, actor.label
        self.is_same_person = is_same_person
        self.save(update_fields=["received_at", "received_by", "received_as", "is_same_person"])

    @transaction.atomic
    def acknowledge(self, *, by: User, at: datetime) -> None:
        """「受領」. InvalidTransition when it was read before, PermissionDenied for who is not of the party."""
        subject = self.subject.lock()
        row = type(self).objects.get(pk=self.pk)
        setattr(row, self.SUBJECT, subject)
        if not row.is_pending:
            raise InvalidTransition("すでに受領されています。最新の状況を表示しました。")
        actor = row.actor(by, at=at)
        if actor is None:
            raise PermissionDenied("受領できるのは宛先の方だけです。")
        for same in subject.words.pending().filter(party=row.party):  # one look reads all that the party was told
            same.close(actor, at=at)
        record(by, self.VERB, subject, role=actor.label, in_place_of=actor.in_place_of, at=at, party=row.party)

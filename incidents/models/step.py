"""The steps of one incident and who has received them: a run of incidents.chain, copied when the report is sent."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q

from incidents.allowances import RECEIPT, due
from incidents.also_told import also_told
from incidents.chain import SPECS, Party, StepCode, StepSpec
from incidents.parties import Actor, Hand, Reach
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.transitions import InvalidTransition

from .writing import write

if TYPE_CHECKING:
    from .incident import Incident


OPEN = ("reported", "reached")  # the states of an incident in which its acts still wait; Incident.OPEN


class StepQuerySet(models.QuerySet):
    def overdue(self, *, at: datetime) -> Self:
        """Pending and due; computed when asked, never stored."""
        return self.pending().filter(due_at__lte=at)

    def pending(self) -> Self:
        """Begun and not done, in an incident that has not ended."""
        return self.filter(started_at__isnull=False, done_at__isnull=True, incident__status__in=OPEN)

    def waiting_for(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Pending steps whose sender is a party this person acts for; `reach` where the caller has asked for it already."""
        reach = reach or Reach.of(user, at=at)
        return self.pending().filter(reach.as_party("sender", "incident__department")).exclude(reach.kept_from("incident__"))


class Step(models.Model):
    """One act of the chain in one incident."""

    class Outcome(models.TextChoices):
        DONE = "done", "済"
        SAME_PERSON = "same_person", "同一人"
        PASSED_OVER = "passed_over", "経由せず"
        LEFT = "left", "未了のまま終了"

    incident = models.ForeignKey("incidents.Incident", verbose_name="インシデント", on_delete=models.CASCADE, related_name="steps")
    code = models.CharField("段階", max_length=32, choices=StepCode)
    position = models.PositiveSmallIntegerField("並び順")
    sender = models.CharField("誰が", max_length=32, choices=Party, db_index=True)
    started_at = models.DateTimeField("開始", null=True, blank=True)
    due_at = models.DateTimeField("期限", null=True, blank=True, db_index=True)
    done_at = models.DateTimeField("完了", null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="行った人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    done_as = models.CharField("役割", max_length=200, blank=True)
    outcome = models.CharField("結果", max_length=16, choices=Outcome, blank=True)
    comment = models.TextField("伝えた内容", blank=True, max_length=2000)
    round = models.PositiveSmallIntegerField("回", default=1)
    counted_from = models.DateTimeField("期限の起点", null=True, blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = "段階"
        verbose_name_plural = "段階"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "code"], name="incidents_step_once"),
            models.CheckConstraint(condition=Q(done_at__isnull=True) | ~Q(outcome=""), name="incidents_step_done_has_outcome"),
        ]
        indexes = [models.Index(fields=["sender", "done_at", "started_at"])]

    def __str__(self) -> str:
        return f"{self.spec.number} {self.get_code_display()}"

    @property
    def spec(self) -> StepSpec:
        return SPECS[StepCode(self.code)]

    @property
    def is_pending(self) -> bool:
        return self.started_at is not None and self.done_at is None and self.incident.is_open

    @property
    def is_passed_over(self) -> bool:
        return self.outcome == self.Outcome.PASSED_OVER

    def is_overdue(self, *, at: datetime) -> bool:
        return self.is_pending and self.due_at <= at

    # -- people ----------------------------------------------------------------------------------------------------
    def able(self, *, at: datetime) -> list[Actor]:
        """Who may do this step now."""
        return self.incident.able(self.sender, at=at)

    def actor(self, user: User, *, at: datetime) -> Actor | None:
        """The person as an actor of this step, or None for anyone else; serves button and method alike."""
        if not self.is_pending:
            return None
        return next((actor for actor in self.able(at=at) if actor.person.pk == user.pk), None)

    # -- transitions -----------------------------------------------------------------------------------------------
    def begin(self, *, at: datetime, hand: Hand | None = None) -> None:
        """Start the clock; a step between two hats of one person closes at once, marked 同一人 (chains.md)."""
        self.started_at = at
        self.save(update_fields=["started_at"])
        self.restart_clock(self.incident)
        if not self.spec.is_word:
            return
        senders = self.able(at=at)
        receivers = [actor for party in self.spec.recipients for actor in self.incident.able(party, at=at)]
        if len(senders) == 1 and {actor.person.pk for actor in senders} == {actor.person.pk for actor in receivers}:
            self.finish(senders[0], outcome=self.Outcome.SAME_PERSON, at=at, hand=hand)

    def finish(self, actor: Actor, *, outcome: str, at: datetime, comment: str = "", hand: Hand | None = None) -> None:
        """Close the step, tell its recipients, begin what comes after; the caller holds the incident's lock."""
        self.done_at, self.done_by, self.done_as = at, actor.person, actor.label
        self.outcome, self.comment = outcome, comment
        self.started_at = self.started_at or at
        self.save(update_fields=["started_at", "done_at", "done_by", "done_as", "outcome", "comment"])
        self.open_receipts(at=at, hand=hand)
        write(self._verb(outcome), self.incident, actor, hand, at=at, step=self.code, outcome=outcome)
        self.begin_next(at=at, hand=hand)

    def _verb(self, outcome: str) -> str:
        if outcome != self.Outcome.DONE:
            return "incidents.step.closed"
        if not self.spec.is_word:
            return "incidents.step.done"
        return "incidents.step.delivered" if self.code == StepCode.REPORT else "incidents.step.passed_on"

    def begin_next(self, *, at: datetime, hand: Hand | None) -> None:
        """Start the steps that this one was holding up; a word to the CISO ends the climb."""
        for step in self.incident.steps.filter(started_at__isnull=True).select_related("incident__department__parent"):
            if step.spec.after == self.code:
                step.begin(at=at, hand=hand)
        if self.spec.is_word and Party.CISO in self.spec.recipients:
            self.incident.reach(at=at, hand=hand or Hand(self.done_by, at))

    def open_receipts(self, *, at: datetime, hand: Hand | None) -> None:
        """One receipt for each party told; a party whose person did the act has read it already."""
        for party in self.told(at=at):
            receipt = Receipt.objects.create(step=self, party=party, round=self.round, sent_at=at)
            receipt.restart_clock(self.incident)
            people = receipt.able(at=at)
            same = next((actor for actor in people if actor.person.pk == self.done_by_id), None)
            if same and (party != Party.COMMITTEE or len(people) == 1):
                receipt.close(same, at=at, is_same_person=True, hand=hand)

    @property
    def recipients(self) -> list[Party]:
        """Whom this step tells: not the chief who was passed over, nor the committee when the chief is the matter."""
        left_out = set()
        if self.is_passed_over:
            left_out.add(Party.SECTION_OFFICER)
        if self.incident.bypasses_chief:
            left_out |= {Party.SECTION_OFFICER, Party.COMMITTEE, Party.SERVICE_MANAGER}
        return [party for party in (*self.spec.recipients, *self._also_told()) if party not in left_out]

    def told(self, *, at: datetime) -> list[Party]:
        """Where the word of this step goes now: its recipients, the next one up for whoever is the matter; each once."""
        return list(dict.fromkeys(self.incident.standing_for(party, at=at) for party in self.recipients))

    def act(self, *, at: datetime) -> str:
        """The words on its button; where the word does not go to those whom the policy names, the words say to whom it goes."""
        told = self.told(at=at) if self.spec.is_word and self.incident.bypasses_chief else []
        if not told or set(told) == set(self.spec.recipients):
            return self.spec.act
        return f"{'・'.join(party.label for party in told)}へ伝達する"

    def _also_told(self) -> list[Party]:
        """Whom the kind of the report tells at once, unless the next step, closed by the same act, tells them all the same."""
        if self.code != StepCode.REPORT:
            return []
        found, told_next = also_told(self.incident), SPECS[StepCode.PASS_ON].recipients
        return found if self.outcome in ("", self.Outcome.DONE) else [party for party in found if party not in told_next]

    def restart_clock(self, incident: "Incident") -> None:
        reported_at = self.counted_from or incident.reported_at
        self.due_at = due(self.code, start=self.started_at, reported_at=reported_at, is_grave=incident.is_grave)
        self.save(update_fields=["due_at"])

    def wait_again(self, *, at: datetime, begins: bool) -> None:
        """Sent back, or taken up after the incident had ended: another round with a fresh clock, or not yet begun."""
        self.round += 1
        self.started_at = self.counted_from = at if begins else None
        self.due_at = self.done_at = self.done_by = None
        self.done_as = self.outcome = self.comment = ""
        self.save()
        if begins:
            self.restart_clock(self.incident)

    @transaction.atomic
    def pass_on(self, *, by: User, at: datetime, comment: str = "") -> None:
        """The holder tells the next parties (the clauses of the step). Raises InvalidTransition when it was done before."""
        step = self.locked()
        actor = step.actor(by, at=at)
        if not step.is_pending:
            raise InvalidTransition("この段階はすでに済んでいます。最新の状況を表示しました。")
        if not step.spec.is_word:
            raise InvalidTransition("この段階は「対応」の画面で進めてください。")
        if actor is None:
            raise PermissionDenied("この段階を進められるのは担当の方だけです。")
        for receipt in Receipt.objects.pending().filter(step__incident=step.incident, party=step.sender):
            receipt.step = step
            receipt.close(actor, at=at)  # whoever passes a report on has read it
        step.finish(actor, outcome=self.Outcome.DONE, at=at, comment=comment)

    def locked(self) -> "Step":
        """This step, read again under the incident's lock."""
        incident = self.incident.lock()
        step = Step.objects.get(pk=self.pk)
        step.incident = incident
        return step


class ReceiptQuerySet(models.QuerySet):
    def overdue(self, *, at: datetime) -> Self:
        """Unread past their time; computed when asked, never stored."""
        return self.pending().filter(due_at__lte=at)

    def pending(self) -> Self:
        """Unread, in an incident that has not ended."""
        return self.filter(received_at__isnull=True, step__incident__status__in=OPEN)

    def waiting_for(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Unread words to a party this person acts for."""
        reach = reach or Reach.of(user, at=at)
        as_manager = Q(party=Party.SERVICE_MANAGER) & reach.managed("step__incident__")
        mine = reach.as_party("party", "step__incident__department") | as_manager
        return self.pending().filter(mine).exclude(reach.kept_from("step__incident__"))


class Receipt(models.Model):
    """A party has been told, and (「受領」) has read it: the reporter sees who knows."""

    step = models.ForeignKey(Step, verbose_name="段階", on_delete=models.CASCADE, related_name="receipts")
    party = models.CharField("誰に", max_length=32, choices=Party, db_index=True)
    round = models.PositiveSmallIntegerField("回", default=1)
    sent_at = models.DateTimeField("伝達日時")
    due_at = models.DateTimeField("受領の期限", null=True, blank=True, db_index=True)
    received_at = models.DateTimeField("受領日時", null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="受領した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    received_as = models.CharField("役割", max_length=200, blank=True)
    is_same_person = models.BooleanField("同一人", default=False)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "受領"
        verbose_name_plural = "受領"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["step", "party", "round"], name="incidents_receipt_once_a_round")]
        indexes = [models.Index(fields=["party", "received_at"])]

    def __str__(self) -> str:
        return f"{self.get_party_display()}の受領"

    @property
    def is_pending(self) -> bool:
        return self.received_at is None and self.step.incident.is_open

    def able(self, *, at: datetime) -> list[Actor]:
        return self.step.incident.able(self.party, at=at)

    def actor(self, user: User, *, at: datetime) -> Actor | None:
        if not self.is_pending:
            return None
        return next((actor for actor in self.able(at=at) if actor.person.pk == user.pk), None)

    def restart_clock(self, incident: "Incident", *, since: datetime | None = None) -> None:
        self.due_at = due(RECEIPT, start=since or self.sent_at, reported_at=incident.reported_at, is_grave=incident.is_grave)
        self.save(update_fields=["due_at"])

    def close(self, actor: Actor, *, at: datetime, is_same_person: bool = False, hand: Hand | None = None) -> None:
        """Mark as read by this actor; the caller holds the incident's lock."""
        self.received_at, self.received_by, self.received_as = at, actor.person, actor.label
        self.is_same_person = is_same_person
        self.save(update_fields=["received_at", "received_by", "received_as", "is_same_person"])
        changes = {"step": self.step.code, "party": self.party, "same_person": is_same_person}
        write("incidents.receipt.received", self.step.incident, actor, hand, at=at, **changes)

    @transaction.atomic
    def acknowledge(self, *, by: User, at: datetime) -> None:
        """「受領」: the party has read the report."""
        step = self.step.locked()
        receipt = Receipt.objects.get(pk=self.pk)
        receipt.step = step
        if not receipt.is_pending:
            raise InvalidTransition("すでに受領されています。最新の状況を表示しました。")
        actor = receipt.actor(by, at=at)
        if actor is None:
            raise PermissionDenied("受領できるのは宛先の方だけです。")
        for same in Receipt.objects.pending().filter(step__incident=step.incident, party=receipt.party).select_related("step"):
            same.step.incident = step.incident
            same.close(actor, at=at)  # told directly and by a later step: one look at the report reads both

"""Words spoken on the phone, entered by whoever called and confirmed by the speaker at the next log-in (chains.md: 口頭).

The portal cannot ring and cannot be reached from home: the caller enters the act in the other's name, with its true time.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q

from incidents.chain import Party
from incidents.handling import Spoken
from incidents.parties import Actor, Hand
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .step import Receipt, Step

if TYPE_CHECKING:
    from .incident import Incident


ACTS = ("step", "receipt", "triage", "task", "measure", "cut")


def _one_of(names: tuple[str, ...]) -> Q:
    """Exactly one of these columns is filled."""
    found = Q()
    for name in names:
        found |= Q(**{f"{other}__isnull": other != name for other in names})
    return found


class OralEntryQuerySet(models.QuerySet):
    def unconfirmed(self) -> Self:
        return self.filter(confirmed_at__isnull=True, disputed_at__isnull=True)

    def waiting_for(self, user: User) -> Self:
        """Words that this person is said to have spoken, still to be confirmed."""
        return self.unconfirmed().filter(spoken_by=user)


class OralEntry(models.Model):
    """A step done, or a report received, by word of mouth."""

    incident = models.ForeignKey("incidents.Incident", verbose_name="インシデント", on_delete=models.CASCADE, related_name="oral_entries")
    step = models.OneToOneField(Step, verbose_name="段階", null=True, blank=True, on_delete=models.CASCADE, related_name="oral_entry")
    receipt = models.OneToOneField(Receipt, verbose_name="受領", null=True, blank=True, on_delete=models.CASCADE, related_name="oral_entry")
    triage = models.OneToOneField(
        "incidents.Triage", verbose_name="会議の要否の判断", null=True, blank=True, on_delete=models.CASCADE, related_name="oral_entry"
    )
    task = models.OneToOneField(
        "incidents.ResponseTask", verbose_name="指示", null=True, blank=True, on_delete=models.CASCADE, related_name="oral_entry"
    )
    measure = models.OneToOneField(
        "incidents.EmergencyMeasure", verbose_name="応急措置", null=True, blank=True, on_delete=models.CASCADE, related_name="oral_entry"
    )
    cut = models.OneToOneField(
        "incidents.NetworkCut", verbose_name="遮断の判断", null=True, blank=True, on_delete=models.CASCADE, related_name="oral_entry"
    )
    spoken_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="話した人", on_delete=models.PROTECT, related_name="+")
    spoken_as = models.CharField("役割", max_length=200)
    spoken_at = models.DateTimeField("話した日時")
    content = models.TextField("話した内容", max_length=2000, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="入力した人", on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField("入力日時")
    confirmed_at = models.DateTimeField("本人の確認日時", null=True, blank=True)
    disputed_at = models.DateTimeField("本人が違うとした日時", null=True, blank=True)
    dispute = models.TextField("違う点", max_length=2000, blank=True)

    objects = OralEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "口頭の記録"
        verbose_name_plural = "口頭の記録"
        ordering = ["entered_at"]
        constraints = [
            models.CheckConstraint(condition=_one_of(ACTS), name="incidents_oralentry_of_one_act"),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(disputed_at__isnull=True), name="incidents_oralentry_one_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.spoken_by}（口頭）"

    @property
    def what(self) -> str:
        """What was done by word of mouth, as the page asks about it: ○○と入力しました。"""
        if self.step:
            return f"「{self.step.get_code_display()}」を行った"
        if self.receipt_id:
            return "報告を受領した"
        if self.triage:
            return f"「{self.triage.get_outcome_display()}」と判断した"
        if self.task:
            return "措置を指示した"
        return "応急措置を指示した" if self.measure_id else "外部ネットワークの遮断を判断した"

    # -- entering --------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def enter(cls, act: "Step | Receipt", *, spoken_by: User, spoken_at: datetime, content: str, by: User, at: datetime) -> "OralEntry":
        """Record that `spoken_by` did the act by word of mouth at `spoken_at`; the clock stops at that time.

        Raises ValidationError when the time cannot be true or that person could not act then, InvalidTransition when the
        act was done before.
        """
        step = (act if isinstance(act, Step) else act.step).locked()
        act = step if isinstance(act, Step) else Receipt.objects.get(pk=act.pk)
        if isinstance(act, Receipt):
            act.step = step
        if not act.is_pending:
            raise InvalidTransition("すでに済んでいます。最新の状況を表示しました。")
        _guard_time(act, spoken_at=spoken_at, at=at)
        actor = next((actor for actor in act.able(at=spoken_at) if actor.person.pk == spoken_by.pk), None)
        if actor is None:
            raise ValidationError({"spoken_by": "選んだ方は、その日時にはこの役割にありません。話した人か日時を確かめてください。"})
        return cls._write(step.incident, act, actor, spoken_at=spoken_at, content=content, by=by, at=at)

    @classmethod
    def for_told_chief(cls, incident: "Incident", *, by: User, at: datetime) -> None:
        """The chief was told before the report was typed in (phone, paper): read at that time, to be confirmed."""
        receipt = (
            Receipt.objects.filter(step__incident=incident, party=Party.SECTION_OFFICER)
            .select_related("step__incident__department__parent")
            .first()
        )
        if receipt and receipt.is_pending and (people := receipt.able(at=incident.told_at)):
            cls._write(incident, receipt, people[0], spoken_at=incident.told_at, content="", by=by, at=at)

    @classmethod
    def of_order(cls, incident: "Incident", said: Spoken, actor: Actor, *, by: User, at: datetime, **row) -> "OralEntry":
        """Words that ordered or decided something: `row` is one of triage=, task=, measure=, cut=; the speaker confirms them.

        The caller holds the incident's lock and has guarded speaker and time (handling.acted).
        """
        entry = cls.objects.create(
            incident=incident,
            spoken_by=actor.person,
            spoken_as=actor.label,
            spoken_at=said.at,
            content=said.content,
            entered_by=by,
            entered_at=at,
            **row,
        )
        entry.tell()
        return entry

    def tell(self) -> None:
        """Write down that it was entered; the speaker hears of it."""
        words = {"spoken_by": self.spoken_by.name, "spoken_as": self.spoken_as, "spoken_at": self.spoken_at.isoformat()}
        record(self.entered_by, "incidents.oral.entered", self.incident, at=self.entered_at, **words)

    @classmethod
    def _write(cls, incident, act, actor: Actor, *, spoken_at: datetime, content: str, by: User, at: datetime) -> "OralEntry":
        entry = cls.objects.create(
            incident=incident,
            step=act if isinstance(act, Step) else None,
            receipt=act if isinstance(act, Receipt) else None,
            spoken_by=actor.person,
            spoken_as=actor.label,
            spoken_at=spoken_at,
            content=content,
            entered_by=by,
            entered_at=at,
        )
        if isinstance(act, Step):
            act.finish(actor, outcome=Step.Outcome.DONE, at=spoken_at, comment=content, hand=Hand(by, at))
        else:
            act.close(actor, at=spoken_at, hand=Hand(by, at))
        entry.tell()
        return entry

    # -- the speaker's answer --------------------------------------------------------------------------------------
    def can_answer(self, user: User) -> bool:
        return self.spoken_by_id == user.pk and self.confirmed_at is None and self.disputed_at is None

    @transaction.atomic
    def confirm(self, *, by: User, at: datetime) -> None:
        """The speaker says: so it was."""
        entry = self._locked_for(by)
        entry.confirmed_at = at
        entry.save(update_fields=["confirmed_at"])
        record(by, "incidents.oral.confirmed", entry.incident, role=entry.spoken_as, at=at)

    @transaction.atomic
    def deny(self, *, by: User, at: datetime, dispute: str) -> None:
        """The speaker says: not so. The record stays, the difference stands beside it and the others are told."""
        if not dispute.strip():
            raise ValidationError("違う点を入力してください。")
        entry = self._locked_for(by)
        entry.disputed_at, entry.dispute = at, dispute
        entry.save(update_fields=["disputed_at", "dispute"])
        record(by, "incidents.oral.disputed", entry.incident, role=entry.spoken_as, at=at)

    def _locked_for(self, user: User) -> "OralEntry":
        self.incident.lock()
        entry = OralEntry.objects.select_related("incident").get(pk=self.pk)
        if entry.confirmed_at or entry.disputed_at:
            raise InvalidTransition("この口頭の記録にはすでに回答されています。")
        if entry.spoken_by_id != user.pk:
            raise PermissionDenied("回答できるのは、話したとされた本人だけです。")
        return entry


def _guard_time(act: "Step | Receipt", *, spoken_at: datetime, at: datetime) -> None:
    """Spoken words lie between the beginning of the act and now."""
    begun = act.started_at if isinstance(act, Step) else act.sent_at
    if spoken_at > at:
        raise ValidationError({"spoken_at": "話した日時が未来になっています。実際に話した日時を入力してください。"})
    if spoken_at < begun.replace(second=0, microsecond=0):
        raise ValidationError({"spoken_at": "この段階が始まる前の日時です。実際に話した日時を確認してください。"})

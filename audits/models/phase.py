"""The end of a phase, or of the whole audit: with what was missing and why it may be so."""

from datetime import datetime

from django.db import models, transaction

from audits.gates import gaps
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .columns import at_when, by_whom
from .engagement import Engagement
from .grants import withdraw_samples


class PhaseEnd(models.Model):
    """One phase has ended."""

    engagement = models.ForeignKey(Engagement, verbose_name="監査", on_delete=models.PROTECT, related_name="phase_ends")
    phase = models.CharField("段階", max_length=16, choices=Engagement.Phase)
    by = by_whom("終えた人")
    at = at_when("終えた日時", null=False)
    missing = models.JSONField("足りなかったもの", default=list, blank=True)
    reason = models.TextField("理由", blank=True, max_length=1000)

    class Meta:
        verbose_name = "段階の終わり"
        verbose_name_plural = "段階の終わり"
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["engagement", "phase"], name="audits_phase_end_once")]

    def __str__(self) -> str:
        return f"{self.engagement} {self.get_phase_display()}"

    @classmethod
    @transaction.atomic
    def end(cls, engagement: Engagement, *, phase: str, by: User, at: datetime, reason: str = "") -> "PhaseEnd":
        """End the phase that the person sees, so that two presses end one phase.

        InvalidTransition names what is missing; what the policy leaves open may be missing for a reason, the rest may not.
        PermissionDenied for others than the leading auditor and the audit head; the last phase is ended by the head.
        """
        is_last = phase == Engagement.Phase.FOLLOW_UP
        engagement = engagement.headed_by(by, at=at, phases=(phase,)) if is_last else engagement.led_by(by, at=at, phases=(phase,))
        if phase not in Engagement.NEXT:
            raise InvalidTransition("この監査は終わっています。")
        missing = gaps(engagement, at=at)
        if firm := [gap.words for gap in missing if not gap.may_be_missing]:
            raise InvalidTransition(" ".join(firm))
        if missing and not reason:
            raise InvalidTransition(f"{' '.join(gap.words for gap in missing)}このまま進むときは、理由を書いてください。")
        row = cls.objects.create(
            engagement=engagement, phase=phase, by=by, at=at, missing=[gap.words for gap in missing], reason=reason if missing else ""
        )
        engagement.phase = Engagement.NEXT[Engagement.Phase(phase)]
        if engagement.phase == Engagement.Phase.CLOSED:
            _finish(engagement, at=at)
        engagement.save(update_fields=["phase", "ended_at"])
        record(by, "audits.engagement.phase_ended", engagement, at=at, phase=row.get_phase_display(), missing=len(missing))
        return row


@transaction.atomic
def cancel(engagement: Engagement, *, reason: str, by: User, at: datetime) -> None:
    """取りやめ by the audit head, before the report. InvalidTransition while evidence is still out (3.13.1.8.1)."""
    engagement = engagement.headed_by(by, at=at, phases=Engagement.BEFORE_REPORT)
    if out := engagement.evidence.out().count():
        raise InvalidTransition(f"返していない証拠が{out}件あります。返してから取りやめてください。")
    engagement.phase, engagement.ending = Engagement.Phase.CANCELLED, reason
    _finish(engagement, at=at)
    engagement.save(update_fields=["phase", "ending", "ended_at"])
    record(by, "audits.engagement.cancelled", engagement, at=at, number=engagement.number)


def _finish(engagement: Engagement, *, at: datetime) -> None:
    """The audit is over: outside auditors go, and what was opened for the samples is closed."""
    engagement.ended_at = at
    for row in engagement.assignments.standing().select_related("person", "appointment"):
        row.engagement = engagement
        if row.is_outside or not row.is_accepted:
            row.end(reason="監査が終わったため", at=at)
    withdraw_samples(engagement)

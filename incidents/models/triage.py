"""Step 5: the 総括管理者 weighs whether a meeting is convened (3.9.3.2, 3.4.2.2.4); weighed anew when the facts change."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q

from incidents.chain import Party, StepCode
from incidents.handling import Spoken, acted, guard_open, step_of
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.parameters.values import value

from .incident import Incident
from .oral import OralEntry
from .step import Step
from .writing import write

ALWAYS = "always"


class Triage(models.Model):
    """One judgement: the two answers, what follows of them, and why no 情報セキュリティ会議 is convened where it is not."""

    class Outcome(models.TextChoices):
        SECURITY = "security", "情報セキュリティ会議を招集する"
        EMERGENCY = "emergency", "緊急対策会議の招集を命じる"
        SECTION = "section", "会議を開かず、所管で対応する"

    incident = models.ForeignKey(Incident, verbose_name="インシデント", on_delete=models.PROTECT, related_name="triages")
    affects_citizens = models.BooleanField("市民生活に影響を及ぼすおそれ")
    affects_systems = models.BooleanField("他のシステムへの影響")
    outcome = models.CharField("判断", max_length=16, choices=Outcome)
    reason = models.TextField("理由", blank=True, max_length=1500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="判断した人", on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("判断日時")

    class Meta:
        verbose_name = "会議の要否の判断"
        verbose_name_plural = "会議の要否の判断"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(affects_citizens=False) | Q(outcome="security"), name="incidents_triage_citizens_convene"),
            models.CheckConstraint(condition=Q(outcome="security") | ~Q(reason=""), name="incidents_triage_says_why_not"),
        ]

    def __str__(self) -> str:
        return f"{self.incident} {self.get_outcome_display()}"

    @classmethod
    def allowed(cls, *, citizens: bool, systems: bool) -> list["Triage.Outcome"]:
        """What may follow of the two answers; more than the policy asks is always allowed."""
        if citizens or value("incidents.meeting_convened") == ALWAYS:
            return [cls.Outcome.SECURITY]
        return (
            [cls.Outcome.EMERGENCY, cls.Outcome.SECURITY] if systems else [cls.Outcome.SECTION, cls.Outcome.EMERGENCY, cls.Outcome.SECURITY]
        )

    @classmethod
    @transaction.atomic
    def weigh(
        cls,
        incident: Incident,
        *,
        citizens: bool,
        systems: bool,
        outcome: str,
        by: User,
        at: datetime,
        reason: str = "",
        spoken: Spoken | None = None,
    ) -> "Triage":
        """The 総括管理者 answers the two questions and decides; the first judgement finishes step 5, a later one supersedes it.

        Citizens affected makes the incident grave. Raises InvalidTransition before the report has reached the 総括管理者,
        ValidationError where the outcome does not follow of the answers or the reason is missing.
        """
        incident = incident.lock()
        guard_open(incident)
        step = step_of(incident, StepCode.TRIAGE)
        act = acted(incident, Party.GENERAL_MANAGER, by=by, at=at, spoken=spoken)
        cls._guard(citizens=citizens, systems=systems, outcome=outcome, reason=reason)
        row = cls.objects.create(
            incident=incident,
            affects_citizens=citizens,
            affects_systems=systems,
            outcome=outcome,
            reason=reason.strip(),
            by=act.actor.person,
            by_as=act.actor.label,
            at=act.at,
        )
        if act.hand and spoken:
            OralEntry.of_order(incident, spoken, act.actor, by=by, at=at, triage=row)
        if citizens and not incident.is_grave:
            incident.become_grave()
            write("incidents.incident.raised", incident, act.actor, act.hand, at=act.at)
        is_first = step.done_at is None
        if is_first:
            words = "。".join(part for part in (row.get_outcome_display(), row.reason) if part)
            step.finish(act.actor, outcome=Step.Outcome.DONE, at=act.at, comment=words, hand=act.hand)
        changes = {"outcome": outcome, "citizens": citizens, "systems": systems, "again": not is_first}
        write("incidents.triage.weighed", incident, act.actor, act.hand, at=act.at, **changes)
        return row

    @classmethod
    def _guard(cls, *, citizens: bool, systems: bool, outcome: str, reason: str) -> None:
        if outcome not in cls.allowed(citizens=citizens, systems=systems):
            raise ValidationError({"outcome": cls._why_not(citizens=citizens)})
        if outcome != cls.Outcome.SECURITY and not reason.strip():
            raise ValidationError({"reason": "情報セキュリティ会議を招集しない理由を入力してください。"})

    @staticmethod
    def _why_not(*, citizens: bool) -> str:
        if citizens:
            return "市民生活に影響を及ぼすおそれがあるときは、情報セキュリティ会議を招集します。"
        if value("incidents.meeting_convened") == ALWAYS:
            return "市の定めにより、侵害やそのおそれがあるときは必ず情報セキュリティ会議を招集します。"
        return "他のシステムに影響があるときは、緊急対策会議の招集を命じるか、情報セキュリティ会議を招集します。"

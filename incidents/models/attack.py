"""7b: an attack – certain or not, a crime or not, with whom the city is in touch, where its record is kept.

The clauses are 3.10.5.2, 3.10.5.3 and 3.10.4.4.
"""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction

from incidents.chain import Party
from incidents.handling import demand, guard_open
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record

from .incident import Incident


class AttackFinding(models.Model):
    """What is known of an attack at a moment; a later finding supersedes it, all of them stay."""

    incident = models.ForeignKey(Incident, verbose_name="インシデント", on_delete=models.PROTECT, related_name="attack_findings")
    is_certain = models.BooleanField("攻撃を受けることが明確になった", default=False)
    may_be_crime = models.BooleanField("犯罪の可能性がある", default=False)
    record_kept = models.TextField("攻撃の記録の保存", max_length=2000, blank=True)
    bodies = models.TextField("連絡している関係機関", max_length=2000, blank=True)
    police = models.TextField("警察との連携", max_length=2000, blank=True)
    experts = models.TextField("外部の専門家の支援", max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="判断した人", on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("判断日時")

    class Meta:
        verbose_name = "攻撃の判断"
        verbose_name_plural = "攻撃の判断"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.incident} 攻撃の判断"

    @property
    def missing(self) -> list[str]:
        """What the policy asks for and this finding does not say yet."""
        asked = [
            (self.is_certain and not self.bodies, "関係機関との連絡"),
            (self.may_be_crime and not self.record_kept, "攻撃の記録の保存"),
            (self.may_be_crime and not self.police, "警察との連携"),
        ]
        return [word for is_missing, word in asked if is_missing]

    @classmethod
    @transaction.atomic
    def find(
        cls,
        incident: Incident,
        *,
        is_certain: bool,
        may_be_crime: bool,
        by: User,
        at: datetime,
        record_kept: str = "",
        bodies: str = "",
        police: str = "",
        experts: str = "",
    ) -> "AttackFinding":
        """The 中央管理者 says what is known now. A certain attack makes the incident grave. Words that are missing stay open points."""
        incident = incident.lock()
        guard_open(incident)
        actor = demand(by, incident, Party.CENTRAL_MANAGER, at=at)
        if not (is_certain or may_be_crime or incident.attack_findings.exists()):
            raise ValidationError("攻撃が明確か、犯罪の可能性があるときに記録します。どちらかを選んでください。")
        words = {"record_kept": record_kept, "bodies": bodies, "police": police, "experts": experts}
        row = cls.objects.create(
            incident=incident, is_certain=is_certain, may_be_crime=may_be_crime, by=by, by_as=actor.label, at=at, **words
        )
        if is_certain and not incident.is_grave:
            incident.become_grave()
            record(by, "incidents.incident.raised", incident, role=actor.label, at=at)
        changes = {"certain": is_certain, "crime": may_be_crime}
        record(by, "incidents.attack.found", incident, role=actor.label, in_place_of=actor.in_place_of, at=at, **changes)
        return row

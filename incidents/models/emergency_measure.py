"""Step 6: what was done at once, by whom, on whose order (3.4.2.3.6, 3.11.3.1, 3.10.5.2)."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q

from assets.models import System
from incidents.chain import Party, StepCode
from incidents.handling import Spoken, acted, actor_of, demand, guard_open, guard_time, step_of
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .incident import Incident
from .oral import OralEntry
from .step import Step

TAKERS = (Party.CENTRAL_MANAGER, Party.GENERAL_MANAGER, Party.DIVISION_OFFICER, Party.SECTION_OFFICER)


class EmergencyMeasure(models.Model):
    """One thing done at once; a stopped system stays on the page until it is restored."""

    class Basis(models.TextChoices):
        ORDERED = "ordered", "総括管理者の指示による"
        ALONE = "alone", "総括管理者が不在のため、自らの判断による"
        CENTRAL = "central", "中央電子計算組織管理者の指示による"
        ON_SPOT = "on_spot", "気づいた職場での初動"

    ORDERED_BY = {Basis.ORDERED: Party.GENERAL_MANAGER, Basis.CENTRAL: Party.CENTRAL_MANAGER}

    incident = models.ForeignKey(Incident, verbose_name="インシデント", on_delete=models.PROTECT, related_name="measures")
    what = models.TextField("とった措置", max_length=2000)
    taken_at = models.DateTimeField("行った日時")
    taken_by = models.CharField("行った人", max_length=200)
    basis = models.CharField("だれの指示か", max_length=16, choices=Basis)
    absence = models.CharField("総括管理者に指示を求められなかった事情", max_length=500, blank=True)
    is_stop = models.BooleanField("システムを停止した", default=False)
    system = models.ForeignKey(System, verbose_name="停止したシステム", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    restored_at = models.DateTimeField("復旧日時", null=True, blank=True)
    restored_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="復旧を記録した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    restored_note = models.CharField("復旧の内容", max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="記録した人", on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("記録日時")

    class Meta:
        verbose_name = "応急措置"
        verbose_name_plural = "応急措置"
        ordering = ["taken_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(basis="alone") | ~Q(absence=""), name="incidents_emergencymeasure_alone_says_why"),
            models.CheckConstraint(
                condition=Q(restored_at__isnull=True) | Q(is_stop=True), name="incidents_emergencymeasure_restored_was_stopped"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident} 応急措置"

    @property
    def is_still_stopped(self) -> bool:
        return self.is_stop and self.restored_at is None

    @classmethod
    @transaction.atomic
    def take(
        cls,
        incident: Incident,
        *,
        what: str,
        taken_at: datetime,
        taken_by: str,
        basis: str,
        by: User,
        at: datetime,
        absence: str = "",
        is_stop: bool = False,
        system: System | None = None,
        order: Spoken | None = None,
    ) -> "EmergencyMeasure":
        """Record a measure; `order` is the word of who ordered it (ORDERED_BY), confirmed by the speaker at the next log-in.

        Raises PermissionDenied for who has no part in measures, ValidationError by field where basis or times do not fit.
        """
        incident = incident.lock()
        guard_open(incident)
        actor = demand(by, incident, *TAKERS, at=at)
        guard_time(incident, taken_at, at=at, field="taken_at")
        if basis == cls.Basis.ALONE and not absence.strip():
            raise ValidationError({"absence": "指示を求められなかった事情を入力してください。"})
        ordered = cls._ordered(incident, basis, order, by=by, at=at)
        row = cls.objects.create(
            incident=incident,
            what=what,
            taken_at=taken_at,
            taken_by=taken_by,
            basis=basis,
            absence=absence if basis == cls.Basis.ALONE else "",
            is_stop=is_stop,
            system=system if is_stop else None,
            by=by,
            by_as=actor.label,
            at=at,
        )
        if ordered and ordered.hand and order:
            OralEntry.of_order(incident, order, ordered.actor, by=by, at=at, measure=row)
        changes = {"measure": row.pk, "basis": basis, "stop": is_stop}
        record(by, "incidents.measure.taken", incident, role=actor.label, in_place_of=actor.in_place_of, at=at, **changes)
        return row

    @classmethod
    def _ordered(cls, incident: Incident, basis: str, order: Spoken | None, *, by: User, at: datetime):
        """The order behind it, checked; None where it rests on something else. Who gives the order oneself need not name oneself."""
        party = cls.ORDERED_BY.get(basis)
        if party is None:
            return None
        if order is None and (basis == cls.Basis.ORDERED or actor_of(by, incident, party, at=at) is None):
            raise ValidationError({"spoken_by": f"指示した{party.label}（代理を含む）と、指示の日時を入力してください。"})
        return acted(incident, party, by=by, at=at, spoken=order)

    @transaction.atomic
    def restore(self, *, restored_at: datetime, note: str, by: User, at: datetime) -> None:
        """The stopped system runs again."""
        incident = self.incident.lock()
        actor = demand(by, incident, *TAKERS, at=at)
        row = EmergencyMeasure.objects.get(pk=self.pk)
        if not row.is_still_stopped:
            raise InvalidTransition("この措置は停止中ではありません。最新の状況を表示しました。")
        if not row.taken_at <= restored_at <= at:
            raise ValidationError({"restored_at": "停止した日時から今までの日時を入力してください。"})
        row.restored_at, row.restored_by, row.restored_note = restored_at, by, note
        row.save(update_fields=["restored_at", "restored_by", "restored_note"])
        record(by, "incidents.measure.restored", incident, role=actor.label, in_place_of=actor.in_place_of, at=at, measure=row.pk)


@transaction.atomic
def finish_measures(incident: Incident, *, by: User, at: datetime, none_needed: str = "") -> None:
    """The 中央管理者 ends step 6: at least one measure stands there, or the reason why none is needed; the 総括管理者 is told."""
    incident = incident.lock()
    guard_open(incident)
    step = step_of(incident, StepCode.MEASURES)
    if step.done_at is not None:
        raise InvalidTransition("応急措置の段階はすでに済んでいます。必要な措置は、この後も追加して記録できます。")
    actor = demand(by, incident, step.sender, at=at)
    count = incident.measures.count()
    if not count and not none_needed.strip():
        raise ValidationError({"none_needed": "とった措置を記録するか、措置が要らない理由を入力してください。"})
    words = f"{count}件の措置を記録しました。" if count else f"措置は不要：{none_needed}"
    step.finish(actor, outcome=Step.Outcome.DONE, at=at, comment=words)

"""How an incident ends and is taken up again: closed, a mistaken report, merged into another; never deleted (3.9.3.3)."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q

from incidents.chain import SPECS, Party, StepCode
from incidents.handling import actor_of, demand, guard_drill
from incidents.open_points import open_points
from incidents.parties import Actor, actors
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .incident import Incident
from .incident_meeting import IncidentMeeting
from .response_task import ResponseTask
from .step import Receipt, Step

ENDERS = (Party.GENERAL_MANAGER, Party.CENTRAL_MANAGER)


class Ending(models.Model):
    """One end of an incident, or its being taken up again, with the reason and what was left undone at that moment.

    The 総括管理者 ends it, who has the overall authority over security (3.4.2.2.3), or the 中央管理者, who handles every
    infringement (3.4.2.3.6); the policy names nobody.
    """

    class Kind(models.TextChoices):
        CLOSED = "closed", "完了"
        MISTAKEN = "mistaken", "誤報"
        MERGED = "merged", "統合"
        REOPENED = "reopened", "再開"

    incident = models.ForeignKey(Incident, verbose_name="インシデント", on_delete=models.PROTECT, related_name="endings")
    kind = models.CharField("終わり方", max_length=16, choices=Kind)
    reason = models.TextField("理由", max_length=2000, blank=True)
    left = models.JSONField("残ったこと", default=list)
    into = models.ForeignKey(Incident, verbose_name="統合先", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="行った人", on_delete=models.PROTECT, related_name="+")
    by_as = models.CharField("役割", max_length=200)
    at = models.DateTimeField("日時")

    class Meta:
        verbose_name = "終わり方"
        verbose_name_plural = "終わり方"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind="closed", left=[]) | ~Q(reason=""), name="incidents_ending_says_why"),
            models.CheckConstraint(condition=Q(kind="merged") ^ Q(into__isnull=True), name="incidents_ending_merged_into_one"),
        ]

    def __str__(self) -> str:
        return f"{self.incident} {self.get_kind_display()}"

    @classmethod
    def can_end(cls, user: User, incident: Incident, *, at: datetime) -> bool:
        return actor_of(user, incident, *ENDERS, at=at) is not None

    # -- transitions -----------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def close(cls, incident: Incident, *, by: User, at: datetime, reason: str = "") -> "Ending":
        """Finished. Refused while anything is open (incidents.open_points) without a written reason; steps undone are then left."""
        incident = incident.lock()
        incident.move_to(Incident.Status.CLOSED)
        actor = demand(by, incident, *ENDERS, at=at)
        left = [point.title for point in open_points(incident, at=at)]
        if left and not reason.strip():
            raise ValidationError({"reason": f"済んでいないことが{len(left)}件あります。完了にする理由を入力してください。"})
        return cls._end(incident, cls.Kind.CLOSED, reason, actor, left=left, at=at)

    @classmethod
    @transaction.atomic
    def mistake(cls, incident: Incident, *, reason: str, by: User, at: datetime) -> "Ending":
        """誤報: nothing has happened after all. The report stays, whoever was told of it is told of this; measures not done are dropped."""
        incident = incident.lock()
        incident.move_to(Incident.Status.MISTAKEN)
        actor = demand(by, incident, *ENDERS, at=at)
        left = [point.title for point in open_points(incident, at=at)]
        row = cls._end(incident, cls.Kind.MISTAKEN, reason, actor, left=left, at=at)
        for task in incident.tasks.filter(status__in=(ResponseTask.Status.DRAFT, ResponseTask.Status.OPEN)):
            task.let_go("誤報のため")
        return row

    @classmethod
    @transaction.atomic
    def merge(cls, incident: Incident, *, into: Incident, reason: str, by: User, at: datetime) -> "Ending":
        """Two reports of one event: this one ends, `into` goes on; notes and files of both are seen there, by both reporters.

        A report about a chief is only merged with another such report, and a drill only into a drill.
        """
        if incident.pk == into.pk:
            raise ValidationError({"into": "同じ報告には統合できません。"})
        rows = {row.pk: row for row in Incident.objects.select_for_update(no_key=True).filter(pk__in=(incident.pk, into.pk)).order_by("pk")}
        incident, into = rows[incident.pk], rows[into.pk]
        incident.move_to(Incident.Status.MERGED)
        actor = demand(by, incident, *ENDERS, at=at)
        _guard_survivor(incident, into, at=at)
        left = [point.title for point in open_points(incident, at=at)]
        incident.merged_into = into
        incident.save(update_fields=["merged_into"])
        incident.merged_reports.update(merged_into=into)
        row = cls._end(incident, cls.Kind.MERGED, reason, actor, left=left, into=into, at=at)
        if incident.is_grave and not into.is_grave:
            into.become_grave()
        record(by, "incidents.incident.took_over", into, role=actor.label, in_place_of=actor.in_place_of, at=at, merged=incident.number)
        return row

    @classmethod
    @transaction.atomic
    def reopen(cls, incident: Incident, *, reason: str, by: User, at: datetime) -> "Ending":
        """Taken up again: what was left undone waits again with fresh clocks, and so do words not yet read.

        InvalidTransition where it belongs to a drill that is over.
        """
        incident = incident.lock()
        incident.move_to(Incident.Status.REACHED if incident.reached_at else Incident.Status.REPORTED)
        actor = demand(by, incident, *ENDERS, at=at)
        guard_drill(incident)
        if not reason.strip():
            raise ValidationError({"reason": "再開する理由を入力してください。"})
        incident.ended_at, incident.merged_into = None, None
        incident.save(update_fields=["status", "ended_at", "merged_into", "saved_at"])
        _take_up(incident, at=at)
        row = cls.objects.create(incident=incident, kind=cls.Kind.REOPENED, reason=reason, by=by, by_as=actor.label, at=at)
        record(by, "incidents.incident.reopened", incident, role=actor.label, in_place_of=actor.in_place_of, at=at)
        return row

    @classmethod
    def _end(
        cls, incident: Incident, kind: str, reason: str, actor: Actor, *, left: list[str], at: datetime, into: Incident | None = None
    ) -> "Ending":
        if kind != cls.Kind.CLOSED and not reason.strip():
            raise ValidationError({"reason": "理由を入力してください。"})
        incident.ended_at = at
        incident.save(update_fields=["status", "ended_at", "saved_at"])
        _leave(incident.steps.filter(done_at__isnull=True), actor, at=at)
        called_off = IncidentMeeting.call_off_all(incident, f"報告が「{cls.Kind(kind).label}」で終わったため", by=actor.person, at=at)
        row = cls.objects.create(
            incident=incident, kind=kind, reason=reason, left=left, into=into, by=actor.person, by_as=actor.label, at=at
        )
        for meeting in called_off:
            meeting.record_off(actor.person, actor, at=at)
        verb = f"incidents.incident.{kind}"
        changes = {"left": len(left)} | ({"into": into.number} if into else {})
        record(actor.person, verb, incident, role=actor.label, in_place_of=actor.in_place_of, at=at, **changes)
        return row


def _leave(steps: Iterable[Step], actor: Actor, *, at: datetime) -> None:
    """Steps undone when the incident ends: left, with the person who ended it."""
    for step in steps:
        step.started_at = step.started_at or at
        step.done_at, step.done_by, step.done_as, step.outcome = at, actor.person, actor.label, Step.Outcome.LEFT
        step.save(update_fields=["started_at", "done_at", "done_by", "done_as", "outcome"])


def _take_up(incident: Incident, *, at: datetime) -> None:
    """Steps left wait again, in the order of the chain: begun where the step before is done, else still to come."""
    steps = {StepCode(step.code): step for step in incident.steps.all()}
    for code, step in steps.items():
        step.incident = incident
        if step.outcome == Step.Outcome.LEFT:
            before = SPECS[code].after
            step.wait_again(at=at, begins=before is None or before not in steps or steps[before].done_at is not None)
    for receipt in Receipt.objects.filter(step__incident=incident, received_at__isnull=True):
        receipt.restart_clock(incident, since=at)


def _guard_survivor(incident: Incident, into: Incident, *, at: datetime) -> None:
    if not into.is_open:
        raise InvalidTransition("統合先の報告はすでに終わっています。対応中の報告を選んでください。")
    if incident.is_drill != into.is_drill:
        raise ValidationError({"into": "訓練と実際の報告は統合できません。"})
    if incident.bypasses_chief and not into.bypasses_chief:
        raise ValidationError({"into": "所属長を通さない報告は、見られる人が限られています。所属長を通さない報告にだけ統合できます。"})
    if incident.bypasses_chief and incident.department_id != into.department_id:
        raise ValidationError({"into": "所属長を通さない報告は、同じ所属の報告にだけ統合できます。見られる人が増えてしまうためです。"})
    if into.bypasses_chief:
        chiefs = {*into.kept_from(at=at), *(actor.person.pk for actor in actors(Party.SECTION_OFFICER, into.department, at=at))}
        if incident.reporter_id in chiefs:
            raise ValidationError({"into": "報告者が、統合先で関わりのある所属長です。統合すると、その方に内容が見えてしまいます。"})
        if not incident.bypasses_chief:
            raise ValidationError(
                {"into": "統合先は所属長を通さない報告です。統合すると、この報告を見られる所属長にその存在が伝わるため、統合できません。"}
            )

"""議決: what a committee resolves of an item in a meeting; 除斥: who has no part in it (3.4.3.1)."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from ..committee_people import Insider
from .agenda import AgendaItem
from .attendance import Quorum, sitting
from .business import Item
from .decision import Decision
from .meeting import Meeting

NOT_TO_RECORD = "議決を記録できるのは、事務局と委員長です。"
RECUSED = "この案件から除斥されている人は、議決を記録できません。事務局の別の人に頼んでください。"
RECORDED = "この会議でのこの案件の結果は、すでに記録されています（{outcome}）。誤りは新しい案件で訂正してください。"


class RecusalQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Those in force; what was marked by mistake has been lifted."""
        return self.filter(lifted_at__isnull=True)


class Recusal(models.Model):
    """除斥: a person who has part in the matter neither counts for the quorum nor votes, nor records what was resolved."""

    item = models.ForeignKey(Item, verbose_name="案件", on_delete=models.CASCADE, related_name="recusals")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="除斥される人", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("理由", max_length=300)
    is_automatic = models.BooleanField("自動", default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="記録した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("日時")
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="取り消した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField("取消日時", null=True, blank=True)

    objects = RecusalQuerySet.as_manager()

    class Meta:
        verbose_name = "除斥"
        verbose_name_plural = "除斥"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "person"], condition=Q(lifted_at__isnull=True), name="approvals_recusal_once"),
            models.CheckConstraint(condition=Q(is_automatic=True) | Q(by__isnull=False), name="approvals_recusal_by_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.person}の除斥"

    @classmethod
    @transaction.atomic
    def mark(cls, item: Item, person: User, *, reason: str, by: User, at: datetime) -> "Recusal":
        """The secretariat or the chair marks a member who has part in the matter, while nothing is resolved."""
        item = cls._opened(item, by, at=at)
        if item.recusals.standing().filter(person=person).exists():
            raise InvalidTransition(f"{person.name}さんは、すでに除斥されています。")
        recusal = cls.objects.create(item=item, person=person, reason=reason, by=by, at=at)
        record(by, "approvals.recusal.marked", item, at=at, person=person.name)
        return recusal

    @transaction.atomic
    def lift(self, *, by: User, at: datetime) -> None:
        """Marked by mistake; what the portal marked from the request stays."""
        item = self._opened(self.item, by, at=at)
        recusal = Recusal.objects.select_related("person").get(pk=self.pk)
        if recusal.is_automatic or recusal.lifted_at:
            raise InvalidTransition("申請に関わる人の除斥は取り消せません。" if recusal.is_automatic else "すでに取り消されています。")
        recusal.lifted_by, recusal.lifted_at = by, at
        recusal.save(update_fields=["lifted_by", "lifted_at"])
        record(by, "approvals.recusal.lifted", item, at=at, person=recusal.person.name)

    @staticmethod
    def _opened(item: Item, by: User, *, at: datetime) -> Item:
        item = item.lock()
        if not item.is_live:
            raise InvalidTransition(f"この案件は「{item.get_status_display()}」のため、除斥を変えられません。")
        if not Insider.of(by, item.committee, at=at).runs:
            raise PermissionDenied("除斥を記録できるのは、事務局と委員長です。")
        return item

    @staticmethod
    def candidates(item: Item, *, at: datetime) -> list[User]:
        """The members of the day who are not excluded yet."""
        excluded = set(item.recusals.standing().values_list("person", flat=True))
        return [row.person for row in sitting(item.committee, on=day_of(at)) if row.person.pk not in excluded]


class Resolution(models.Model):
    """One 議決, with the numbers it rests on. Never altered: a wrong entry is mended by a new item."""

    class Outcome(models.TextChoices):
        PASSED = "passed", "可決"
        REJECTED = "rejected", "否決"
        RETURNED = "returned", "差戻し"
        CONTINUED = "continued", "継続審議"
        NOTED = "noted", "報告を了承"

    OUTCOMES = {
        Item.Kind.REQUEST: (Outcome.PASSED, Outcome.REJECTED, Outcome.RETURNED, Outcome.CONTINUED),
        Item.Kind.DELIBERATION: (Outcome.PASSED, Outcome.REJECTED, Outcome.RETURNED, Outcome.CONTINUED),
        Item.Kind.REPORT: (Outcome.NOTED, Outcome.CONTINUED),
        Item.Kind.OTHER: tuple(Outcome),
    }
    ON_REQUEST = {
        Outcome.PASSED: Decision.Outcome.PERMIT,
        Outcome.REJECTED: Decision.Outcome.REFUSE,
        Outcome.RETURNED: Decision.Outcome.RETURN,
    }
    NEED_REASON = (Outcome.REJECTED, Outcome.RETURNED)

    agenda_item = models.OneToOneField(AgendaItem, verbose_name="次第", on_delete=models.PROTECT, related_name="resolution")
    outcome = models.CharField("結果", max_length=16, choices=Outcome)
    conditions = models.TextField("条件", blank=True, max_length=2000)
    reason = models.TextField("理由・意見", blank=True, max_length=2000)
    votes_for = models.PositiveSmallIntegerField("賛成", null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField("反対", null=True, blank=True)
    eligible = models.PositiveSmallIntegerField("議決に加わる委員")
    present = models.PositiveSmallIntegerField("そのうち出席")
    excluded = models.PositiveSmallIntegerField("除斥した委員")
    quorum_percent = models.PositiveSmallIntegerField("成立に要る割合（%を超える）")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="記録した人", on_delete=models.PROTECT, related_name="+")
    recorded_as = models.CharField("役割", max_length=200)
    recorded_at = models.DateTimeField("記録日時")
    decision = models.OneToOneField(
        Decision, verbose_name="申請の決定", null=True, blank=True, on_delete=models.PROTECT, related_name="resolution"
    )

    class Meta:
        verbose_name = "議決"
        verbose_name_plural = "議決"
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome__in=("rejected", "returned")) | ~Q(reason=""), name="approvals_resolution_no_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agenda_item.item} {self.get_outcome_display()}"

    @property
    def quorum(self) -> Quorum:
        """As it was when the resolution was recorded."""
        return Quorum(self.eligible, self.present, self.quorum_percent)

    @classmethod
    @transaction.atomic
    def enter(
        cls,
        row: AgendaItem,
        outcome: str,
        *,
        by: User,
        at: datetime,
        reason: str = "",
        conditions: str = "",
        votes_for: int | None = None,
        votes_against: int | None = None,
    ) -> "Resolution":
        """Record what was resolved of an item in a held meeting; a request's seat is decided in the same transaction.

        Of two who record at once one is told. InvalidTransition where the meeting is not held, not quorate, or the item
        has moved on; PermissionDenied for who may not record or is excluded; ValidationError for what cannot be true.
        """
        row = cls._opened(row)
        item = row.item
        item.mark_parties(at=at)
        excluded = set(item.recusals.standing().values_list("person", flat=True))
        insider = cls._guard_person(by, item, excluded, at=at)
        quorum = row.meeting.quorum(excluded=excluded)
        _guard_quorum(row.meeting, quorum, outcome)
        _guard_input(item, outcome, reason, quorum, votes_for, votes_against)
        members = {line.person_id for line in row.meeting.attendances.all() if line.is_member}
        resolution = cls.objects.create(
            agenda_item=row,
            outcome=outcome,
            conditions=conditions,
            reason=reason,
            votes_for=votes_for,
            votes_against=votes_against,
            eligible=quorum.eligible,
            present=quorum.present,
            excluded=len(members & excluded),
            quorum_percent=quorum.percent,
            recorded_by=by,
            recorded_as=insider.label[:200],
            recorded_at=at,
        )
        resolution._settle(item, by=by, at=at)
        record(by, "approvals.resolution.recorded", item, role=insider.label, at=at, **resolution.changes())
        return resolution

    @classmethod
    def _opened(cls, row: AgendaItem) -> AgendaItem:
        """The row under the locks of its request and committee, still to be resolved in a held meeting."""
        item = row.item.lock()
        row = AgendaItem.objects.select_related("meeting__committee__secretariat").get(pk=row.pk)
        row.item = item
        done = cls.objects.filter(agenda_item=row).first()
        if done is not None:
            raise InvalidTransition(RECORDED.format(outcome=done.get_outcome_display()))
        row.meeting.guard_held()
        if item.status != Item.Status.ON_AGENDA:
            raise InvalidTransition(f"この案件は「{item.get_status_display()}」になっています。最新の状況を表示しました。")
        return row

    @staticmethod
    def _guard_person(by: User, item: Item, excluded: set[int], *, at: datetime) -> Insider:
        insider = Insider.of(by, item.committee, at=at)
        if not insider.runs:
            raise PermissionDenied(NOT_TO_RECORD)
        if by.pk in excluded:
            raise PermissionDenied(RECUSED)
        return insider

    def _settle(self, item: Item, *, by: User, at: datetime) -> None:
        """What follows for the item, and for the request whose seat it holds."""
        if self.outcome == self.Outcome.CONTINUED:
            item.move_to(Item.Status.CONTINUED)
            item.save(update_fields=["status"])
            return
        item.move_to(Item.Status.RESOLVED)
        item.ended_at = at
        item.save(update_fields=["status", "ended_at"])
        if item.of_request:
            outcome = self.ON_REQUEST[self.Outcome(self.outcome)]
            words = {"comment": self.reason, "conditions": self.conditions}
            self.decision = Decision.by_resolution(item.seat, outcome, by=by, at=at, **words)
            self.save(update_fields=["decision"])

    def changes(self) -> dict:
        """What the trail keeps of it."""
        return {
            "outcome": self.outcome,
            "meeting": str(self.agenda_item.meeting),
            "eligible": self.eligible,
            "present": self.present,
            "excluded": self.excluded,
            "votes_for": self.votes_for,
            "votes_against": self.votes_against,
            "has_conditions": bool(self.conditions),
        }

    @classmethod
    def can_record(cls, user: User, item: Item, *, at: datetime) -> bool:
        """Whether the person may record what is resolved of the item: the secretariat and the chair, if not excluded."""
        is_excluded = item.recusals.standing().filter(person=user).exists()
        return not is_excluded and Insider.of(user, item.committee, at=at).runs


def _guard_quorum(meeting: Meeting, quorum: Quorum, outcome: str) -> None:
    """A matter is only carried on where too few are there; a 緊急対策会議 has no seats to count."""
    if outcome == Resolution.Outcome.CONTINUED or not meeting.has_seats or quorum.is_met:
        return
    raise InvalidTransition(
        f"出席が足りないため、議決できません。除斥された人を除く委員{quorum.eligible}人のうち{quorum.needed}人以上の出席が要りますが、"
        f"出席は{quorum.present}人です。継続審議として、次の会議に付議できます。"
    )


def _guard_input(item: Item, outcome: str, reason: str, quorum: Quorum, votes_for: int | None, votes_against: int | None) -> None:
    """ValidationError beside the field that cannot be true."""
    if outcome not in Resolution.OUTCOMES[Item.Kind(item.kind)]:
        raise ValidationError({"outcome": "この種類の案件では選べない結果です。"})
    if outcome in Resolution.NEED_REASON and not reason.strip():
        raise ValidationError({"reason": "否決と差戻しには、理由を入力してください。"})
    if (votes_for or 0) + (votes_against or 0) > quorum.present:
        raise ValidationError({"votes_for": f"賛成と反対の合計が、議決に加わった出席者（{quorum.present}人）より多くなっています。"})
    if votes_for is not None and votes_against is not None:
        if outcome == Resolution.Outcome.PASSED and votes_for < votes_against:
            raise ValidationError({"outcome": "反対が賛成より多いため、可決にはなりません。"})
        if outcome == Resolution.Outcome.REJECTED and votes_against < votes_for:
            raise ValidationError({"outcome": "賛成が反対より多いため、否決にはなりません。"})

"""A decision on a request: one act of one person for all the seats that the person holds in the step (approvals.md)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import Standing, hold_still
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from ..roster import Roster
from .request_type import Chair
from .step import Seat, Step

if TYPE_CHECKING:
    from .request import Request

SEPARATED = "この申請の起案・申請・実施に関わった人は、自分では決定できません（3-4(3)ア 兼務の禁止）。"
NOT_A_DECIDER = (
    "あなたは、いまこの申請を決定する立場にありません。異動や代理の期間の終わり、ほかの人の決定により、決定者が替わった可能性があります。"
)
NOT_A_CALLER = "口頭の許可を入力できるのは、申請に関わっておらず、話した本人でもない人です。同じ課の別の人に頼んでください。"
DECIDED_HERE = "この段階の決定は、すでに済んでいます。次の段階を決めるときは、もう一度内容を確かめてください。"
CHANGED = "開いたあとで申請の内容が変わりました。最新の内容を確かめてから、もう一度決定してください。"
SETTLED = "この申請はすでに「{status}」になっています。最新の状況を表示しました。"


class DecisionQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Those that count: what the speaker of oral words has denied does not."""
        return self.filter(disputed_at__isnull=True)

    def awaiting_review_by(self, user: User) -> Self:
        """後閲: what a deputy decided in this person's place and the person has not read yet."""
        return self.standing().filter(in_place_of=user, reviewed_at__isnull=True)

    def awaiting_confirmation_by(self, user: User) -> Self:
        """口頭: what was entered in this person's name and is neither confirmed nor denied."""
        return self.standing().filter(person=user, entered_by__isnull=False, confirmed_at__isnull=True)


class Decision(models.Model):
    """Who decided what, as which role, in whose place, on which content. Never altered, only confirmed, denied or read afterwards."""

    class Outcome(models.TextChoices):
        PERMIT = "permit", "許可"
        REFUSE = "refuse", "不許可"
        RETURN = "return", "差戻し"

    request = models.ForeignKey("approvals.Request", verbose_name="申請", on_delete=models.CASCADE, related_name="decisions")
    step = models.ForeignKey(Step, verbose_name="段階", on_delete=models.CASCADE, related_name="decisions")
    version = models.PositiveSmallIntegerField("版")
    digest = models.CharField("決定した内容のSHA-256", max_length=64)
    outcome = models.CharField("決定", max_length=8, choices=Outcome)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="決定した人", on_delete=models.PROTECT, related_name="decisions")
    decided_as = models.CharField("役割", max_length=200)
    in_place_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="代理された人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_exception = models.BooleanField("やむを得ない場合の決定", default=False)
    at = models.DateTimeField("決定日時")
    comment = models.TextField("意見", blank=True, max_length=2000)
    conditions = models.TextField("許可の条件", blank=True, max_length=2000)
    ruling = models.JSONField("判断の内容", default=dict, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="口頭の決定を入力した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    entered_at = models.DateTimeField("入力日時", null=True, blank=True)
    confirmed_at = models.DateTimeField("本人の確認日時", null=True, blank=True)
    disputed_at = models.DateTimeField("本人が違うとした日時", null=True, blank=True)
    dispute = models.TextField("違う点", blank=True, max_length=2000)
    reviewed_at = models.DateTimeField("後閲日時", null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "決定"
        verbose_name_plural = "決定"
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["person", "confirmed_at"]), models.Index(fields=["in_place_of", "reviewed_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(outcome="permit") | ~Q(comment=""), name="approvals_decision_no_has_reason"),
            models.CheckConstraint(
                condition=Q(entered_by__isnull=True) | ~Q(entered_by=models.F("person")), name="approvals_decision_entered_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}（{self.person}）"

    @property
    def is_oral(self) -> bool:
        return self.entered_by_id is not None

    @property
    def awaits_review(self) -> bool:
        """代決: the one in whose place it was decided still has to read it."""
        return self.in_place_of_id is not None and self.reviewed_at is None and self.disputed_at is None

    # -- deciding --------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def take(
        cls,
        request: "Request",
        outcome: str,
        *,
        by: User,
        at: datetime,
        digest: str,
        step: int | None = None,
        comment: str = "",
        conditions: str = "",
        ruling: dict[str, Any] | None = None,
    ) -> "Decision":
        """Decide a request in review; `digest` is that of the version the person looked at, `step` the position of its step.

        `ruling` is what the decision itself settles, for a matter that asks for it. Of two at once exactly one is first: the
        other gets InvalidTransition with what has happened meanwhile; so does the second press of one who sits in the next
        step too. PermissionDenied for who may not decide it now; ValidationError where a reason or the ruling is missing.
        """
        request, opened = cls._opened(request, digest)
        if step is not None and step != opened.position:
            raise InvalidTransition(DECIDED_HERE)
        request.matter.guard_ruling(outcome, ruling)
        hold_still(by)  # a personnel change waits for this decision, or this decision sees it
        seats = opened.seats_of(by, Roster(at))
        if not seats:
            raise PermissionDenied(SEPARATED if by.pk in request.barred.parties else NOT_A_DECIDER)
        if outcome != cls.Outcome.PERMIT and not comment.strip():
            raise ValidationError({"comment": "差戻しと不許可には、理由を入力してください。申請した人に届きます。"})
        words = {"comment": comment, "conditions": conditions, "ruling": ruling or {}}
        decision = cls._of(request, opened, seats, outcome, at=at, digest=digest, **words)
        record(
            by,
            "approvals.decision.made",
            request,
            role=decision.decided_as,
            in_place_of=decision.in_place_of,
            at=at,
            **decision.changes(),
        )
        decision._carry_out(by=by, at=at)
        return decision

    @classmethod
    def _opened(cls, request: "Request", digest: str) -> tuple["Request", Step]:
        """The request under its lock with its open step, or InvalidTransition in words for the late one."""
        request = request.lock()
        step = request.open_step
        if not request.is_in_review or step is None:
            raise InvalidTransition(SETTLED.format(status=request.get_status_display()))
        if request.current_version.digest != digest:
            raise InvalidTransition(CHANGED)
        return request, step

    @classmethod
    def _of(cls, request: "Request", step: Step, seats: list[tuple[Seat, Standing]], outcome: str, **fields) -> "Decision":
        """The row, and the seats that it takes."""
        hats = [hat for _, hat in seats]
        decision = cls.objects.create(
            request=request,
            step=step,
            version=request.version,
            outcome=outcome,
            person=hats[0].person,
            decided_as="、".join(dict.fromkeys(hat.label for hat in hats))[:200],
            in_place_of=next((hat.in_place_of for hat in hats if hat.in_place_of), None),
            is_exception=hats[0].person.pk in request.barred.waived,
            **fields,
        )
        if outcome == cls.Outcome.PERMIT:
            Seat.objects.filter(pk__in=[seat.pk for seat, _ in seats]).update(decision=decision)
        return decision

    def changes(self) -> dict:
        """What the trail keeps of it."""
        return {"outcome": self.outcome, "version": self.version, "digest": self.digest, "has_conditions": bool(self.conditions)}

    def _carry_out(self, *, by: User, at: datetime) -> None:
        """What follows: the next step, the permit, or the end; the caller holds the request's lock."""
        request = self.request
        if self.outcome == self.Outcome.PERMIT:
            step = Step.objects.get(pk=self.step_id)
            if step.is_settled:
                step.close(at=at)
                Step.open_next(request, by=by, at=at)
        elif self.outcome == self.Outcome.REFUSE:
            request.end(request.Status.REFUSED, by=by, at=at, reason=self.comment)
            record(by, "approvals.request.refused", request, at=at)
        else:
            request.give_back(by=by, at=at)
            record(by, "approvals.request.returned", request, at=at)

    @classmethod
    def by_resolution(cls, seat: Seat, outcome: str, *, by: User, at: datetime, comment: str = "", conditions: str = "") -> "Decision":
        """The committee has resolved (議決): `by` records it for the committee, and decides nothing as a person.

        The caller has guarded who may record it. InvalidTransition where the seat no longer waits.
        """
        request = seat.step.request.lock()
        step = request.open_step
        if step is None or step.pk != seat.step_id or seat.decision_id is not None:
            raise InvalidTransition(SETTLED.format(status=request.get_status_display()))
        decision = cls.objects.create(
            request=request,
            step=step,
            version=request.version,
            digest=request.current_version.digest,
            outcome=outcome,
            person=by,
            decided_as=f"{Chair.COMMITTEE.label}（議決）",
            at=at,
            comment=comment,
            conditions=conditions,
        )
        if outcome == cls.Outcome.PERMIT:
            Seat.objects.filter(pk=seat.pk).update(decision=decision)
        record(by, "approvals.decision.made", request, role=decision.decided_as, at=at, **decision.changes())
        decision._carry_out(by=by, at=at)
        return decision

    # -- by word of mouth ------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def enter_oral(
        cls, request: "Request", *, spoken_by: User, spoken_at: datetime, content: str, by: User, at: datetime, digest: str
    ) -> "Decision":
        """A permit given by word of mouth, entered by another and confirmed by the speaker at the next log-in (口頭).

        Only a permit: a refusal can wait. The request's own people do not enter it (3.4.3.1). ValidationError beside the
        field that cannot be true; InvalidTransition where the request has moved on.
        """
        request, step = cls._opened(request, digest)
        if by.pk in request.barred.parties or by.pk == spoken_by.pk:
            raise PermissionDenied(
                "口頭の許可を入力できるのは、申請に関わっておらず、話した本人でもない人です。同じ課の別の人に頼んでください。"
            )
        if not step.started_at <= spoken_at <= at:
            raise ValidationError({"spoken_at": "審査がこの段階に来てから今までの日時を入力してください。"})
        seats = step.seats_of(spoken_by, Roster(spoken_at))
        if not seats:
            raise ValidationError({"spoken_by": "選んだ方は、その日時にこの申請を決定できる立場にありません。"})
        oral = {"entered_by": by, "entered_at": at, "comment": content}
        decision = cls._of(request, step, seats, cls.Outcome.PERMIT, at=spoken_at, digest=digest, **oral)
        spoken = {"orally_by": spoken_by.name, "orally_as": decision.decided_as, "done_at": spoken_at}
        record(by, "approvals.decision.entered", request, at=at, **{**spoken, "done_at": spoken_at.isoformat()}, **decision.changes())
        decision._carry_out(by=by, at=at)
        return decision

    @transaction.atomic
    def confirm(self, *, by: User, at: datetime) -> None:
        """The speaker says: so it was."""
        decision = self._answered(by)
        decision.confirmed_at = at
        decision.save(update_fields=["confirmed_at"])
        record(by, "approvals.decision.confirmed", decision.request, role=decision.decided_as, at=at)

    @transaction.atomic
    def deny(self, *, by: User, at: datetime, dispute: str) -> None:
        """The speaker says: not so. What rested on the words is undone: the step waits again, a running permit is recalled."""
        decision = self._answered(by)
        decision.disputed_at, decision.dispute = at, dispute
        decision.save(update_fields=["disputed_at", "dispute"])
        record(by, "approvals.decision.disputed", decision.request, role=decision.decided_as, at=at)
        decision.request.undo(decision, by=by, at=at)

    def _answered(self, by: User) -> "Decision":
        """This decision under the request's lock, still to be answered by its speaker."""
        request = self.request.lock()
        decision = Decision.objects.get(pk=self.pk)
        decision.request = request
        if not decision.is_oral or decision.confirmed_at or decision.disputed_at:
            raise InvalidTransition("この口頭の記録には、すでに回答しています。")
        if decision.person_id != by.pk:
            raise PermissionDenied("口頭の記録に回答できるのは、話した本人だけです。")
        return decision

    # -- 後閲 ------------------------------------------------------------------------------------------------------
    @transaction.atomic
    def review(self, *, by: User, at: datetime) -> None:
        """The absent person has read what the deputy decided."""
        request = self.request.lock()
        decision = Decision.objects.get(pk=self.pk)
        if decision.reviewed_at or decision.disputed_at:
            raise InvalidTransition("この代決は、すでに後閲が済んでいます。")
        if decision.in_place_of_id != by.pk:
            raise PermissionDenied("後閲ができるのは、代理された本人だけです。")
        decision.reviewed_at = at
        decision.save(update_fields=["reviewed_at"])
        record(by, "approvals.decision.reviewed", request, at=at)

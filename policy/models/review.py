"""What a new text means for the obligations: a line each that moved, was reworded or is gone, decided before it is published.

Decisions stand on the draft; they take effect on the 施行日 (policy.carrying). Nothing is decided silently: what only moved
follows its clause and is shown, all else waits for the 中央電子計算組織管理者 or an administrator (3.4.2.3).
"""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import standings
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.comparison import ChangeKind
from policy.hands import PREPARING, Hands

from .change import ClauseChange
from .document import Revision
from .obligation import Exemption, Obligation

CHAPTERS = ("2", "3")  # 基本方針 and 対策基準 oblige; chapter 1 only says how the policy is made up


class Decision(models.TextChoices):
    """What becomes of an obligation, or of a clause that has none."""

    CARRIED = "carried", "条項とともに移動"
    KEEP = "keep", "そのまま引き継ぐ"
    REWORD = "reword", "書き直して引き継ぐ"
    MOVE = "move", "別の条項に移す"
    RETIRE = "retire", "廃止する"
    ADD = "add", "義務を追加する"
    EXEMPT = "exempt", "義務なしとする"
    NOTHING = "nothing", "追加しない"


class ReviewQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Still to be decided."""
        return self.filter(decision="")

    def decided(self) -> Self:
        """Decided by a person."""
        return self.exclude(decision="").exclude(decision=Decision.CARRIED)

    def visible_to(self, user: User, *, at: datetime) -> Self:
        """Those of the drafts that the person may see; the changes of a published text are history for the same persons."""
        hands = Hands.of(user, at=at)
        if hands.prepares:
            return self.all()
        return self.exclude(revision__status=Revision.Status.DRAFT) if hands.decides else self.none()

    def with_all(self) -> Self:
        """Ready to be drawn: two queries, however many rows."""
        rows = self.select_related("change__old", "change__new", "obligation", "exemption", "decided_by")
        return rows.prefetch_related("obligation__bearings")


class ObligationReview(models.Model):
    """One thing to be decided (or carried along) before a text may be published."""

    revision = models.ForeignKey(Revision, verbose_name="版", on_delete=models.CASCADE, related_name="reviews")
    change = models.ForeignKey(ClauseChange, verbose_name="条項の変更", on_delete=models.CASCADE, related_name="reviews")
    obligation = models.ForeignKey(Obligation, verbose_name="義務", null=True, blank=True, on_delete=models.PROTECT, related_name="reviews")
    exemption = models.ForeignKey(
        Exemption, verbose_name="義務のない条項", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_extra = models.BooleanField("追加の欄", default=False)
    decision = models.CharField("判断", max_length=16, choices=Decision, blank=True)
    clause = models.CharField("移す先の条項", max_length=32, blank=True)
    wording = models.JSONField("書き直した内容", default=dict, blank=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="判断した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_as = models.CharField("役割", max_length=200, blank=True)
    decided_at = models.DateTimeField("判断した日時", null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "義務の見直し"
        verbose_name_plural = "義務の見直し"
        ordering = ["change__position", "obligation__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "obligation"], name="policy_obligationreview_once"),
            models.UniqueConstraint(fields=["revision", "exemption"], name="policy_exemptionreview_once"),
        ]
        indexes = [models.Index(fields=["revision", "decision"], name="policy_obligationreview_open")]

    def __str__(self) -> str:
        return f"{self.change.citation} 義務の見直し"

    # -- what may be decided ---------------------------------------------------------------------------------------
    @property
    def choices(self) -> list[Decision]:
        """The decisions that fit this line, the mildest first."""
        if self.obligation_id is None:
            return [Decision.ADD, Decision.NOTHING] if self.is_extra else [Decision.EXEMPT, Decision.ADD]
        if self.change.kind == ChangeKind.GONE:
            return [Decision.MOVE, Decision.RETIRE]
        return [Decision.KEEP, Decision.REWORD, Decision.MOVE, Decision.RETIRE]

    @property
    def is_open(self) -> bool:
        return not self.decision

    @property
    def target(self) -> str:
        """The number of the clause that carries the obligation in the new text; "" where none does."""
        return self.clause or self.change.new_number

    def can_decide(self, user: User, *, at: datetime) -> bool:
        """Whether the person may decide now; serves button and method alike."""
        return self.revision.status == Revision.Status.DRAFT and Hands.of(user, at=at).prepares

    # -- transitions -----------------------------------------------------------------------------------------------
    @transaction.atomic
    def decide(
        self, decision: str, *, by: User, at: datetime, clause: str = "", wording: dict[str, Any] | None = None, reason: str = ""
    ) -> None:
        """Decide, or decide otherwise, as long as the text is a draft.

        `clause` is where the obligation moves to, `wording` what it says from then on, `reason` why it ends or why the clause
        obliges nobody. Raises InvalidTransition, PermissionDenied, and ValidationError by field for what does not fit.
        """
        review = self._locked(by, at=at)
        if decision not in review.choices:
            raise ValidationError("この条項には選べない判断です。")
        review._guard(decision, clause=clause, wording=wording, reason=reason)
        review.decision, review.clause, review.wording, review.reason = decision, clause, wording or {}, reason
        review.decided_by, review.decided_as, review.decided_at = by, role_of(by, at=at), at
        review.save(update_fields=["decision", "clause", "wording", "reason", "decided_by", "decided_as", "decided_at"])
        changes = {"clause": review.change.number, "decision": decision}
        record(by, "policy.review.decided", review.revision, role=review.decided_as, at=at, **changes)
        self.refresh_from_db()

    @transaction.atomic
    def keep_all(self, *, by: User, at: datetime) -> int:
        """Keep all obligations of the clause that are still open as they are: a word has changed, what is asked has not. Gives how many."""
        review = self._locked(by, at=at)
        if review.change.kind == ChangeKind.GONE:
            raise InvalidTransition("削除される条項の義務は、そのまま引き継げません。一つずつ判断してください。")
        rows = review.open_beside
        role = role_of(by, at=at)
        count = rows.update(decision=Decision.KEEP, decided_by=by, decided_as=role, decided_at=at)
        changes = {"clause": review.change.number, "decision": Decision.KEEP.value, "count": count}
        record(by, "policy.review.decided", review.revision, role=role, at=at, **changes)
        self.refresh_from_db()
        return count

    @property
    def open_beside(self) -> ReviewQuerySet:
        """The open lines of obligations on the same clause, this one included."""
        return ObligationReview.objects.filter(change=self.change_id, obligation__isnull=False).open()

    @transaction.atomic
    def add_another(self, *, by: User, at: datetime) -> "ObligationReview":
        """A further line for the same clause: a new text often obliges somebody to more than one thing."""
        review = self._locked(by, at=at)
        if review.change.kind == ChangeKind.GONE:
            raise InvalidTransition("削除される条項に、義務は追加できません。")
        extra = ObligationReview.objects.create(revision=review.revision, change=review.change, is_extra=True)
        record(by, "policy.review.added", review.revision, role=role_of(by, at=at), at=at, clause=review.change.number)
        return extra

    def _locked(self, user: User, *, at: datetime) -> "ObligationReview":
        revision = self.revision.locked()
        if revision.status != Revision.Status.DRAFT:
            raise InvalidTransition(f"この版は「{revision.get_status_display()}」のため、義務の見直しは変えられません。")
        if not Hands.of(user, at=at).prepares:
            raise PermissionDenied("義務の見直しができるのは、中央電子計算組織管理者とポータルの管理者だけです。")
        review = ObligationReview.objects.select_related("change", "obligation", "exemption").get(pk=self.pk)
        review.revision = revision
        return review

    def _guard(self, decision: str, *, clause: str, wording: dict[str, Any] | None, reason: str) -> None:
        """What each decision needs."""
        if decision == Decision.MOVE and not self.revision.clauses.filter(number=clause).exists():
            raise ValidationError({"clause": "新しい本文にこの条項はありません。番号を確かめてください。"})
        if decision in (Decision.REWORD, Decision.ADD) and not (wording and wording.get("summary") and wording.get("bearers")):
            raise ValidationError({"summary": "趣旨と担い手を入力してください。"})
        if decision in (Decision.RETIRE, Decision.EXEMPT) and not reason.strip():
            raise ValidationError({"reason": "理由を入力してください。"})

    # -- made with the comparison ----------------------------------------------------------------------------------
    @classmethod
    def renew(cls, revision: Revision, changes: list[ClauseChange], *, at: datetime) -> list["ObligationReview"]:
        """The lines of a fresh comparison, in place of those there were; the caller holds the lock of the draft."""
        revision.reviews.all().delete()
        before = {change.old_number: change for change in changes if change.old_number}
        obligations = Obligation.objects.in_force().order_by("position")
        exemptions = Exemption.objects.in_force().order_by("pk")
        rows = [row for obligation in obligations if (row := _of_obligation(obligation, before.get(obligation.clause), at=at))]
        rows += [
            cls(change=before[exemption.clause], exemption=exemption)
            for exemption in exemptions
            if exemption.clause in before and before[exemption.clause].is_reworded
        ]
        rows += [cls(change=change) for change in _new_clauses(revision, changes)]
        for row in rows:
            row.revision = revision
        return cls.objects.bulk_create(rows)


def _of_obligation(obligation: Obligation, change: ClauseChange | None, *, at: datetime) -> ObligationReview | None:
    """Nothing where the clause stays as it is, or where the old text had no such clause either."""
    if change is None or change.kind == ChangeKind.UNCHANGED:
        return None
    if change.kind == ChangeKind.MOVED:
        return ObligationReview(change=change, obligation=obligation, decision=Decision.CARRIED, decided_at=at)
    return ObligationReview(change=change, obligation=obligation)


def _new_clauses(revision: Revision, changes: list[ClauseChange]) -> list[ClauseChange]:
    """New clauses of chapters 2 and 3 that say something of their own, or have nothing below that could."""
    parents = set(revision.clauses.exclude(parent=None).values_list("parent", flat=True))
    return [
        change
        for change in changes
        if change.kind == ChangeKind.NEW
        and change.new_number.split(".")[0] in CHAPTERS
        and (change.new.text or change.new.tables or change.new_id not in parents)
    ]


def role_of(user: User, *, at: datetime) -> str:
    """The hat under which a person prepares a text, for the record."""
    hats = [hat.label for hat in standings(user, at=at) if hat.role.code in PREPARING]
    return hats[0] if hats else ""

"""材料: one thing a review looks at, with its words of the day it was put to the committee, and what was decided about it (3.13.3)."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from audits.review.hands import Hands
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .policy_review import PolicyReview


class Source(models.TextChoices):
    """Where an input comes from, in the order in which the committee treats them."""

    AUDIT = "audit", "監査の指摘"
    INSPECTION = "inspection", "自己点検"
    INCIDENT = "incident", "インシデント"
    DRILL = "drill", "訓練"
    RISK = "risk", "リスク評価"
    EXCEPTION = "exception", "例外措置"
    LAW = "law", "法令の改正"
    REGULATION = "regulation", "規程・手順"
    PARAMETER = "parameter", "未定事項"
    OPINION = "opinion", "部からの意見"
    OTHER = "other", "その他"


COLUMNS = ("source", "title", "words", "clauses", "link")  # of an input, read from its source


@dataclass(frozen=True)
class Found:
    """What a source gives: `key` names it for good, so that it is the same input when it is read again."""

    source: Source
    key: str
    title: str
    words: str = ""
    clauses: tuple[str, ...] = ()
    link: str = ""

    @property
    def columns(self) -> dict:
        return {
            "source": self.source,
            "title": self.title[:200],
            "words": self.words[:4000],
            "clauses": list(self.clauses),
            "link": self.link[:300],
        }


class ReviewInputQuerySet(models.QuerySet["ReviewInput"]):
    def visible_to(self, user: User, *, at: datetime, hands: Hands | None = None) -> Self:
        return self.filter(review__in=PolicyReview.objects.visible_to(user, at=at, hands=hands))

    def undecided(self) -> Self:
        return self.filter(decision="")

    def freeze(self, review: PolicyReview, found: Iterable[Found], *, at: datetime) -> None:
        """Keep what was gathered with its words; what was decided stays as it was decided on. The caller holds the review."""
        known = {row.key: row for row in self.filter(review=review).exclude(key="")}
        fresh = {each.key: each for each in found}
        changed, gone = [], []
        for key, row in known.items():
            if key in fresh and not row.decision:
                for name, value in fresh[key].columns.items():
                    setattr(row, name, value)
                changed.append(row)
            elif key not in fresh and row.is_untouched:
                gone.append(row.pk)
        self.bulk_update(changed, COLUMNS)
        self.filter(pk__in=gone).delete()
        self.bulk_create(
            ReviewInput(review=review, key=key, added_at=at, **each.columns) for key, each in fresh.items() if key not in known
        )

    def carry_on(self, review: PolicyReview, *, at: datetime) -> int:
        """Take over what settled reviews carried on and no later one has taken; gives how many. The caller holds the committee."""
        kept = ReviewInput.objects.exclude(review__status=PolicyReview.Status.DROPPED)
        latest = dict(kept.exclude(key="").order_by().values_list("key").annotate(models.Max("pk")))
        taken = kept.exclude(carried_from=None).values("carried_from")
        open_ones = kept.filter(decision=ReviewInput.Decision.CARRY, review__status__in=PolicyReview.SETTLED).exclude(pk__in=taken)
        names = ("key", *COLUMNS)
        rows = [
            ReviewInput(review=review, carried_from=old, added_at=at, **{name: getattr(old, name) for name in names})
            for old in open_ones.order_by("pk")
            if latest.get(old.key, old.pk) == old.pk  # else a later review has looked at the same thing again
        ]
        return len(self.bulk_create(rows))


def in_order(rows: Iterable["ReviewInput"]) -> list["ReviewInput"]:
    """By source, as the committee treats them; within one as they were gathered, and what is read live after it."""
    places = {source: place for place, source in enumerate(Source)}
    return sorted(rows, key=lambda row: (places[Source(row.source)], row.pk is None, row.pk or 0))


class ReviewInput(models.Model):
    """One input. What is read from elsewhere has a key and a link; what somebody added by hand has a person."""

    class Decision(models.TextChoices):
        REVISE = "revise", "改定する"
        KEEP = "keep", "改定しない"
        OPERATE = "operate", "運用で対応"
        CARRY = "carry", "継続"

    review = models.ForeignKey(PolicyReview, verbose_name="見直し", on_delete=models.CASCADE, related_name="inputs")
    source = models.CharField("種別", max_length=16, choices=Source, db_index=True)
    key = models.CharField("もとの記録", max_length=100, blank=True, editable=False)
    link = models.CharField("もとの画面", max_length=300, blank=True)
    title = models.CharField("件名", max_length=200)
    words = models.TextField("内容", blank=True, max_length=4000)
    clauses = models.JSONField("条項", default=list, blank=True)
    carried_from = models.ForeignKey(
        "self", verbose_name="前回の材料", null=True, blank=True, on_delete=models.PROTECT, related_name="carried_to"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="加えた人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField("加えた日時")
    discussion = models.TextField("審議の内容", blank=True, max_length=4000)
    decision = models.CharField("取扱い", max_length=16, choices=Decision, blank=True)
    reason = models.TextField("理由", blank=True, max_length=2000)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="記録した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_as = models.CharField("役割", max_length=200, blank=True)
    decided_at = models.DateTimeField("記録日時", null=True, blank=True)

    objects = ReviewInputQuerySet.as_manager()

    class Meta:
        verbose_name = "見直しの材料"
        verbose_name_plural = "見直しの材料"
        ordering = ["pk"]
        indexes = [models.Index(fields=["review", "decision"]), models.Index(fields=["review", "source"])]
        constraints = [
            models.UniqueConstraint(fields=["review", "key"], condition=~Q(key=""), name="audits_reviewinput_once_a_review"),
            models.CheckConstraint(condition=Q(decision="") | ~Q(reason=""), name="audits_reviewinput_decision_has_reason"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("audits:review_input", args=[self.review_id, self.pk])

    @property
    def is_by_hand(self) -> bool:
        return self.added_by_id is not None

    @property
    def is_untouched(self) -> bool:
        """Read from elsewhere, and nobody has said or carried anything."""
        return not (self.is_by_hand or self.carried_from_id or self.decision or self.discussion)

    @property
    def seen(self) -> str:
        """The digest of what is written down about it: whoever writes anew says which record they had before them."""
        words = [self.discussion, self.decision, self.reason]
        return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()

    # -- by hand ---------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def add(cls, review: PolicyReview, *, source: str, title: str, words: str, clauses: list[str], by: User, at: datetime) -> "ReviewInput":
        """Bring in by hand what no source knows. InvalidTransition once the committee has resolved; PermissionDenied for outsiders."""
        review, hands = review.lock(), Hands(by, at=at)
        if not hands.adds:
            raise PermissionDenied("材料を加えられるのは、情報化推進委員会の委員・事務局と中央電子計算組織管理者です。")
        if review.status not in (PolicyReview.Status.PREPARING, PolicyReview.Status.DELIBERATING):
            raise InvalidTransition("委員会の議決の後は、材料を加えられません。次の見直しに加えてください。")
        facts = {"source": source, "title": title, "words": words, "clauses": clauses}
        row = cls.objects.create(review=review, added_by=by, added_at=at, **facts)
        record(by, "audits.policy_review.input_added", review, at=at, **hands.role, source=row.get_source_display())
        return row

    @transaction.atomic
    def remove(self, *, by: User, at: datetime) -> None:
        """Take back what was added by hand, while the review is prepared: by who added it, or who prepares."""
        review, hands = self.review.lock(), Hands(by, at=at)
        row = ReviewInput.objects.get(pk=self.pk)
        if not (hands.prepares or row.added_by_id == by.pk):
            raise PermissionDenied("材料を取り除けるのは、加えた人と見直しを準備する人です。")
        if not review.is_preparing or not row.is_by_hand or row.discussion or row.decision:
            raise InvalidTransition("取り除けるのは、手で加えた材料だけで、付議の前に限ります。")
        source = row.get_source_display()
        row.delete()
        record(by, "audits.policy_review.input_removed", review, at=at, **hands.role, source=source)

    # -- deciding --------------------------------------------------------------------------------------------------
    def can_decide(self, hands: Hands) -> bool:
        """Before the committee every decision can still be written anew; after its 議決 only what was left open can be added."""
        if not hands.prepares:
            return False
        deliberating = self.review.status == PolicyReview.Status.DELIBERATING
        return deliberating or (self.review.status == PolicyReview.Status.DECIDED and not self.decision)

    @transaction.atomic
    def decide(self, *, decision: str, reason: str, discussion: str = "", seen: str = "", by: User, at: datetime) -> None:
        """Write down what was said and what is to become of it; `decision` may still be empty while it is discussed.

        `seen` is the digest of the record that the person had before them (without it, that of this row as it was read).
        ValidationError, by field, for a decision without its reason; InvalidTransition out of its time, or where another
        record was written since.
        """
        review, hands = self.review.lock(), Hands.guard(by, at=at)
        row = ReviewInput.objects.select_related("review").get(pk=self.pk)
        row.review = review
        if not row.can_decide(hands):
            raise InvalidTransition(f"この見直しは「{review.get_status_display()}」のため、この材料の取扱いは変えられません。")
        if row.seen != (seen or self.seen):
            raise InvalidTransition(
                "この材料の記録は、画面を開いた後に変わっています。いまの記録を確かめてから、もう一度保存してください。"
            )
        if decision and not reason.strip():
            raise ValidationError({"reason": "取扱いを決めた理由を入力してください。"})
        if not decision and reason.strip():
            raise ValidationError({"decision": "理由を書いたときは、取扱いも選んでください。"})
        row.discussion, row.decision, row.reason = discussion, decision, reason
        row.decided_by, row.decided_as, row.decided_at = (by, hands.label[:200], at) if decision else (None, "", None)
        row.save(update_fields=["discussion", "decision", "reason", "decided_by", "decided_as", "decided_at"])
        words = row.get_decision_display() if decision else "審議の記録のみ"
        record(by, "audits.policy_review.input_decided", review, at=at, **hands.role, source=row.get_source_display(), decision=words)
        self.refresh_from_db()

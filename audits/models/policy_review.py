"""見直し: the file of one review of the policy, from what is gathered for it to what the committee resolves (2.12, 3.13.3)."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from audits.review.hands import Hands
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Item
from musashimurayama_isms.approvals.models.numbering import PROMOTION, lock_committee
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.fiscal import fiscal_year, fiscal_year_bounds, fiscal_year_label
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition
from policy.models import Revision


class PolicyReviewQuerySet(models.QuerySet["PolicyReview"]):
    def visible_to(self, user: User, *, at: datetime, hands: Hands | None = None) -> Self:
        """All for the committee's people, the CISO, 総括管理者, 中央 and the audit head; nobody else."""
        return self.all() if (hands or Hands(user, at=at)).sees else self.none()

    def live(self) -> Self:
        """Those in which something is still to be done."""
        return self.filter(status__in=PolicyReview.LIVE)

    def kept(self) -> Self:
        """Without those that were given up."""
        return self.exclude(status=PolicyReview.Status.DROPPED)

    def before_committee(self) -> Self:
        return self.filter(status=PolicyReview.Status.DELIBERATING).exclude(item=None)


class PolicyReview(models.Model):
    """One review. While it is prepared its inputs are read afresh; put to the committee, they stand with their words of that day."""

    class Kind(models.TextChoices):
        YEARLY = "yearly", "毎年度"
        GRAVE = "grave", "重大な変化"

    class Status(models.TextChoices):
        PREPARING = "preparing", "準備中"
        DELIBERATING = "deliberating", "審議中"
        DECIDED = "decided", "決定済"
        CLOSED = "closed", "終了"
        DROPPED = "dropped", "取りやめ"

    TRANSITIONS = {
        Status.PREPARING: {Status.DELIBERATING, Status.DROPPED},
        Status.DELIBERATING: {Status.DECIDED, Status.PREPARING},
        Status.DECIDED: {Status.CLOSED},
        Status.CLOSED: set(),
        Status.DROPPED: set(),
    }
    LIVE = (Status.PREPARING, Status.DELIBERATING, Status.DECIDED)
    SETTLED = (Status.DECIDED, Status.CLOSED)

    kind = models.CharField("区分", max_length=16, choices=Kind)
    fiscal_year = models.PositiveSmallIntegerField("年度", db_index=True)
    title = models.CharField("名称", max_length=100)
    occasion = models.TextField("見直しのきっかけ", blank=True, max_length=2000)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.PREPARING, db_index=True)
    since = models.DateField("材料を集める期間の始まり")
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="始めた人", on_delete=models.PROTECT, related_name="+")
    begun_as = models.CharField("役割", max_length=200)
    begun_at = models.DateTimeField("開始日時")
    item = models.ForeignKey(
        Item, verbose_name="委員会の案件", null=True, blank=True, on_delete=models.PROTECT, related_name="policy_reviews"
    )
    put_at = models.DateTimeField("付議日時", null=True, blank=True)
    decided_at = models.DateTimeField("議決日時", null=True, blank=True)
    occurrence = models.ForeignKey(
        Occurrence, verbose_name="定期業務の回", null=True, blank=True, on_delete=models.PROTECT, related_name="policy_reviews"
    )
    revision = models.ForeignKey(
        Revision, verbose_name="改定した版", null=True, blank=True, on_delete=models.PROTECT, related_name="policy_reviews"
    )
    closing = models.TextField("終了の記録", blank=True, max_length=2000)
    closed_at = models.DateTimeField("終了日時", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="終了した人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PolicyReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "ポリシーの見直し"
        verbose_name_plural = "ポリシーの見直し"
        ordering = ["-fiscal_year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year"], condition=Q(kind="yearly") & ~Q(status="dropped"), name="audits_policyreview_once_a_year"
            ),
            models.CheckConstraint(condition=Q(kind="yearly") | ~Q(occasion=""), name="audits_policyreview_grave_has_occasion"),
            models.CheckConstraint(
                condition=~Q(status__in=("decided", "closed")) | Q(decided_at__isnull=False), name="audits_policyreview_decided_has_time"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("audits:policy_review", args=[self.pk])

    @property
    def year_label(self) -> str:
        return fiscal_year_label(self.fiscal_year)

    @property
    def is_preparing(self) -> bool:
        return self.status == self.Status.PREPARING

    @property
    def is_live(self) -> bool:
        return self.status in self.LIVE

    @property
    def is_settled(self) -> bool:
        return self.status in self.SETTLED

    @property
    def undecided(self) -> models.QuerySet:
        return self.inputs.filter(decision="")

    @property
    def to_revise(self) -> models.QuerySet:
        """What the committee wants to be changed in the text."""
        return self.inputs.filter(decision="revise")

    # -- beginning -------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def begin(cls, *, kind: str, by: User, at: datetime, title: str = "", occasion: str = "") -> "PolicyReview":
        """A new review with what earlier ones carried on. InvalidTransition where the 年度 has its yearly one.

        ValidationError, by field, for a grave change without its occasion; PermissionDenied for who does not prepare reviews.
        """
        lock_committee(code=PROMOTION)
        hands = Hands.guard(by, at=at)
        year = fiscal_year(day_of(at))
        if kind == cls.Kind.GRAVE and not occasion.strip():
            raise ValidationError({"occasion": "どのような変化があったかを入力してください。"})
        if kind == cls.Kind.YEARLY and cls.objects.kept().filter(kind=kind, fiscal_year=year).exists():
            raise InvalidTransition(f"{fiscal_year_label(year)}の見直しは、すでに始まっています。")
        review = cls.objects.create(
            kind=kind,
            fiscal_year=year,
            title=title.strip() or f"{fiscal_year_label(year)} 情報セキュリティポリシーの見直し",
            occasion=occasion,
            since=cls._since(year),
            begun_by=by,
            begun_as=hands.label[:200],
            begun_at=at,
        )
        carried = review.inputs.carry_on(review, at=at)
        changes = {"kind": review.get_kind_display(), "carried": carried}
        record(by, "audits.policy_review.begun", review, at=at, **hands.role, **changes)
        return review

    @classmethod
    def _since(cls, year: int) -> date:
        """From the day on which the last yearly review was put to the committee; without one from the beginning of the 年度."""
        last = cls.objects.kept().filter(kind=cls.Kind.YEARLY, put_at__isnull=False).order_by("-put_at").first()
        return day_of(last.put_at) if last else fiscal_year_bounds(year)[0]

    # -- doors -----------------------------------------------------------------------------------------------------
    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(
                f"この見直しは「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。最新の状況を表示しました。"
            )
        self.status = status

    def lock(self) -> "PolicyReview":
        """This review, read again under its lock; what belongs to it is changed under it."""
        return PolicyReview.objects.select_for_update(no_key=True).get(pk=self.pk)

    @transaction.atomic
    def put(self, *, explanation: str, by: User, at: datetime) -> Item:
        """付議: freeze the inputs with their words and bring the review to the committee. ValidationError where there is no input."""
        from audits.review.sources import gather  # the sources read the models of this package

        review, hands = self.lock(), Hands.guard(by, at=at)
        review.move_to(self.Status.DELIBERATING)
        review.inputs.freeze(review, gather(review, at=at), at=at)
        if not review.inputs.exists():
            raise ValidationError("見直しの材料がありません。材料を加えてから付議してください。")
        clauses = sorted({clause for row in review.inputs.all() for clause in row.clauses})
        committee = lock_committee(code=PROMOTION)
        review.item = Item.bring(
            committee, Item.Kind.DELIBERATION, title=review.title, explanation=explanation, clauses=clauses[:50], by=by, at=at
        )
        review.put_at = at
        review.save(update_fields=["status", "item", "put_at"])
        count = review.inputs.count()
        record(by, "audits.policy_review.put", review, at=at, **hands.role, number=review.item.code, count=count)
        self.refresh_from_db()
        return review.item

    @transaction.atomic
    def link_revision(self, revision: Revision, *, by: User, at: datetime) -> None:
        """Which text the review has led to. ValidationError for one that was given up or is not of the policy."""
        review, hands = self.lock(), Hands.guard(by, at=at)
        if not review.is_settled:
            raise InvalidTransition("改定した版は、委員会の議決の後に結び付けます。")
        if not Revision.objects.of_the_policy().exclude(status=Revision.Status.DISCARDED).filter(pk=revision.pk).exists():
            raise ValidationError({"revision": "取りやめた版や、ポリシーでない文書の版は選べません。"})
        review.revision = revision
        review.save(update_fields=["revision"])
        record(by, "audits.policy_review.revision_linked", review, at=at, **hands.role, revision=revision.name)
        self.refresh_from_db()

    @transaction.atomic
    def close(self, *, closing: str, by: User, at: datetime) -> None:
        """終了. ValidationError while an input has no decision, or something is to be changed and no text is there nor a reason."""
        review, hands = self.lock(), Hands.guard(by, at=at)
        review.move_to(self.Status.CLOSED)
        if count := review.undecided.count():
            raise ValidationError(
                f"取扱いを決めていない材料が{count}件あります。決めてから終了してください。次回に回すときは「継続」を選びます。"
            )
        if review.to_revise.exists() and review.revision is None and not closing.strip():
            raise ValidationError(
                {"closing": "「改定する」とした材料がありますが、改定の版が結び付けられていません。結び付けるか、理由を入力してください。"}
            )
        review.closing, review.closed_at, review.closed_by = closing, at, by
        review.save(update_fields=["status", "closing", "closed_at", "closed_by"])
        carried = review.inputs.filter(decision="carry").count()
        record(by, "audits.policy_review.closed", review, at=at, **hands.role, carried=carried)
        self.refresh_from_db()

    @transaction.atomic
    def drop(self, *, reason: str, by: User, at: datetime) -> None:
        """Give up a review that was not put to the committee; what it had carried is carried by the next one."""
        review, hands = self.lock(), Hands.guard(by, at=at)
        review.move_to(self.Status.DROPPED)
        if not reason.strip():
            raise ValidationError({"reason": "取りやめる理由を入力してください。"})
        review.closing = reason
        review.save(update_fields=["status", "closing"])
        record(by, "audits.policy_review.dropped", review, at=at, **hands.role)
        self.refresh_from_db()

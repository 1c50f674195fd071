"""伝達・意見照会・情報共有: what the committee hands on, asks, and shares (3.4.2.6.2, 3.4.2.10.2, 3.4.2.10.5)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from musashimurayama_isms.accounts.models import Committee, Department, RoleCode, User
from musashimurayama_isms.accounts.standing import day_of, posts
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from ..committee_people import Insider
from .numbering import lock_committee, next_number, short_number
from .request_set import Reach


class CirculationQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime | None = None, reach: Reach | None = None) -> Self:
        """All of them for the committee's people and the wide roles; else those that were sent to one's own department."""
        reach = reach or Reach.of(user, at=at or timezone.now())
        if reach.sees_committee:
            return self.all()
        mine = self.model.objects.filter(reach.as_recipient("replies__department"))
        return self.filter(pk__in=mine.values("pk"))

    def open(self) -> Self:
        return self.filter(status=self.model.Status.OPEN)

    def for_list(self) -> Self:
        """With how many were asked and how many have answered."""
        answered = Count("replies", filter=Q(replies__answered_at__isnull=False))
        rows = self.select_related("committee", "sent_by").annotate(asked=Count("replies"), answered=answered)
        return rows.order_by("-sent_at", "-pk")  # a grouped query forgets the order of the model


class Circulation(models.Model):
    """One word of the committee to others: to sections (伝達), to the 部 (意見照会), or to other bodies (情報共有)."""

    class Kind(models.TextChoices):
        RELAY = "relay", "伝達"
        OPINION = "opinion", "意見照会"
        SHARING = "sharing", "情報共有"

    class Status(models.TextChoices):
        OPEN = "open", "回答待ち"
        CLOSED = "closed", "終了"

    class Means(models.TextChoices):
        MAIL = "mail", "電子メール"
        LETTER = "letter", "文書"
        PHONE = "phone", "電話"
        MEETING = "meeting", "会議・面談"
        OTHER = "other", "その他"

    TRANSITIONS = {Status.OPEN: {Status.CLOSED}, Status.CLOSED: set()}
    CLAUSES = {Kind.RELAY: "3.4.2.10.2", Kind.OPINION: "3.4.2.6.2", Kind.SHARING: "3.4.2.10.5"}
    ANSWERED_BY = {Kind.RELAY: RoleCode.SECTION_OFFICER, Kind.OPINION: RoleCode.DIVISION_OFFICER}

    committee = models.ForeignKey(Committee, verbose_name="委員会", on_delete=models.PROTECT, related_name="circulations")
    kind = models.CharField("種類", max_length=16, choices=Kind)
    fiscal_year = models.PositiveSmallIntegerField("年度")
    number = models.PositiveIntegerField("番号")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.OPEN, db_index=True)
    title = models.CharField("件名", max_length=200)
    text = models.TextField("内容", max_length=8000)
    resolution = models.ForeignKey(
        "approvals.Resolution", verbose_name="もとになる議決", null=True, blank=True, on_delete=models.PROTECT, related_name="circulations"
    )
    request = models.ForeignKey(
        "approvals.Request", verbose_name="もとになる申請", null=True, blank=True, on_delete=models.PROTECT, related_name="circulations"
    )
    basis = models.CharField("もとになる決定", max_length=300, blank=True)
    basis_on = models.DateField("決定の日", null=True, blank=True)
    due_on = models.DateField("期限", null=True, blank=True, db_index=True)
    counterpart = models.CharField("相手", max_length=200, blank=True)
    means = models.CharField("方法", max_length=16, choices=Means, blank=True)
    shared_at = models.DateTimeField("共有した日時", null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="送った人", on_delete=models.PROTECT, related_name="+")
    sent_as = models.CharField("役割", max_length=200)
    sent_at = models.DateTimeField("送付日時")
    closed_at = models.DateTimeField("終了日時", null=True, blank=True)

    objects = CirculationQuerySet.as_manager()

    class Meta:
        verbose_name = "伝達・照会"
        verbose_name_plural = "伝達・照会"
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["committee", "kind", "status"])]
        constraints = [
            models.UniqueConstraint(fields=["committee", "fiscal_year", "number"], name="approvals_circulation_number_once"),
            models.CheckConstraint(
                condition=Q(kind="sharing", shared_at__isnull=False, status="closed")
                | (~Q(kind="sharing") & Q(due_on__isnull=False, shared_at__isnull=True)),
                name="approvals_circulation_due_or_shared",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.code}"

    def get_absolute_url(self) -> str:
        return reverse("committee:circulation", args=[self.pk])

    @property
    def code(self) -> str:
        return short_number(self.fiscal_year, self.number)

    @property
    def clause(self) -> str:
        return self.CLAUSES[self.Kind(self.kind)]

    @property
    def asks_opinion(self) -> bool:
        return self.kind == self.Kind.OPINION

    @property
    def is_sharing(self) -> bool:
        return self.kind == self.Kind.SHARING

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @classmethod
    def answering(cls, kind: str, *, on: date) -> models.QuerySet[Department]:
        """Whom such a word can go to: the departments with the role that answers it, 課 for a 伝達, 部 and bodies for a 意見照会."""
        found = posts(cls.ANSWERED_BY[cls.Kind(kind)], on=on).values("department")
        return Department.objects.in_force(on).filter(pk__in=found).select_related("parent")

    # -- sending ---------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def send(
        cls,
        committee: Committee,
        kind: str,
        *,
        title: str,
        text: str,
        due_on: date,
        recipients: Iterable[Department],
        by: User,
        at: datetime,
        **basis: Any,
    ) -> "Circulation":
        """伝達 or 意見照会: each recipient's officer is told and asked. `basis`: resolution, request, basis and basis_on.

        PermissionDenied for all but the secretariat and the chair; ValidationError without recipients, or for a past day.
        """
        recipients = list(recipients)
        if not recipients:
            raise ValidationError({"recipients": "宛先を一つ以上選んでください。"})
        if due_on < day_of(at):
            raise ValidationError({"due_on": "期限が過ぎた日になっています。今日以降の日を入力してください。"})
        circulation = cls._make(committee, kind, title=title, text=text, due_on=due_on, by=by, at=at, **basis)
        circulation.replies.bulk_create(circulation.replies.model(circulation=circulation, department=row) for row in recipients)
        record(
            by,
            "approvals.circulation.sent",
            circulation,
            role=circulation.sent_as,
            at=at,
            kind=circulation.get_kind_display(),
            recipients=len(recipients),
            due_on=due_on.isoformat(),
        )
        return circulation

    @classmethod
    @transaction.atomic
    def share(
        cls, committee: Committee, *, title: str, text: str, counterpart: str, means: str, shared_at: datetime, by: User, at: datetime
    ) -> "Circulation":
        """情報共有: a record of what was shared with which outside body, when, by which way (3.4.2.10.5)."""
        if shared_at > at:
            raise ValidationError({"shared_at": "共有した日時が未来になっています。実際の日時を入力してください。"})
        fields = {"counterpart": counterpart, "means": means, "shared_at": shared_at}
        circulation = cls._make(committee, cls.Kind.SHARING, title=title, text=text, status=cls.Status.CLOSED, by=by, at=at, **fields)
        record(by, "approvals.circulation.shared", circulation, role=circulation.sent_as, at=at, number=circulation.code)
        return circulation

    @classmethod
    def _make(cls, committee: Committee, kind: str, *, by: User, at: datetime, **fields: Any) -> "Circulation":
        committee = lock_committee(committee.pk)
        insider = Insider.of(by, committee, at=at)
        if not insider.runs:
            raise PermissionDenied("伝達・照会を送れるのは、事務局と委員長です。")
        number = next_number(cls.objects.filter(committee=committee), at=at)
        sender = {"sent_by": by, "sent_as": insider.label[:200], "sent_at": at}
        return cls.objects.create(committee=committee, kind=kind, **sender, **number, **fields)

    # -- closing ---------------------------------------------------------------------------------------------------
    @transaction.atomic
    def close(self, *, by: User, at: datetime) -> None:
        """Nothing more is asked; who has not answered stays on record as such."""
        committee = lock_committee(self.committee_id)
        circulation = Circulation.objects.get(pk=self.pk)
        if circulation.status == self.Status.CLOSED:
            raise InvalidTransition("この伝達・照会は、すでに終了しています。")
        if not Insider.of(by, committee, at=at).runs:
            raise PermissionDenied("終了にできるのは、事務局と委員長です。")
        circulation.end(at=at)
        missing = circulation.replies.pending().count()
        record(by, "approvals.circulation.closed", circulation, at=at, unanswered=missing)
        self.refresh_from_db()

    def end(self, *, at: datetime) -> None:
        """Nothing more is awaited; the caller holds the committee."""
        self.status, self.closed_at = self.Status.CLOSED, at
        self.save(update_fields=["status", "closed_at"])

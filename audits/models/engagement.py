"""One audit: of a section, of a contractor or of a system, from the request to the auditors until everything is given back."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from assets.models import Contractor, System
from assets.models.numbering import RegisterSeries
from audits.parties import Reach
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .columns import at_when, by_whom
from .engagement_set import EngagementQuerySet
from .place import Place
from .programme import AuditProgramme
from .programme_parts import Target, TargetKind, guard_what, what_words


class Engagement(models.Model):
    """One audit. Its phases end one after the other, each only when nothing of it is missing."""

    Kind = TargetKind

    class Phase(models.TextChoices):
        PREPARING = "preparing", "計画・準備"
        SURVEY = "survey", "通知・予備調査"
        FIELDWORK = "fieldwork", "実査"
        REPORTING = "reporting", "報告"
        FOLLOW_UP = "follow_up", "改善対応"
        CLOSED = "closed", "終了"
        CANCELLED = "cancelled", "取りやめ"

    BEFORE_REPORT = (Phase.PREPARING, Phase.SURVEY, Phase.FIELDWORK, Phase.REPORTING)
    ENDED = (Phase.CLOSED, Phase.CANCELLED)
    NEXT = {
        Phase.PREPARING: Phase.SURVEY,
        Phase.SURVEY: Phase.FIELDWORK,
        Phase.FIELDWORK: Phase.REPORTING,
        Phase.REPORTING: Phase.FOLLOW_UP,
        Phase.FOLLOW_UP: Phase.CLOSED,
    }

    fiscal_year = models.PositiveSmallIntegerField("年度", db_index=True)
    sequence = models.PositiveIntegerField("番号")
    programme = models.ForeignKey(
        AuditProgramme, verbose_name="監査計画", null=True, blank=True, on_delete=models.PROTECT, related_name="engagements"
    )
    target = models.OneToOneField(
        Target, verbose_name="計画の対象", null=True, blank=True, on_delete=models.PROTECT, related_name="engagement"
    )
    is_special = models.BooleanField("随時の監査", default=False)
    special_reason = models.CharField("随時に行う理由", max_length=500, blank=True)
    kind = models.CharField("種類", max_length=16, choices=TargetKind, default=TargetKind.SECTION)
    department = models.ForeignKey(Department, verbose_name="監査を受ける課", on_delete=models.PROTECT, related_name="audits")
    contractor = models.ForeignKey(
        Contractor, verbose_name="委託事業者", null=True, blank=True, on_delete=models.PROTECT, related_name="audits"
    )
    system = models.ForeignKey(System, verbose_name="情報システム", null=True, blank=True, on_delete=models.PROTECT, related_name="audits")
    purpose = models.TextField("監査の目的", max_length=1000)
    theme = models.CharField("テーマ", max_length=300, blank=True)
    clauses = models.JSONField("監査する条項", default=list, blank=True)
    standards = models.CharField("基準", max_length=300, default="情報セキュリティポリシー、実施手順")
    my_number = models.BooleanField("マイナンバーの取扱いを範囲に含める", default=True)
    phase = models.CharField("段階", max_length=16, choices=Phase, default=Phase.PREPARING, db_index=True)
    starts_on = models.DateField("始まり")
    ends_on = models.DateField("終わりの予定")
    fieldwork_at = models.DateTimeField("実査の日時", null=True, blank=True)
    fieldwork_place = models.CharField("実査の場所", max_length=200, blank=True)
    announced_at = at_when("課に知らせた日時")
    papers_kept_at = models.CharField("調書の保管場所", max_length=200, blank=True)
    begun_by = by_whom("依頼した人")
    begun_at = at_when("始めた日時", null=False)
    ended_at = at_when("終えた日時")
    ending = models.TextField("取りやめの理由", blank=True, max_length=1000)

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = "監査"
        verbose_name_plural = "監査"
        ordering = ["-fiscal_year", "-sequence"]
        indexes = [models.Index(fields=["department", "phase"]), models.Index(fields=["fiscal_year", "phase"])]
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "sequence"], name="audits_engagement_number_once"),
            models.CheckConstraint(condition=Q(is_special=True) | Q(programme__isnull=False), name="audits_engagement_planned_or_special"),
        ]

    def __str__(self) -> str:
        return f"監査 {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("audits:engagement", args=[self.pk])

    @property
    def number(self) -> str:
        """監R8-003: the 3rd audit begun in 令和8年度."""
        return f"監R{self.fiscal_year - 2018}-{self.sequence:03d}"

    @property
    def what(self) -> str:
        return what_words(self)

    @property
    def is_open(self) -> bool:
        return self.phase not in self.ENDED

    @property
    def is_told(self) -> bool:
        return self.announced_at is not None

    @property
    def next_phase(self) -> str:
        """The word of what comes after this phase."""
        following = self.NEXT.get(self.Phase(self.phase))
        return following.label if following else ""

    def place(self, user: User, *, at: datetime, reach: Reach | None = None) -> Place:
        """What the person is to this audit now."""
        return Place.of(self, reach or Reach.of(user, at=at))

    def plan_requests(self):
        """The requests `audit-plan` about this audit, newest first."""
        return Request.objects.about(self).exclude(status=Request.Status.DISCARDED).select_related("type")

    @property
    def is_planned(self) -> bool:
        """Whether its 監査実施計画 has been acknowledged (3.13.1.6.1)."""
        return Request.objects.about(self).filter(status=Request.Status.COMPLETED).exists()

    # -- transitions -------------------------------------------------------------------------------------------------
    def lock(self) -> "Engagement":
        """This row, locked until the transaction ends; every change of an audit or of a row of it starts here."""
        Engagement.objects.select_for_update(no_key=True).get(pk=self.pk)
        return Engagement.objects.with_all().get(pk=self.pk)

    def in_phase(self, *phases: str) -> None:
        """InvalidTransition unless the audit is in one of these phases."""
        if self.phase not in phases:
            words = "・".join(self.Phase(phase).label for phase in phases)
            raise InvalidTransition(f"この監査は「{self.get_phase_display()}」の段階です。「{words}」の段階で行います。")

    def written_by(self, by: User, *, at: datetime, phases: tuple[str, ...]) -> "Engagement":
        """The locked row, for an auditor of it who is independent today. InvalidTransition by phase, PermissionDenied for others."""
        engagement = self.lock()
        engagement.in_phase(*phases)
        place = engagement.place(by, at=at)
        if not place.is_auditor:
            raise PermissionDenied(place.refusal)
        return engagement

    def led_by(self, by: User, *, at: datetime, phases: tuple[str, ...]) -> "Engagement":
        """The locked row, for its leading auditor or the audit head."""
        engagement = self.lock()
        engagement.in_phase(*phases)
        place = engagement.place(by, at=at)
        if not place.leads:
            raise PermissionDenied(place.refusal if place.assignment else "監査を進めるのは、主任の監査人と監査総括責任者です。")
        return engagement

    def headed_by(self, by: User, *, at: datetime, phases: tuple[str, ...]) -> "Engagement":
        """The locked row, for the audit head alone."""
        engagement = self.lock()
        engagement.in_phase(*phases)
        if not engagement.place(by, at=at).is_head:
            raise PermissionDenied("これを行うのは、情報セキュリティ監査総括責任者です。")
        return engagement

    def answered_by(self, by: User, *, at: datetime, phases: tuple[str, ...], as_officer: bool = False) -> "Engagement":
        """The locked row, for the audited section: its staff, or its 情報セキュリティ担当者 alone."""
        engagement = self.lock()
        engagement.in_phase(*phases)
        place = engagement.place(by, at=at)
        if not (place.is_officer if as_officer else place.is_of_section):
            who = "情報セキュリティ担当者" if as_officer else "職員"
            raise PermissionDenied(f"これを行うのは、監査を受ける課の{who}です。")
        return engagement

    @classmethod
    @transaction.atomic
    def begin(
        cls,
        *,
        by: User,
        at: datetime,
        purpose: str,
        ends_on: date,
        target: Target | None = None,
        programme: AuditProgramme | None = None,
        special_reason: str = "",
        **fields: Any,
    ) -> "Engagement":
        """Begin an audit: of a target of the approved plan, or 随時 with its reason (3.13.1.3).

        PermissionDenied for others than the audit head; InvalidTransition where the plan is not approved or the target has its
        audit already; ValidationError, by field, for a 随時 audit that lacks something.
        """
        programme = target.programme.lock() if target else None
        if target:
            fields |= {name: getattr(target, name) for name in ("kind", "department", "contractor", "system")}
        if not Reach.of(by, at=at).is_head:
            raise PermissionDenied("監査を始めるのは、情報セキュリティ監査総括責任者です。")
        if programme and programme.status not in (AuditProgramme.Status.APPROVED, AuditProgramme.Status.RUNNING):
            raise InvalidTransition("監査計画がまだ承認されていません。承認してから、監査を始めてください。")
        if target and cls.objects.filter(target=target).exists():
            raise InvalidTransition("この対象の監査は、すでに始まっています。")
        today = day_of(at)
        row = cls(programme=programme, target=target, is_special=target is None, special_reason=special_reason, purpose=purpose, **fields)
        row.begun_by, row.begun_at, row.starts_on, row.ends_on = by, at, today, ends_on
        row._guard_begin(today)
        row.fiscal_year = programme.fiscal_year if programme else fiscal_year(today)
        row.sequence = RegisterSeries.take(f"audit:{row.fiscal_year}")
        row.save(force_insert=True)
        if programme:
            programme.start()
        record(by, "audits.engagement.begun", row, at=at, number=row.number, department=row.department.code, special=row.is_special)
        return row

    def _guard_begin(self, today: date) -> None:
        guard_what(self)
        if self.is_special and not self.special_reason:
            raise ValidationError({"special_reason": "計画のない監査です。随時に行う理由を書いてください。"})
        if self.ends_on < today:
            raise ValidationError({"ends_on": "終わりの予定が過ぎています。今日以後の日にしてください。"})

    @transaction.atomic
    def edit(self, *, by: User, at: datetime, **fields: Any) -> None:
        """Settle what the audit looks at, while it is prepared."""
        engagement = self.led_by(by, at=at, phases=(self.Phase.PREPARING,))
        changed = [name for name, given in fields.items() if getattr(engagement, name) != given]
        for name in changed:
            setattr(engagement, name, fields[name])
        if changed:
            engagement.save(update_fields=changed)
            words = [str(self._meta.get_field(name).verbose_name) for name in changed]
            record(by, "audits.engagement.edited", engagement, at=at, changed_columns=words)
        self.refresh_from_db()

    @transaction.atomic
    def put_off(self, *, ends_on: date, by: User, at: datetime) -> None:
        """Another planned end, by the audit head: whoever came from outside for this audit has the rights until then.

        ValidationError for a day that is over.
        """
        engagement = self.headed_by(by, at=at, phases=(*self.BEFORE_REPORT, self.Phase.FOLLOW_UP))
        today, was = day_of(at), engagement.ends_on
        if ends_on < today:
            raise ValidationError({"ends_on": "終わりの予定が過ぎています。今日以後の日にしてください。"})
        engagement.ends_on = ends_on
        engagement.save(update_fields=["ends_on"])
        for row in engagement.assignments.standing().select_related("appointment"):
            row.keep_door(until=ends_on)
        record(by, "audits.engagement.put_off", engagement, at=at, ends_on=ends_on, ends_was=was)
        self.refresh_from_db()

    def announce(self, *, at: datetime) -> None:
        """From now on the section sees its audit; the caller holds the lock."""
        if self.announced_at is None:
            self.announced_at = at
            self.save(update_fields=["announced_at"])

    @transaction.atomic
    def keep_papers(self, *, place: str, by: User, at: datetime) -> None:
        """Say where the 監査調書 are kept; by the audit head (3.13.1.9.2)."""
        engagement = self.headed_by(by, at=at, phases=(self.Phase.REPORTING, self.Phase.FOLLOW_UP))
        engagement.papers_kept_at = place
        engagement.save(update_fields=["papers_kept_at"])
        record(by, "audits.engagement.papers_kept", engagement, at=at)
        self.refresh_from_db()

"""An incident: a draft of its reporter, then a report that climbs to the CISO (3.9.3.1)."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from guardian.shortcuts import get_objects_for_user

from assets.classification import AssetClass
from assets.models import ExternalService, SocialAccount
from incidents.chain import Party
from incidents.parties import Hand, Reach, post_of
from musashimurayama_isms.accounts.models import Department, User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.fiscal import fiscal_year
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .authority_report import AuthorityReport
from .incident_grant import IncidentGrant
from .kind import IncidentKind
from .managed import Managed
from .opening import open_chain
from .oral import OralEntry
from .series import NumberSeries
from .step import Receipt, Step


class IncidentQuerySet(models.QuerySet):
    """Questions about incidents; `visible_to` is where every look-up starts."""

    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """Own drafts and reports, what one's roles reach at the moment, and what was granted person by person.

        A report about one's own chief is not shown to the 課 nor to the committee (chains.md: visibility narrows), and the chief
        does not see it by any other hat either. Of two reports of one event, both reporters see the one that goes on, and who
        sees that one sees the other.
        """
        reach = reach or Reach.of(user, at=at)
        submitted = ~Q(status__in=(Incident.Status.DRAFT, Incident.Status.DISCARDED)) & ~reach.kept_from()
        if reach.is_wide:
            return self.filter(Q(reporter=user) | submitted)
        # granted to persons only: to ask for groups as well would walk through all incidents
        granted = get_objects_for_user(user, "incidents.view_incident", klass=Incident, with_superuser=False, use_groups=False).values("pk")
        asleep = IncidentGrant.objects.filter(person=user, ended_at__isnull=True).asleep(on=day_of(at)).values("incident")
        reported = Incident.objects.filter(reporter=user, merged_into__isnull=False).values("merged_into")
        told_as_manager = Receipt.objects.filter(reach.managed("step__incident__"), party=Party.SERVICE_MANAGER)
        mine = (Q(pk__in=granted) & ~Q(pk__in=asleep)) | Q(pk__in=reported) | Q(pk__in=told_as_manager.values("step__incident"))
        in_division = Q(department__in=reach.divisions) | Q(department__parent__in=reach.divisions)
        in_open = Q(department__in=reach.sections) | (Q(pk__isnull=False) if Party.COMMITTEE in reach.city else Q(pk__in=()))
        seen = Q(reporter=user) | (submitted & (mine | in_division | (Q(bypasses_chief=False) & in_open)))
        merged = Q(merged_into__in=Incident.objects.filter(seen).values("pk")) & ~reach.kept_from()
        return self.filter(seen | merged)

    def submitted(self) -> Self:
        return self.exclude(status__in=(Incident.Status.DRAFT, Incident.Status.DISCARDED))

    def real(self) -> Self:
        """What truly happened: drills are left out of figures, lists for outside and authority clocks (3.9.2.3)."""
        return self.filter(is_drill=False)

    def open(self) -> Self:
        """Reported and not ended."""
        return self.filter(status__in=Incident.OPEN)

    def late(self, *, at: datetime) -> Self:
        """Those with a step or a receipt past its time; computed, never stored."""
        steps = Step.objects.overdue(at=at).filter(incident=OuterRef("pk"))
        return self.filter(Exists(steps) | Exists(Receipt.objects.overdue(at=at).filter(step__incident=OuterRef("pk"))))

    def drafts_of(self, user: User) -> Self:
        return self.filter(reporter=user, status=Incident.Status.DRAFT)

    def with_people(self) -> Self:
        return self.select_related("kind", "reporter", "department__parent", "merged_into")


class Incident(Managed, models.Model):
    """What happened, in the reporter's words; it is never deleted, only corrected by notes."""

    class Status(models.TextChoices):
        DRAFT = "draft", "下書き"
        DISCARDED = "discarded", "取りやめ"
        REPORTED = "reported", "報告中"
        REACHED = "reached", "CISO報告済"
        CLOSED = "closed", "完了"
        MISTAKEN = "mistaken", "誤報"
        MERGED = "merged", "統合済"

    OPEN = (Status.REPORTED, Status.REACHED)
    ENDED = (Status.CLOSED, Status.MISTAKEN, Status.MERGED)
    TRANSITIONS = {
        Status.DRAFT: {Status.REPORTED, Status.DISCARDED},
        Status.DISCARDED: set(),
        Status.REPORTED: {Status.REACHED, *ENDED},
        Status.REACHED: {*ENDED},
        Status.CLOSED: {*OPEN},
        Status.MISTAKEN: {*OPEN},
        Status.MERGED: {*OPEN},
    }

    class Informant(models.TextChoices):
        SELF = "self", "自分で気づいた"
        COLLEAGUE = "colleague", "職員から聞いた"
        CITIZEN = "citizen", "市民から連絡があった"
        CONTRACTOR = "contractor", "委託事業者から連絡があった"
        OTHER = "other", "その他"

    class Answer(models.TextChoices):
        YES = "yes", "含まれる"
        NO = "no", "含まれない"
        UNKNOWN = "unknown", "分からない"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    fiscal_year = models.PositiveSmallIntegerField("年度", null=True, blank=True, db_index=True)
    sequence = models.PositiveIntegerField("番号", null=True, blank=True)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.DRAFT, db_index=True)
    kind = models.ForeignKey(IncidentKind, verbose_name="何が起きましたか", on_delete=models.PROTECT, related_name="incidents")
    noticed_at = models.DateTimeField("いつ気づきましたか")
    personal_information = models.CharField("個人情報は含まれますか", max_length=8, choices=Answer)
    summary = models.TextField("起きたこと", blank=True, max_length=4000)
    place = models.CharField("どこで", max_length=200, blank=True)
    information = models.CharField("どのような情報ですか", max_length=300, blank=True)
    asset_class = models.PositiveSmallIntegerField(
        "情報の分類", choices=AssetClass, null=True, blank=True, help_text="分からないときは空欄のまま"
    )
    action_taken = models.TextField("すでにしたこと", blank=True, max_length=4000)
    occurred_at = models.DateTimeField("起きた日時", null=True, blank=True)
    people_count = models.PositiveIntegerField("関係する人数", null=True, blank=True)
    informant = models.CharField("どのように知りましたか", max_length=16, choices=Informant, default=Informant.SELF)
    informant_note = models.CharField("知らせてくれた人・連絡先", max_length=200, blank=True)
    told_at = models.DateTimeField("口頭や紙で所属長に報告した日時", null=True, blank=True)
    service = models.ForeignKey(
        ExternalService, verbose_name="関係する外部サービス", null=True, blank=True, on_delete=models.PROTECT, related_name="incidents"
    )
    account = models.ForeignKey(
        SocialAccount, verbose_name="関係する市公式アカウント", null=True, blank=True, on_delete=models.PROTECT, related_name="incidents"
    )
    answers = models.JSONField("種別ごとの質問への答え", default=dict, blank=True)
    bypasses_chief = models.BooleanField("所属長を経ずに報告する", default=False)
    is_grave = models.BooleanField("重大", default=False, db_index=True)
    is_drill = models.BooleanField("訓練", default=False, db_index=True)
    ended_at = models.DateTimeField("終了日時", null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", verbose_name="統合先", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_reports"
    )
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="報告者", on_delete=models.PROTECT, related_name="incidents")
    reporter_post = models.CharField("報告者の職", max_length=200, blank=True)
    department = models.ForeignKey(Department, verbose_name="所属", on_delete=models.PROTECT, related_name="incidents")
    created_at = models.DateTimeField("作成日時", auto_now_add=True)
    saved_at = models.DateTimeField("保存日時", auto_now=True)
    reported_at = models.DateTimeField("報告日時", null=True, blank=True, db_index=True)
    reached_at = models.DateTimeField("CISOへの報告日時", null=True, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = "インシデント"
        verbose_name_plural = "インシデント"
        ordering = ["-reported_at", "-created_at"]
        indexes = [models.Index(fields=["department", "status"]), models.Index(fields=["reporter", "status"])]
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "is_drill", "sequence"], name="incidents_incident_number_once"),
            models.CheckConstraint(
                condition=Q(status__in=("draft", "discarded"))
                | Q(reported_at__isnull=False, fiscal_year__isnull=False, sequence__isnull=False),
                name="incidents_incident_reported_has_number",
            ),
        ]

    def __str__(self) -> str:
        return self.number or "インシデント（下書き）"

    def get_absolute_url(self) -> str:
        return reverse("incidents:draft" if self.is_draft else "incidents:detail", args=[self.pk])

    @property
    def number(self) -> str:
        """令和8年度 第12号 as 8-12 would be ambiguous beside clauses, so: R8-012 (年度 of the report); 訓R8-001 in a drill."""
        return f"{'訓' if self.is_drill else ''}R{self.fiscal_year - 2018}-{self.sequence:03d}" if self.sequence else ""

    @property
    def mark(self) -> str:
        """What stands before it wherever it is named among real ones."""
        return "【訓練】" if self.is_drill else ""

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_open(self) -> bool:
        return self.status in self.OPEN

    @property
    def asset_class_meaning(self) -> str:
        return AssetClass(self.asset_class).label if self.asset_class else "分からない"

    # -- people ----------------------------------------------------------------------------------------------------
    def can_edit(self, user: User) -> bool:
        """A draft belongs to its reporter alone."""
        return self.is_draft and self.reporter_id == user.pk

    def can_add_note(self, user: User, *, at: datetime) -> bool:
        """Whoever sees the report may add facts to it."""
        return not self.is_draft and Incident.objects.submitted().visible_to(user, at=at).filter(pk=self.pk).exists()

    def can_raise(self, user: User, *, at: datetime) -> bool:
        """The parties of the chain may mark a report as grave; its reporter has said so by the answers."""
        reach = Reach.of(user, at=at)
        division = self.department.division
        return (
            not self.is_grave
            and not self.is_draft
            and user.pk not in self.kept_from(at=at)
            and (
                reach.is_wide
                or Party.COMMITTEE in reach.city
                or self.department_id in reach.sections
                or (division and division.pk in reach.divisions)
            )
        )

    # -- transitions -----------------------------------------------------------------------------------------------
    def lock(self) -> "Incident":
        """This incident's row, locked until the transaction ends; every change of the incident or its steps starts here."""
        return Incident.objects.select_for_update().get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves. Raises InvalidTransition with words for the person."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この報告は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。")
        self.status = status

    @transaction.atomic
    def report(self, *, by: User, at: datetime) -> "Incident":
        """Send the draft: gives it its number, opens the chain, tells who comes first (3.9.3.1.1).

        A reporter who is 課長 or above, or whose own chief is the matter, starts further up (chains.md).
        Raises InvalidTransition when it was sent before, PermissionDenied for anyone but the reporter.
        """
        incident = self.lock()
        incident.move_to(self.Status.REPORTED)
        if incident.reporter_id != by.pk:
            raise PermissionDenied("下書きを報告できるのは作成した本人だけです。")
        incident.reported_at = at
        incident.fiscal_year = fiscal_year(day_of(at))
        incident.sequence = NumberSeries.take(incident.fiscal_year, is_drill=incident.is_drill)
        incident.is_grave = incident.personal_information != self.Answer.NO or incident.kind.is_attack
        incident.reporter_post = post_of(by, at=at)
        incident.save()
        record(
            by,
            "incidents.incident.reported",
            incident,
            role=Party.REPORTER.label,
            at=at,
            number=incident.number,
            kind=incident.kind.code,
            department=incident.department.code,
            personal_information=incident.personal_information,
            asset_class=incident.asset_class,
            grave=incident.is_grave,
            bypasses_chief=incident.bypasses_chief,
        )
        open_chain(incident, by=by, at=incident.told_at or at, typed_at=at)
        AuthorityReport.follow(incident, at=at)
        if incident.told_at:
            OralEntry.for_told_chief(incident, by=by, at=at)
        self.refresh_from_db()
        return self

    @transaction.atomic
    def discard(self, *, by: User, at: datetime) -> None:
        """Give up a draft that was never sent."""
        incident = self.lock()
        incident.move_to(self.Status.DISCARDED)
        if incident.reporter_id != by.pk:
            raise PermissionDenied("下書きを取りやめられるのは作成した本人だけです。")
        incident.save(update_fields=["status", "saved_at"])
        record(by, "incidents.incident.discarded", incident, role=Party.REPORTER.label, at=at)

    @transaction.atomic
    def raise_gravity(self, *, by: User, at: datetime) -> None:
        """Mark as grave: from now on the clocks run day and night, for open acts too (defaults.md)."""
        incident = self.lock()
        if incident.is_grave:
            raise InvalidTransition("この報告はすでに「重大」として扱っています。")
        if not incident.can_raise(by, at=at):
            raise PermissionDenied("重大として扱う判断は、連絡の流れに加わる方だけができます。")
        incident.become_grave()
        record(by, "incidents.incident.raised", incident, at=at)
        self.is_grave = True

    def become_grave(self) -> None:
        """Set the mark and restart the open clocks; the caller holds the lock and records why."""
        self.is_grave = True
        self.save(update_fields=["is_grave", "saved_at"])
        for row in [*Step.objects.pending().filter(incident=self), *Receipt.objects.pending().filter(step__incident=self)]:
            row.restart_clock(self)

    @transaction.atomic
    def reach(self, *, at: datetime, hand: Hand) -> None:
        """The CISO has been told over one of the two lines."""
        incident = self.lock()
        if incident.status != self.Status.REPORTED:
            return
        incident.move_to(self.Status.REACHED)
        incident.reached_at = at
        incident.save(update_fields=["status", "reached_at", "saved_at"])
        record(hand.by, "incidents.incident.reached_ciso", incident, at=hand.at)

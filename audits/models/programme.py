"""監査計画 of a 年度: what is audited why, by whom, when; drafted, approved by the audit head, carried out, closed (3.13.1.5)."""

import hashlib
import json
from datetime import datetime
from typing import Any, Self

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, models, transaction
from django.urls import reverse

from audits.parties import Reach
from audits.programme.works import MONTHS, Work
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.fiscal import fiscal_year_label
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .columns import at_when, by_whom

PLAN_DIGEST = "plan_digest"  # in the content of a request about a plan: what the plan said when it was drafted


class ProgrammeQuerySet(models.QuerySet):
    def visible_to(self, user: User, *, at: datetime, reach: Reach | None = None) -> Self:
        """The audit head, the CISO and the auditors of the house; nobody else sees what is planned."""
        reach = reach or Reach.of(user, at=at)
        return self.all() if reach.sees_all or reach.is_house_auditor else self.none()

    def for_list(self) -> Self:
        return self.annotate(planned=models.Count("targets", distinct=True), begun=models.Count("engagements", distinct=True))


class AuditProgramme(models.Model):
    """The plan of one 年度; once approved its content is kept as a version, and a change needs approval again."""

    class Status(models.TextChoices):
        DRAFT = "draft", "作成中"
        APPROVED = "approved", "承認済み"
        RUNNING = "running", "実施中"
        CLOSED = "closed", "終了"

    TRANSITIONS = {
        Status.DRAFT: {Status.APPROVED},
        Status.APPROVED: {Status.DRAFT, Status.RUNNING},
        Status.RUNNING: {Status.DRAFT, Status.CLOSED},
        Status.CLOSED: set(),
    }
    TAKEN_ALONG = ("policy", "goals", "contractors", "my_number", "my_number_scope", "outside_help")
    WORDS = ("policy", "goals", "contractors", "my_number_scope", "outside_help", "budget", "head_conflict_reason", "committee_reason")

    fiscal_year = models.PositiveSmallIntegerField("年度", unique=True)
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.DRAFT, db_index=True)
    version = models.PositiveSmallIntegerField("版", default=0)
    policy = models.TextField("監査の方針", blank=True, max_length=2000)
    goals = models.TextField("今年度の目標", blank=True, max_length=2000)
    contractors = models.TextField(
        "委託事業者の監査", blank=True, max_length=1000, help_text="監査するかどうかと、その理由。再委託先も含めて考えます。"
    )
    my_number = models.BooleanField("マイナンバーの取扱いを範囲に含める", default=True)
    my_number_scope = models.TextField("マイナンバーの取扱いの監査の範囲", blank=True, max_length=1000)
    outside_help = models.TextField("外部への依頼", blank=True, max_length=1000, help_text="頼む団体と範囲。頼まないときは、その理由。")
    budget = models.CharField("予算", blank=True, max_length=200)
    needs_committee = models.BooleanField("情報化推進委員会の承認を受ける", default=False)
    committee_reason = models.CharField("承認を受ける・受けない理由", blank=True, max_length=500)
    head_conflict_reason = models.TextField("監査総括責任者が監査の対象に関わる場合の、やむを得ない理由", blank=True, max_length=1000)
    copied_from = models.ForeignKey(
        "self", verbose_name="もとにした計画", null=True, blank=True, on_delete=models.PROTECT, related_name="copies"
    )
    created_by = by_whom("作成した人")
    created_at = at_when("作成日時", null=False)
    approved_by = by_whom("承認した人", null=True)
    approved_at = at_when("承認日時")
    closed_at = at_when("終了日時")
    closing = models.TextField("年度のまとめ", blank=True, max_length=4000)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = "監査計画"
        verbose_name_plural = "監査計画"
        ordering = ["-fiscal_year"]

    def __str__(self) -> str:
        return f"{fiscal_year_label(self.fiscal_year)} 監査計画"

    def get_absolute_url(self) -> str:
        return reverse("audits:programme", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    def content(self) -> dict[str, Any]:
        """All that is approved, as plain values: what a version keeps, and what is held against last year's."""
        return {
            **{name: getattr(self, name) for name in self.WORDS},
            "my_number": self.my_number,
            "needs_committee": self.needs_committee,
            "themes": [[row.title, row.clauses] for row in self.themes.all()],
            "targets": [[str(row), row.month, row.note] for row in self.targets.with_all()],
            "works": {row.work: [row.starts_on.isoformat(), row.ends_on.isoformat(), row.note] for row in self.work_days.all()},
        }

    def digest(self) -> str:
        return hashlib.sha256(json.dumps(self.content(), ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    def request(self) -> Request | None:
        """The latest request `audit-plan` about this year's plan, whatever became of it."""
        return Request.objects.about(self).exclude(status=Request.Status.DISCARDED).select_related("type").first()

    @property
    def is_permitted(self) -> bool:
        """Whether the committee has approved what the plan says today: a request that asked it, drafted of this very content."""
        asked = {"content__needs_committee": "yes", f"content__{PLAN_DIGEST}": self.digest()}
        return Request.objects.about(self).filter(status=Request.Status.COMPLETED, **asked).exists()

    # -- transitions -------------------------------------------------------------------------------------------------
    def lock(self) -> "AuditProgramme":
        return AuditProgramme.objects.select_for_update(no_key=True).get(pk=self.pk)

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この監査計画は「{self.get_status_display()}」のため、「{self.Status(status).label}」にはできません。")
        self.status = status

    def draft_for(self, by: User, *, at: datetime) -> "AuditProgramme":
        """The locked row, for who works on the plan. InvalidTransition once it is approved, PermissionDenied for others."""
        programme = self.lock()
        if not programme.is_draft:
            raise InvalidTransition(
                f"この監査計画は「{programme.get_status_display()}」です。変えるときは、先に「計画を変える」を押します。"
            )
        if not Reach.of(by, at=at).plans:
            raise PermissionDenied("監査計画を作るのは、監査総括責任者と監査人です。")
        return programme

    @classmethod
    @transaction.atomic
    def begin(cls, fiscal_year: int, *, by: User, at: datetime, copy_from: "AuditProgramme | None" = None) -> "AuditProgramme":
        """Begin the plan of a 年度, empty or with what an earlier one had; the days of the works are those of 3.13.1.5.

        PermissionDenied for others than the audit head and the auditors of the house; InvalidTransition for a year that has one.
        """
        if not Reach.of(by, at=at).plans:
            raise PermissionDenied("監査計画を作るのは、監査総括責任者と監査人です。")
        if cls.objects.filter(fiscal_year=fiscal_year).exists():
            raise InvalidTransition(f"{fiscal_year_label(fiscal_year)}の監査計画は、すでにあります。")
        taken = {name: getattr(copy_from, name) for name in cls.TAKEN_ALONG} if copy_from else {}
        try:
            with transaction.atomic():
                programme = cls.objects.create(fiscal_year=fiscal_year, created_by=by, created_at=at, copied_from=copy_from, **taken)
        except IntegrityError:  # another one began it meanwhile
            raise InvalidTransition(f"{fiscal_year_label(fiscal_year)}の監査計画は、すでにあります。") from None
        for work in Work:
            first, last = MONTHS[work].bounds(fiscal_year)
            programme.work_days.create(work=work, starts_on=first, ends_on=last)
        if copy_from:
            programme._take_from(copy_from)
        record(by, "audits.programme.begun", programme, at=at, fiscal_year=fiscal_year)
        return programme

    def _take_from(self, other: "AuditProgramme") -> None:
        for theme in other.themes.all():
            self.themes.create(title=theme.title, clauses=theme.clauses, position=theme.position)
        for target in other.targets.all():
            target.pk, target.programme = None, self
            target.save(force_insert=True)

    @transaction.atomic
    def edit(self, *, by: User, at: datetime, **fields: Any) -> None:
        """Write the words of the draft."""
        programme = self.draft_for(by, at=at)
        changed = [name for name, given in fields.items() if getattr(programme, name) != given]
        for name in changed:
            setattr(programme, name, fields[name])
        if changed:
            programme.save(update_fields=changed)
            words = [str(self._meta.get_field(name).verbose_name) for name in changed]
            record(by, "audits.programme.edited", programme, at=at, changed_columns=words)
        self.refresh_from_db()

    def missing(self, *, at: datetime, by: User | None = None) -> list[str]:
        """What stands in the way of approval, in words."""
        found = [f"「{word}」が書かれていません。" for name, word in NEEDED if not getattr(self, name)]
        if not self.themes.exists():
            found.append("監査のテーマがありません。")
        if not self.targets.exists():
            found.append("監査の対象がありません。")
        if self.needs_committee and not self.is_permitted:
            found.append(
                "いまの内容について、情報化推進委員会の承認がまだです。監査実施計画の申請を出してください。"
                "計画を変えたときは、前に書いた申請を取り下げて、もう一度書きます。"
            )
        if by and value("audits.head_conflict") == "with_reason" and not self.head_conflict_reason and Reach.of(by, at=at).lines.commands:
            found.append("監査総括責任者は監査の対象となる対策も指揮しています。やむを得ない理由を書いてください（3-4(3)イ）。")
        return found

    @transaction.atomic
    def approve(self, *, by: User, at: datetime) -> None:
        """The audit head approves; the content is frozen as a version. InvalidTransition names everything that is missing."""
        programme = self.lock()
        programme.move_to(self.Status.APPROVED)
        reach = Reach.of(by, at=at)
        if reach.head is None:
            raise PermissionDenied("監査計画を承認するのは、情報セキュリティ監査総括責任者です。")
        if missing := programme.missing(at=at, by=by):
            raise InvalidTransition(" ".join(missing))
        programme.version += 1
        programme.approved_by, programme.approved_at = by, at
        if programme.engagements.exists():
            programme.status = self.Status.RUNNING
        programme.save(update_fields=["status", "version", "approved_by", "approved_at"])
        digest = programme.digest()
        programme.versions.create(number=programme.version, content=programme.content(), digest=digest, by=by, at=at)
        changes = {"version": programme.version, "digest": digest}
        record(by, "audits.programme.approved", programme, role=reach.head.label, in_place_of=reach.head.in_place_of, at=at, **changes)
        self.refresh_from_db()

    @transaction.atomic
    def reopen(self, *, reason: str, by: User, at: datetime) -> None:
        """計画を変える: a draft again, with the reason; what was approved stays as its version."""
        programme = self.lock()
        programme.move_to(self.Status.DRAFT)
        if not Reach.of(by, at=at).is_head:
            raise PermissionDenied("承認した計画を変えられるのは、情報セキュリティ監査総括責任者です。")
        programme.save(update_fields=["status"])
        programme.versions.filter(number=programme.version).update(change_reason=reason)
        record(by, "audits.programme.reopened", programme, at=at, version=programme.version)
        self.refresh_from_db()

    def start(self) -> None:
        """The first audit of the plan has begun; within that act, under this row's lock."""
        if self.status == self.Status.APPROVED:
            self.move_to(self.Status.RUNNING)
            self.save(update_fields=["status"])

    @transaction.atomic
    def close(self, *, closing: str, by: User, at: datetime) -> None:
        """The year is over: every audit has been reported or given up. InvalidTransition names those that have not."""
        programme = self.lock()
        programme.move_to(self.Status.CLOSED)
        if not Reach.of(by, at=at).is_head:
            raise PermissionDenied("年度の監査を終えるのは、情報セキュリティ監査総括責任者です。")
        if waiting := [row.number for row in programme.engagements.running()]:
            raise InvalidTransition(f"報告が終わっていない監査があります：{'、'.join(waiting)}")
        if idle := programme.targets.filter(engagement__isnull=True).count():
            raise InvalidTransition(f"始めていない監査の対象が{idle}件あります。始めるか、理由を書いて計画から外してください。")
        programme.closed_at, programme.closing = at, closing
        programme.save(update_fields=["status", "closed_at", "closing"])
        record(by, "audits.programme.closed", programme, at=at, count=programme.engagements.count())
        self.refresh_from_db()


NEEDED = (
    ("policy", "監査の方針"),
    ("goals", "今年度の目標"),
    ("contractors", "委託事業者の監査"),
    ("outside_help", "外部への依頼"),
    ("committee_reason", "承認を受ける・受けない理由"),
)


class ProgrammeVersion(models.Model):
    """What was approved once, word for word."""

    programme = models.ForeignKey(AuditProgramme, verbose_name="監査計画", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField("版")
    content = models.JSONField("内容")
    digest = models.CharField("SHA-256", max_length=64)
    by = by_whom("承認した人")
    at = at_when("承認日時", null=False)
    change_reason = models.TextField("変えた理由", blank=True, max_length=1000)

    class Meta:
        verbose_name = "監査計画の版"
        verbose_name_plural = "監査計画の版"
        ordering = ["programme", "number"]
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="audits_programme_version_once")]

    def __str__(self) -> str:
        return f"{self.programme} 第{self.number}版"

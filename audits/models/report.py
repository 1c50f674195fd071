"""監査報告書: drafted by the auditors, issued to the audit head and the section, by the head to the CISO (3.13.1.8.2, 3.13.1.8.3)."""

import hashlib
import json
from datetime import datetime
from typing import Any, Self

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from assets.models.numbering import RegisterSeries
from audits.duty import hold_rounds, settle_duty
from audits.engagements.words import period_words, subject_words, team_words
from audits.parties import cisos, heads, officers
from incidents.parties import Actor
from musashimurayama_isms.accounts.models import Committee, User
from musashimurayama_isms.approvals.models import Item
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.trail.record import record
from musashimurayama_isms.transitions import InvalidTransition

from .columns import at_when, by_whom
from .engagement import Engagement
from .finding import REPORTING, TEXT, Finding
from .visible import OnceShown

CHAPTERS = (
    ("purpose", "監査の目的"),
    ("subjects", "監査の対象"),
    ("period", "監査の実施時期"),
    ("team", "監査の実施体制"),
    ("standards", "監査の基準"),
    ("summary", "監査の結果（総評）"),
    ("remarks", "特記事項"),
)


class AuditReportQuerySet(OnceShown):
    def issued(self) -> Self:
        return self.filter(status=AuditReport.Status.ISSUED)


class AuditReport(models.Model):
    """One version of the report of an audit, in the chapters of the practice; once issued it never changes."""

    class Status(models.TextChoices):
        DRAFT = "draft", "案"
        ISSUED = "issued", "提出済み"
        SUPERSEDED = "superseded", "旧版"

    TRANSITIONS = {Status.DRAFT: {Status.ISSUED}, Status.ISSUED: {Status.SUPERSEDED}, Status.SUPERSEDED: set()}
    SHOWN = (Status.ISSUED, Status.SUPERSEDED)

    engagement = models.ForeignKey(Engagement, verbose_name="監査", on_delete=models.PROTECT, related_name="reports")
    number = models.CharField("番号", max_length=32, blank=True)
    version = models.PositiveSmallIntegerField("版")
    status = models.CharField("状態", max_length=16, choices=Status, default=Status.DRAFT)
    purpose = models.TextField("監査の目的", blank=True, max_length=2000)
    subjects = models.TextField("監査の対象", blank=True, max_length=2000)
    period = models.TextField("監査の実施時期", blank=True, max_length=1000)
    team = models.TextField("監査の実施体制", blank=True, max_length=1000)
    standards = models.TextField("監査の基準", blank=True, max_length=1000)
    summary = models.TextField("監査の結果（総評）", blank=True, max_length=8000)
    remarks = models.TextField("特記事項", blank=True, max_length=4000)
    change_reason = models.CharField("改めた理由", blank=True, max_length=500)
    results = models.JSONField("結果の件数", default=dict, blank=True)
    digest = models.CharField("SHA-256", max_length=64, blank=True)
    by = by_whom("書き始めた人")
    at = at_when("書き始めた日時", null=False)
    issued_by = by_whom("提出した人", null=True)
    issued_at = at_when("提出日時")
    forwarded_by = by_whom("CISOに報告した人", null=True)
    forwarded_at = at_when("CISOに報告した日時")
    to_committee = models.BooleanField("情報化推進委員会にも報告", default=False)
    committee_reason = models.CharField("委員会に報告する・しない理由", max_length=500, blank=True)
    item = models.ForeignKey(Item, verbose_name="委員会の案件", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = AuditReportQuerySet.as_manager()

    class Meta:
        verbose_name = "監査報告書"
        verbose_name_plural = "監査報告書"
        ordering = ["engagement", "version"]
        constraints = [
            models.UniqueConstraint(fields=["engagement", "version"], name="audits_report_version_once"),
            models.UniqueConstraint(fields=["engagement"], condition=Q(status="draft"), name="audits_report_one_draft"),
            models.UniqueConstraint(fields=["engagement"], condition=Q(status="issued"), name="audits_report_one_in_force"),
        ]

    def __str__(self) -> str:
        return f"監査報告書 {self.number or self.engagement.number}（第{self.version}版）"

    def get_absolute_url(self) -> str:
        return reverse("audits:report", args=[self.engagement_id])

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def chapters(self) -> list[tuple[str, str]]:
        return [(word, getattr(self, name)) for name, word in CHAPTERS]

    def move_to(self, status: str) -> None:
        """Guard the state and set it; the caller saves."""
        if status not in self.TRANSITIONS[self.Status(self.status)]:
            raise InvalidTransition(f"この報告書は「{self.get_status_display()}」です。最新の状況を表示しました。")
        self.status = status

    def _again(self, engagement: Engagement) -> "AuditReport":
        row = AuditReport.objects.get(pk=self.pk)
        row.engagement = engagement
        return row

    # -- transitions -------------------------------------------------------------------------------------------------
    @classmethod
    @transaction.atomic
    def begin(cls, engagement: Engagement, *, change_reason: str = "", by: User, at: datetime) -> "AuditReport":
        """Begin the report with what the audit knows already; a further version needs its reason.

        InvalidTransition while a draft lies there.
        """
        phases = (*REPORTING, Engagement.Phase.FOLLOW_UP)
        engagement = engagement.written_by(by, at=at, phases=phases)
        last = engagement.reports.last()
        if last and last.is_draft:
            raise InvalidTransition("書きかけの報告書があります。")
        if last and not change_reason:
            raise InvalidTransition("報告書を改める理由を書いてください。")
        given = {name: getattr(last, name) for name, _ in CHAPTERS} if last else first_words(engagement)
        version = (last.version if last else 0) + 1
        row = cls.objects.create(engagement=engagement, version=version, change_reason=change_reason, by=by, at=at, **given)
        record(by, "audits.report.begun", engagement, at=at, version=version)
        return row

    @transaction.atomic
    def edit(self, *, by: User, at: datetime, **chapters: str) -> None:
        """Write the chapters of the draft; kept quietly, as it is typed."""
        phases = (*REPORTING, Engagement.Phase.FOLLOW_UP)
        engagement = self.engagement.written_by(by, at=at, phases=phases)
        row = self._again(engagement)
        if not row.is_draft:
            raise InvalidTransition("提出した報告書は変えられません。改めるときは、次の版を書き始めてください。")
        for name, words in chapters.items():
            setattr(row, name, words)
        row.save(update_fields=list(chapters))
        self.refresh_from_db()

    @transaction.atomic
    def issue(self, *, by: User, at: datetime) -> None:
        """提出: to the audit head and the section's 情報セキュリティ担当者; its findings are findings from now on (3.13.1.8.2).

        InvalidTransition while a chapter is empty, a draft was not exchanged or a comment not answered. The worker makes the paper.
        """
        phases = (*REPORTING, Engagement.Phase.FOLLOW_UP)
        engagement = self.engagement.led_by(by, at=at, phases=phases)
        row = self._again(engagement)
        earlier = engagement.reports.issued().first()
        row.move_to(self.Status.ISSUED)
        row._guard_whole()
        if earlier:
            earlier.move_to(self.Status.SUPERSEDED)
            earlier.save(update_fields=["status"])
        year = engagement.fiscal_year
        row.number = earlier.number if earlier else f"監報R{year - 2018}-{RegisterSeries.take(f'audit-report:{year}'):03d}"
        for finding in engagement.findings.filter(status=Finding.Status.EXCHANGE).select_for_update(no_key=True).order_by("pk"):
            finding.engagement = engagement
            finding.issue(at=at)
        row.results = dict(engagement.items.order_by().values_list("result").annotate(models.Count("pk")))
        row.issued_by, row.issued_at, row.digest = by, at, row.digest_of()
        row.save()
        engagement.announce(at=at)
        for party in (ReportReceipt.Party.SECTION_OFFICER, ReportReceipt.Party.AUDIT_HEAD):
            row.receipts.create(party=party, sent_at=at)
        enqueue("audits.report_paper", by=by, subject=row, report=row.pk)
        record(by, "audits.report.issued", engagement, at=at, number=row.number, version=row.version, digest=row.digest)
        self.refresh_from_db()

    def _guard_whole(self) -> None:
        empty = [word for name, word in CHAPTERS if name != "remarks" and not getattr(self, name)]
        if empty:
            raise InvalidTransition(f"「{'」「'.join(empty)}」が書かれていません。")
        if left := self.engagement.findings.drafts().count():
            raise InvalidTransition(f"意見交換に出していない指摘が{left}件あります。出すか、取り下げてください。")
        if left := self.engagement.findings.unanswered().count():
            raise InvalidTransition(f"課の意見に答えていない指摘が{left}件あります。")

    def digest_of(self) -> str:
        """The digest of everything the report says, its findings included."""
        rows = self.engagement.findings.issued()
        findings = [[row.number, *(getattr(row, name) for name in TEXT)] for row in rows]
        content = {"chapters": self.chapters, "findings": findings, "results": self.results, "version": self.version}
        return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    @transaction.atomic
    def forward(self, *, to_committee: bool, committee_reason: str, by: User, at: datetime) -> None:
        """The audit head reports to the CISO, and to the 情報化推進委員会 where that is needed, with the reason (3.13.1.8.3).

        With the last report of the year's plan the yearly duty of auditing is done.
        """
        phases = (*REPORTING, Engagement.Phase.FOLLOW_UP)
        engagement = self.engagement.headed_by(by, at=at, phases=phases)
        row = self._again(engagement)
        if row.status != self.Status.ISSUED or row.forwarded_at is not None:
            raise InvalidTransition("CISOに報告できるのは、提出された報告書だけです。すでに報告したものは、もう一度報告できません。")
        row.forwarded_by, row.forwarded_at = by, at
        row.to_committee, row.committee_reason = to_committee, committee_reason
        hold_rounds(engagement)
        if to_committee:
            row.item = _bring(row, by=by, at=at)
        row.save(update_fields=["forwarded_by", "forwarded_at", "to_committee", "committee_reason", "item"])
        row.receipts.create(party=ReportReceipt.Party.CISO, sent_at=at)
        settle_duty(engagement, by=by, at=at)
        record(by, "audits.report.forwarded", engagement, at=at, number=row.number, committee=to_committee)
        self.refresh_from_db()


def _bring(report: AuditReport, *, by: User, at: datetime) -> Item:
    committee = Committee.objects.get(code="PROMOTION_COMMITTEE")
    title = f"{report.engagement.what}の監査結果（{report.number}）"
    return Item.bring(committee, Item.Kind.REPORT, title=title, explanation=report.summary, clauses=["3.13.1.8.3"], by=by, at=at)


def first_words(engagement: Engagement) -> dict[str, Any]:
    """What the audit knows of its own report before anybody writes it."""
    return {
        "purpose": engagement.purpose,
        "subjects": subject_words(engagement),
        "period": period_words(engagement),
        "team": team_words(engagement),
        "standards": engagement.standards,
    }


class ReportReceiptQuerySet(models.QuerySet):
    def pending(self) -> Self:
        return self.filter(received_at__isnull=True)


class ReportReceipt(models.Model):
    """That a report was read by those it goes to."""

    class Party(models.TextChoices):
        SECTION_OFFICER = "section", "情報セキュリティ担当者"
        AUDIT_HEAD = "head", "情報セキュリティ監査総括責任者"
        CISO = "ciso", "最高情報セキュリティ責任者"

    report = models.ForeignKey(AuditReport, verbose_name="監査報告書", on_delete=models.CASCADE, related_name="receipts")
    party = models.CharField("宛先", max_length=16, choices=Party)
    sent_at = at_when("届いた日時", null=False)
    received_by = by_whom("受領した人", null=True)
    received_as = models.CharField("役割", max_length=200, blank=True)
    received_at = at_when("受領日時")

    objects = ReportReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "報告書の受領"
        verbose_name_plural = "報告書の受領"
        ordering = ["sent_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["report", "party"], name="audits_reportreceipt_once")]

    def __str__(self) -> str:
        return f"{self.report} {self.get_party_display()}"

    def able(self, *, at: datetime) -> list[Actor]:
        """Who may receive it now."""
        if self.party == self.Party.SECTION_OFFICER:
            return officers(self.report.engagement.department, at=at)
        return heads(at=at) if self.party == self.Party.AUDIT_HEAD else cisos(at=at)

    @transaction.atomic
    def receive(self, *, by: User, at: datetime) -> None:
        """受領. PermissionDenied for others than those it goes to; InvalidTransition once it is received."""
        engagement = self.report.engagement.lock()
        row = ReportReceipt.objects.select_related("report").get(pk=self.pk)
        row.report.engagement = engagement
        actor = next((actor for actor in row.able(at=at) if actor.person.pk == by.pk), None)
        if actor is None:
            raise PermissionDenied("受領できるのは宛先の方だけです。")
        if row.received_at is not None:
            raise InvalidTransition("この報告書は、すでに受領されています。")
        row.received_by, row.received_as, row.received_at = by, actor.label, at
        row.save(update_fields=["received_by", "received_as", "received_at"])
        changes = {"number": row.report.number, "party": row.get_party_display()}
        record(by, "audits.report.received", engagement, role=actor.label, in_place_of=actor.in_place_of, at=at, **changes)
        self.refresh_from_db()

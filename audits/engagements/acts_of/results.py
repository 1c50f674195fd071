"""Findings, the exchange of views, the report."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import models

from audits.acts import Act
from audits.engagements.acts_of.roles import Kind, Phase, anybody, auditor, by_slug, during, head, leads, officer
from audits.findings import forms as of_findings
from audits.models import AuditReport, Engagement, ExchangeComment, Finding, ReportReceipt
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.transitions import InvalidTransition


def _receipts(user: User, *, at: datetime) -> models.QuerySet:
    return ReportReceipt.objects.filter(report__in=AuditReport.objects.visible_to(user, at=at).values("pk"))


def _draft_report(engagement: Engagement) -> AuditReport | None:
    return engagement.reports.filter(status=AuditReport.Status.DRAFT).first()


def _issued(engagement: Engagement) -> AuditReport | None:
    return engagement.reports.issued().filter(forwarded_at__isnull=True).first()


def _on_report(name: str, find: Callable[[Engagement], AuditReport | None] = _draft_report) -> Callable[..., Any]:
    """A door of the report that is being written, or was issued."""

    def do(engagement: Engagement, **given: Any) -> Any:
        report = find(engagement)
        if report is None:
            raise InvalidTransition("この操作の対象となる報告書がありません。最新の状況を表示しました。")
        return getattr(report, name)(**given)

    return do


ACTS = by_slug(
    Act(
        "raise-finding",
        "指摘の案を書く",
        Finding.raise_one,
        auditor,
        "findings",
        "指摘の案を書きました。",
        label="案を残す",
        form=of_findings.FindingForm,
        when=during(Phase.FIELDWORK, Phase.REPORTING),
        clause="3.13.1.8.2",
    ),
    Act(
        "exchange",
        "指摘の案を意見交換に出す",
        Finding.exchange,
        leads,
        "findings",
        "課に示しました。意見が届くのを待ちます。",
        when=lambda row: row.phase == Phase.REPORTING and row.findings.drafts().exists(),
        kind="",
        asks="この監査の指摘の案すべてが課に見えるようになります。調書や聞き取りメモは見えません。",
    ),
    Act(
        "begin-report",
        "報告書を書き始める",
        AuditReport.begin,
        auditor,
        "report",
        "報告書を書き始めました。分かっていることは入れてあります。",
        when=lambda row: row.phase in (Phase.REPORTING, Phase.FOLLOW_UP) and not row.reports.exists(),
        kind="",
        clause="3.13.1.8.2",
    ),
    Act(
        "better-report",
        "報告書を改める",
        AuditReport.begin,
        auditor,
        "report",
        "次の版を書き始めました。提出した版はそのまま残ります。",
        label="次の版を書き始める",
        form=of_findings.BetterReportForm,
        when=lambda row: row.phase in (Phase.REPORTING, Phase.FOLLOW_UP) and _draft_report(row) is None and row.reports.exists(),
        clause="3.13.1.8.2",
    ),
    Act(
        "edit-report",
        "報告書を書く",
        _on_report("edit"),
        auditor,
        "report",
        "報告書の案を保存しました。",
        label="保存する",
        form=of_findings.ReportForm,
        when=lambda row: _draft_report(row) is not None,
    ),
    Act(
        "issue-report",
        "報告書を提出する",
        _on_report("issue"),
        leads,
        "report",
        "提出しました。報告書（PDF）は裏で作成しています。",
        when=lambda row: _draft_report(row) is not None,
        kind="",
        clause="3.13.1.8.2",
        asks="監査総括責任者と課の情報セキュリティ担当者に届き、意見交換をした指摘が正式な指摘になります。提出した版は変えられません。",
    ),
    Act(
        "forward-report",
        "CISOに報告する",
        _on_report("forward", _issued),
        head,
        "report",
        "CISOに報告しました。",
        label="報告する",
        form=of_findings.ForwardForm,
        when=lambda row: _issued(row) is not None,
        clause="3.13.1.8.3",
    ),
)
KINDS: dict[str, Kind] = {
    "finding": Kind(
        Finding,
        "engagement",
        by_slug(
            Act(
                "revise",
                "指摘を改める",
                Finding.revise,
                auditor,
                "findings",
                "指摘を改めました。前の内容は版として残ります。",
                label="この内容にする",
                form=of_findings.FindingForm,
                when=lambda row: row.status in Finding.EDITABLE,
            ),
            Act(
                "withdraw",
                "指摘を取り下げる",
                Finding.withdraw,
                auditor,
                "findings",
                "指摘を取り下げました。記録は残ります。",
                label="取り下げる",
                form=of_findings.WithdrawForm,
                when=lambda row: row.status in Finding.EDITABLE,
            ),
            Act(
                "comment",
                "意見を出す",
                ExchangeComment.make,
                officer,
                "findings",
                "意見を出しました。監査人が回答します。",
                label="意見を出す",
                form=of_findings.CommentForm,
                when=lambda row: row.status == Finding.Status.EXCHANGE,
                kind="",
            ),
        ),
    ),
    "comment": Kind(
        ExchangeComment,
        "finding.engagement",
        by_slug(
            Act(
                "reply",
                "意見に回答する",
                ExchangeComment.reply,
                auditor,
                "findings",
                "意見に回答しました。",
                label="回答する",
                form=of_findings.ReplyForm,
                when=lambda row: row.answered_at is None,
                kind="",
            ),
        ),
    ),
    "receipt": Kind(
        ReportReceipt,
        "report.engagement",
        by_slug(
            Act(
                "receive",
                "報告書を受領する",
                ReportReceipt.receive,
                anybody,
                "report",
                "報告書を受領しました。",
                label="受領する",
                when=lambda row: row.received_at is None,
                kind="",
            ),
        ),
        _receipts,
    ),
}

"""Audits and their findings, self-inspections, training, reviews of the policy, and what comes round."""

from django.db.models import QuerySet

from audits.models import AuditReport, Campaign, Course, Engagement, Finding, PolicyReview, TrainingSession
from audits.parties import Reach
from audits.review.hands import Hands as ReviewHands
from audits.training.hands import Hands as TrainingHands
from musashimurayama_isms.duties.models import Duty
from musashimurayama_isms.duties.parties import Reach as DutyReach

from ..asking import Asker
from ..numbers import of_audit, of_finding, of_report
from ..source import Rows


def _findings(asker: Asker) -> QuerySet[Finding]:
    """A draft is for the auditors alone: `visible_to` keeps it from the section."""
    rows = Finding.objects.visible_to(asker.user, at=asker.at).exclude(status=Finding.Status.WITHDRAWN)
    return rows.select_related("engagement", "department__parent")


def _reports(asker: Asker) -> QuerySet[AuditReport]:
    return (
        AuditReport.objects.visible_to(asker.user, at=asker.at).exclude(status=AuditReport.Status.SUPERSEDED).select_related("engagement")
    )


def _sessions(asker: Asker) -> QuerySet[TrainingSession]:
    return TrainingSession.objects.visible_to(asker.user, at=asker.at, hands=asker.as_(TrainingHands)).for_list()


def _duties(asker: Asker) -> QuerySet[Duty]:
    return Duty.objects.visible_to(asker.user, at=asker.at, reach=asker.as_(DutyReach))


SOURCES = [
    Rows(
        "audits",
        "監査",
        "checklist",
        Engagement,
        seen=lambda asker: Engagement.objects.visible_to(asker.user, at=asker.at, reach=asker.as_(Reach.of)).with_all(),
        words=lambda row: (row.number, row.theme, row.purpose),
        title=lambda row: f"{row} {row.what}",
        line=lambda row: row.get_phase_display(),
        number=of_audit,
    ),
    Rows(
        "findings",
        "監査の指摘",
        "checklist",
        Finding,
        seen=_findings,
        words=lambda row: (row.title, row.fact, row.risk, row.recommendation),
        title=lambda row: f"{row} {row.title}",
        line=lambda row: f"{row.department.full_name}　{row.get_grade_display()}　{row.get_status_display()}",
        number=of_finding,
    ),
    Rows(
        "reports",
        "監査報告書",
        "file",
        AuditReport,
        seen=_reports,
        words=lambda row: (row.number, row.purpose, row.subjects, row.summary, row.remarks),
        line=lambda row: row.get_status_display(),
        number=of_report,
    ),
    Rows(
        "inspections",
        "自己点検",
        "checklist",
        Campaign,
        seen=lambda asker: Campaign.objects.visible_to(asker.user, at=asker.at),
        words=lambda row: (row.title, row.note),
        line=lambda row: row.get_status_display(),
    ),
    Rows(
        "courses",
        "研修の講座",
        "people",
        Course,
        seen=lambda asker: Course.objects.visible_to(asker.user, at=asker.at, hands=asker.as_(TrainingHands)),
        words=lambda row: (row.title, row.theme, row.outline),
        line=lambda row: row.get_kind_display(),
    ),
    Rows(
        "sessions",
        "研修の実施",
        "people",
        TrainingSession,
        seen=_sessions,
        words=lambda row: (str(row), row.name, row.place, row.message),
        line=lambda row: row.get_status_display(),
    ),
    Rows(
        "reviews",
        "ポリシーの見直し",
        "book",
        PolicyReview,
        seen=lambda asker: PolicyReview.objects.visible_to(asker.user, at=asker.at, hands=asker.as_(ReviewHands)),
        words=lambda row: (row.title, row.occasion),
        line=lambda row: row.get_status_display(),
    ),
    Rows(
        "duties",
        "定期業務",
        "calendar",
        Duty,
        seen=_duties,
        words=lambda row: (row.title, row.instruction),
        line=lambda row: row.get_owner_display(),
    ),
]

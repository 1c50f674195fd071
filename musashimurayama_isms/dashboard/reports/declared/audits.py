"""The papers of audits, inspections and reviews."""

from typing import Any

from django import forms

from audits.models import AuditReport, Campaign, PolicyReview
from musashimurayama_isms.accounts.models import RoleCode
from musashimurayama_isms.jobs.models import Job
from musashimurayama_isms.jobs.queue import enqueue

from ..report import Asker, Group, Report, ReportForm

SHOWN = 100  # the newest; older ones are reached from their own pages
OF_THE_CITY = (RoleCode.CENTRAL_MANAGER, RoleCode.GENERAL_MANAGER, RoleCode.CISO, RoleCode.AUDIT_HEAD)


def issued(asker: Asker):
    """The reports of audits that the person may read, once they were issued."""
    rows = AuditReport.objects.visible_to(asker.user, at=asker.at).exclude(status=AuditReport.Status.DRAFT)
    return rows.select_related("engagement__department__parent", "engagement__contractor", "engagement__system").order_by("-pk")


def reviews(asker: Asker):
    return PolicyReview.objects.visible_to(asker.user, at=asker.at).kept().order_by("-pk")


class AuditReportField(forms.ModelChoiceField):
    def label_from_instance(self, report: AuditReport) -> str:
        return f"{report.number}（第{report.version}版）　{report.engagement.department.full_name}"


class AuditReportForm(ReportForm):
    report = AuditReportField(AuditReport.objects.none(), label="監査報告書", empty_label=None)

    def fill(self) -> None:
        self.fields["report"].queryset = issued(self.asker)


class CampaignForm(ReportForm):
    campaign = forms.ModelChoiceField(Campaign.objects.none(), label="自己点検", empty_label=None)

    def fill(self) -> None:
        rows = Campaign.objects.visible_to(self.asker.user, at=self.asker.at)
        unopened = (Campaign.Status.DRAFT, Campaign.Status.DROPPED)
        self.fields["campaign"].queryset = rows.exclude(status__in=unopened).order_by("-opened_at", "-pk")


class ReviewForm(ReportForm):
    review = forms.ModelChoiceField(PolicyReview.objects.none(), label="見直し", empty_label=None)

    def fill(self) -> None:
        self.fields["review"].queryset = reviews(self.asker)


def audit_report(asker: Asker, given: dict[str, Any]) -> Job:
    return enqueue("audits.report_paper", by=asker.user, subject=given["report"], report=given["report"].pk)


def inspection(asker: Asker, given: dict[str, Any]) -> Job:
    return enqueue("audits.inspection_report", by=asker.user, subject=given["campaign"], campaign=given["campaign"].pk)


def review(asker: Asker, given: dict[str, Any]) -> Job:
    return enqueue("audits.policy_review_paper", by=asker.user, subject=given["review"], review=given["review"].pk)


REPORTS = (
    Report(
        "audit-report",
        Group.AUDITS,
        "監査報告書",
        "監査報告書",
        "出された監査報告書です。作成済みのときは、保管してある紙面に案内します。",
        "3.13.1.8",
        "audits.report_paper",
        audit_report,
        AuditReportForm,
        lambda asker: issued(asker).exists(),
    ),
    Report(
        "inspection",
        Group.AUDITS,
        "自己点検結果報告書",
        "自己点検結果",
        "一回の自己点検の、全庁と所属ごとの結果と改善策です。",
        "3.13.2.2",
        "audits.inspection_report",
        inspection,
        CampaignForm,
        lambda asker: asker.holds(*OF_THE_CITY),
    ),
    Report(
        "policy-review",
        Group.AUDITS,
        "ポリシー見直しの記録",
        "見直しの記録",
        "一回の見直しに集めた材料、決めたこと、理由です。",
        "3.13.3",
        "audits.policy_review_paper",
        review,
        ReviewForm,
        lambda asker: reviews(asker).exists(),
    ),
)

"""The papers of an audit, made by the worker: the notice, the report; kept as files of the notice and of the report."""

from django.core.files.base import ContentFile

from audits.models import AuditNotice, AuditReport
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.pdf import render_pdf


@job("audits.notice_paper", title="監査通知書（A4）", atomic=True)
def notice_paper(run) -> dict:
    """Attach the PDF to the notice, once, and keep it for who asked."""
    rows = AuditNotice.objects.select_related("engagement__department__parent", "engagement__contractor", "engagement__system", "by")
    notice = rows.filter(pk=run.params["notice"]).first()
    if notice is None:
        raise JobRefused("この通知はもうありません。")
    return _keep(run, notice, f"{notice.number}.pdf", "pdf/audit_notice.html", {"notice": notice})


@job("audits.report_paper", title="監査報告書（A4）", atomic=True)
def report_paper(run) -> dict:
    """Attach the PDF of an issued report to it, once, and keep it for who asked."""
    rows = AuditReport.objects.select_related("engagement__department__parent", "engagement__contractor", "engagement__system", "issued_by")
    report = rows.exclude(status=AuditReport.Status.DRAFT).filter(pk=run.params["report"]).first()
    if report is None:
        raise JobRefused("この報告書はもうありません。")
    findings = report.engagement.findings.issued().select_related("department__parent")
    context = {"report": report, "findings": findings}
    return _keep(run, report, f"{report.number}-v{report.version}.pdf", "pdf/audit_report.html", context)


def _keep(run, subject, name: str, template: str, context: dict) -> dict:
    if StoredFile.objects.about(subject).exists():
        return {"message": "作成してあります。", "url": subject.get_absolute_url()}
    run.progress(1, 2, "紙面を組んでいます")
    content = render_pdf(template, context)
    attach(subject, ContentFile(content, name=name), by=run.by)
    run.keep(name, content)
    return {"message": "作成しました。", "url": subject.get_absolute_url()}

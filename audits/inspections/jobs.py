"""The results of an inspection on A4, made by the worker."""

from audits.inspections.pages import CampaignPage
from audits.models import Campaign, Improvement
from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.jobs.run import Run
from musashimurayama_isms.pdf import render_pdf


@job("audits.inspection_report", title="自己点検結果報告書（A4）")
def inspection_report(run: Run) -> dict:
    """The figures of the whole city, the departments and what will be bettered; keeps 自己点検結果-2026.pdf."""
    at = run.clock()
    campaign = (
        Campaign.objects.visible_to(run.by, at=at).select_related("previous", "reported_by").filter(pk=run.params["campaign"]).first()
    )
    page = CampaignPage(campaign, run.by, at=at) if campaign else None
    if page is None or not page.sees_city:
        raise JobRefused("この点検の結果を見る権限がなくなったため、報告書を作成できませんでした。")
    run.progress(1, 2, "紙面を組んでいます")
    improvements = Improvement.objects.filter(result__campaign=campaign).select_related("result__department", "question")
    context = {"campaign": campaign, "page": page, "improvements": improvements, "at": at}
    run.keep(f"自己点検結果-{campaign.fiscal_year}-{campaign.pk}.pdf", render_pdf("pdf/inspection.html", context))
    return {"message": f"「{campaign.title}」の結果の報告書ができました。"}

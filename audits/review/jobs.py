"""The file of a review on A4, made by the worker."""

from audits.models import PolicyReview
from audits.review.page import ReviewPage
from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.jobs.run import Run
from musashimurayama_isms.pdf import render_pdf


@job("audits.policy_review_paper", title="ポリシー見直しの記録（A4）")
def policy_review_paper(run: Run) -> dict:
    """The review with all its inputs, decisions and reasons; keeps ポリシーの見直し-2026-1.pdf."""
    at = run.clock()
    rows = PolicyReview.objects.visible_to(run.by, at=at).select_related("item", "revision", "begun_by", "closed_by")
    review = rows.filter(pk=run.params["review"]).first()
    if review is None:
        raise JobRefused("この見直しを見る権限がなくなったため、記録を作成できませんでした。")
    run.progress(1, 2, "紙面を組んでいます")
    page = ReviewPage(review, run.by, at=at)
    content = render_pdf("pdf/policy_review.html", {"review": review, "page": page, "at": at})
    run.keep(f"ポリシーの見直し-{review.fiscal_year}-{review.pk}.pdf", content)
    return {"message": f"「{review}」の記録ができました。"}

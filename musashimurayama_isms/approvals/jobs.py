"""The permit as an A4 paper, made by the worker."""

from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.jobs.run import Run
from musashimurayama_isms.pdf import render_pdf

from .models import Request
from .permits import Permit

PERMIT = "approvals.permit"


@job(PERMIT, title="許可証（A4）")
def permit_paper(run: Run) -> dict:
    """Render the permit of one request that the asking person still may see."""
    at = run.clock()
    request = Request.objects.visible_to(run.by, at=at).for_list().filter(pk=run.params["request"]).exclude(permit_code=None).first()
    if request is None:
        raise JobRefused("この申請を見る権限がなくなったか、許可がないため、許可証を作成できませんでした。")
    permit = Permit.of(request)
    run.keep(permit.file_name, render_pdf("pdf/permit.html", {"permit": permit, "request": request}))
    return {"message": "許可証ができました。", "url": request.get_absolute_url()}

"""Long work of the policy room: reading an uploaded text (nothing is stored but the report), and its papers."""

from django.http import Http404
from django.urls import reverse

from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.jobs.run import Run
from musashimurayama_isms.pdf import render_pdf
from policy import exception_jobs  # noqa: F401  (its job registers itself)
from policy.contrast import Contrast
from policy.guide import Guide
from policy.handbook import Handbook
from policy.intake import preview_of, reading_of
from policy.models import Bearer
from policy.visits import Visit

READ = "policy.read"
GUIDE = "policy.guide"
COMPARISON = "policy.comparison"


@job(READ, title="ポリシー本文の読み取り", repeats=False)  # the file hangs on the job itself
def read_policy(run: Run) -> dict:
    """Read the file attached to the job; the result is the preview. Refused with the reader's own sentence."""
    reading = reading_of(run.job, at=run.clock())
    if reading.policy is None:
        raise JobRefused(reading.refusal)
    preview = preview_of(reading)
    return {
        "message": "読み取りが終わりました。内容を確かめてください。",
        "url": reverse("policy:import_preview", args=[run.job.pk]),
        **preview,
    }


@job(GUIDE, title="役割ごとの手引（A4・1枚）")
def guide(run: Run) -> dict:
    """The guide of one role or body, as the asking person may see it; keeps `手引-端末装置利用者.pdf`."""
    at = run.clock()
    bearer = Bearer(run.params["bearer"])
    book = Handbook(Visit(run.by, at=at), bearer)
    run.keep(f"手引-{bearer.label}.pdf", render_pdf("pdf/guide.html", {"book": book, "guide": Guide(book), "at": at}))
    return {"message": f"{bearer.label}の手引ができました。"}


@job(COMPARISON, title="新旧対照表（A4横）")
def comparison(run: Run) -> dict:
    """The 新旧対照表 of a text as far as it was narrowed; keeps `新旧対照表-令和8年4月改定.pdf`."""
    at = run.clock()
    try:
        page = Contrast(Visit(run.by, at=at, revision_pk=run.params["revision"]), run.params["wanted"])
        revision = page.revision
    except Http404:
        raise JobRefused("この版を見る権限がなくなったため、新旧対照表を作成できませんでした。") from None
    run.keep(f"新旧対照表-{revision.name}.pdf", render_pdf("pdf/comparison.html", {"page": page, "at": at}))
    return {"message": "新旧対照表ができました。", "url": reverse("policy:comparison", args=[revision.pk])}

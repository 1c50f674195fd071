"""Long work of the policy room: reading an uploaded text (nothing is stored but the report), and the guide of a role on paper."""

from django.urls import reverse

from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.jobs.run import Run
from musashimurayama_isms.pdf import render_pdf
from policy import exception_jobs  # noqa: F401  (its job registers itself)
from policy.guide import Guide
from policy.handbook import Handbook
from policy.intake import preview_of, reading_of
from policy.models import Bearer
from policy.visits import Visit

READ = "policy.read"
GUIDE = "policy.guide"


@job(READ, title="ポリシー本文の読み取り")
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

"""例外措置一覧 on A4, made by the worker."""

from musashimurayama_isms.jobs.registry import job
from musashimurayama_isms.jobs.run import Run
from musashimurayama_isms.pdf import render_pdf
from policy.exception_list import ExceptionList
from policy.exception_paper import CLASS, TITLE, file_name, note_paper

PAPER = "policy.exceptions"


@job(PAPER, title="例外措置一覧（A4）")
def paper(run: Run) -> dict:
    """The list as the asking person may see it, narrowed as the page was; keeps 【分類Ⅱ】例外措置一覧-2026-11-26.pdf."""
    page = ExceptionList(run.by, at=run.clock(), data=run.params["wanted"])
    rows = list(page.rows.prefetch_related("measures"))
    for row in rows:
        row.state_word, row.review_due = row.state(page.on), row.next_review(page.review_months)
    context = {"page": page, "rows": rows, "at": page.at, "title": TITLE, "class_label": CLASS}
    run.keep(file_name(page), render_pdf("pdf/exceptions.html", context))
    note_paper(page, by=run.by)
    return {"message": f"例外措置一覧（{len(rows)}件）ができました。"}

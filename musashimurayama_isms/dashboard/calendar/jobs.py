"""The plan of the year on paper, made by the worker."""

from musashimurayama_isms.fiscal import fiscal_year_label
from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.jobs.run import Run
from musashimurayama_isms.pdf import render_pdf

from .months import YearView


@job("dashboard.calendar_paper", title="年間予定表（A4）")
def calendar_paper(run: Run) -> dict:
    """What the person sees of the 年度 in the chosen scope; keeps 年間予定表-2026.pdf."""
    at = run.clock()
    query = {"scope": run.params["scope"], "kind": run.params["only"]}
    try:
        view = YearView(run.by, run.params["year"], at=at, query=query)
    except LookupError:
        raise JobRefused("この年度の予定表は作れません。") from None
    run.progress(1, 2, "紙面を組んでいます")
    run.keep(f"年間予定表-{view.year}.pdf", render_pdf("pdf/year_plan.html", {"view": view, "at": at}))
    return {"message": f"{fiscal_year_label(view.year)}の年間予定表ができました。"}

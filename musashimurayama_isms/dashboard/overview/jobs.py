"""The sheet of decisions on paper, made by the worker."""

from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.jobs.run import Run
from musashimurayama_isms.pdf import render_pdf

from .page import Overview


@job("dashboard.decision_sheet", title="決裁待ちの一覧（A4）")
def decision_sheet(run: Run) -> dict:
    """What waits for the person's decision; keeps 決裁待ち-2026-11-26.pdf. What was decided on it is entered by the usual pages."""
    at = run.clock()
    try:
        page = Overview(run.by, at=at)
    except LookupError:
        raise JobRefused("この用紙を作れる立場ではなくなりました。") from None
    if not page.may_take_paper:
        raise JobRefused("この用紙を作れる立場ではなくなりました。")
    run.progress(1, 2, "紙面を組んでいます")
    rows = page.headlines.decisions.rows
    content = render_pdf("pdf/decision_sheet.html", {"page": page, "rows": rows, "at": at, "on": page.look.on, "person": run.by})
    run.keep(f"決裁待ち-{page.look.on.isoformat()}.pdf", content)
    return {"message": f"決裁を待つ{len(rows)}件の一覧ができました。"}

"""The list on paper, and the rounds of duties made ahead, by the worker."""

from musashimurayama_isms.duties.ahead import make_ahead
from musashimurayama_isms.jobs.registry import JobRefused, job
from musashimurayama_isms.jobs.run import Run
from musashimurayama_isms.pdf import render_pdf

from .acts import DUTIES
from .page import TurnPage
from .turn import Turn


@job("dashboard.year_turn_paper", title="年度替の確認表（A4）")
def paper(run: Run) -> dict:
    """The steps as the person sees them now; keeps 年度替の確認表-2027.pdf."""
    at = run.clock()
    try:
        turn = Turn(run.by, run.params["year"], at=at)
    except LookupError:
        raise JobRefused("この年度の確認表は作れません。") from None
    run.progress(1, 2, "紙面を組んでいます")
    run.keep(f"年度替の確認表-{turn.year}.pdf", render_pdf("pdf/year_turn.html", {"turn": turn, "page": TurnPage(turn), "at": at}))
    return {"message": f"{turn.label}への年度替の確認表ができました。"}


@job(DUTIES, title="定期業務の回の作成")
def duties(run: Run) -> dict:
    """What the daily round makes as well."""
    count = make_ahead(at=run.clock())
    return {"message": f"定期業務の回を{count}件作りました。" if count else "作る回は残っていませんでした。"}

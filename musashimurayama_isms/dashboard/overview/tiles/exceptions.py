"""例外措置: what is running, what ends soon, what is over without its closing report, what should be looked at again (3.11.4)."""

from policy.exception_list import STATES

from ..charts import Bar, Bars
from ..look import Look
from ..tile import Figure, Tile, address

SHOWN = {"running": "", "soon": "soon", "over": "late", "review": "soon", "waiting": "soon"}


def exceptions(look: Look) -> Tile:
    """Each bar is a state of the list; one exception may stand in several."""
    counts = {state: look.exceptions_in(state) for state in SHOWN}
    urls = {state: address("policy:exceptions", state=state) for state in SHOWN}
    words = "実施中の例外措置はありません。"
    if counts["running"]:
        words = f"{counts['running']}件のうち{counts['soon']}件が30日以内に終わります。"
    if counts["over"]:
        words += f"完了報告のないまま期間の満了したものが{counts['over']}件あります。"
    return Tile(
        slug="exceptions",
        title="例外措置",
        sentence=words,
        url=address("policy:exceptions"),
        figures=(
            Figure(counts["running"], "実施中", urls["running"]),
            Figure(counts["soon"], "30日以内に終了", urls["soon"], tone="soon"),
        ),
        chart=Bars("状態ごとの件数", [Bar(STATES[state][0], counts[state], urls[state], tone=tone) for state, tone in SHOWN.items()])
        if any(counts.values())
        else None,
        clause="3.11.4",
    )

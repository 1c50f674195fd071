"""遵守状況: how many obligations of the policy stand how; every floor is asked for it, so it comes after the page."""

from django.urls import reverse

from policy.coverage import Coverage
from policy.mechanisms import State
from policy.visits import Visit

from ..charts import Bar, Bars
from ..look import Look
from ..tile import Figure, Tile, address

TONES = {State.LATE: "late", State.MISSING: "late", State.OUTSIDE: "", State.ACTIVE: "", State.KEPT: "done"}


def coverage(look: Look) -> Tile | None:
    """The place on the page; for who answers for the policy of the whole city."""
    if not look.is_wide:
        return None
    return Tile(
        slug="coverage",
        title="ポリシーの遵守状況",
        sentence="",
        url=address("policy:coverage"),
        later=reverse("overview_coverage"),
        clause="3.13",
    )


def counted(look: Look) -> Tile:
    """The tile with its figures, as the map of the policy has them."""
    tally = Coverage(Visit(look.user, at=look.at)).by_state
    urls = {state: address("policy:coverage", state=state.value) for state in State}
    words = f"{tally.total}の義務のうち、{tally.count(State.KEPT) + tally.count(State.ACTIVE)}は仕組みがあり、期限内に行われています。"
    return Tile(
        slug="coverage",
        title="ポリシーの遵守状況",
        sentence=words if tally.total else "義務がまだ登録されていません。",
        url=address("policy:coverage"),
        figures=tuple(Figure(tally.count(state), state.label, urls[state], tone="late") for state in (State.LATE, State.MISSING)),
        chart=Bars("状態ごとの義務の数", [Bar(state.label, tally.count(state), urls[state], tone=tone) for state, tone in TONES.items()])
        if tally.total
        else None,
        clause="3.13",
    )

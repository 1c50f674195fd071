"""What the policy leaves open and the city has not chosen, and the rules it orders that are not there (2.9, 3.13.3)."""

from collections.abc import Iterator

from django.urls import reverse

from audits.models import Found, Source
from musashimurayama_isms.parameters.overview import Line, State, lines
from policy.models import Regulation
from policy.regulations import Register

from .base import Window, gathers

NAMED = 12  # of a group; the rest is a number
LACKING = {Regulation.State.MISSING: "まだ定めていません。", Regulation.State.OVERDUE: "見直しの期限を過ぎています。"}


@gathers
def parameters(window: Window) -> Iterator[Found]:
    """One input a group of 未定事項 with something that nobody has confirmed."""
    groups: dict[str, list[Line]] = {}
    for line in lines(at=window.at):
        if line.state == State.UNCONFIRMED:
            groups.setdefault(line.parameter.group, []).append(line)
    for group, rows in groups.items():
        names = "、".join(line.parameter.name for line in rows[:NAMED])
        more = f"ほか{len(rows) - NAMED}件" if len(rows) > NAMED else ""
        yield Found(
            Source.PARAMETER,
            f"parameters:{group}",
            f"「{group}」の未定事項 {len(rows)}件",
            f"標準のまま、市の決定が記録されていないもの：{names}{more}",
            tuple(sorted({clause for line in rows for clause in line.parameter.clauses})),
            reverse("parameters:list"),
        )


@gathers
def regulations(window: Window) -> Iterator[Found]:
    """One input a rule or procedure that is missing or whose review is over."""
    for entry in Register(on=window.until).everything:
        if words := LACKING.get(entry.state):
            row = entry.regulation
            makers = "・".join(entry.maker_labels)
            yield Found(
                Source.REGULATION,
                f"regulation:{row.code}",
                row.title,
                f"{words}定める人：{makers}",
                tuple(row.clauses),
                row.get_absolute_url(),
            )

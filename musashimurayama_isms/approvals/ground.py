"""What a type of request rests on (`RequestType.rests_on`): a floor above knows the rules and says which of them are missing."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from musashimurayama_isms.transitions import InvalidTransition

if TYPE_CHECKING:
    from .models import RequestType


@dataclass(frozen=True)
class Missing:
    """A rule that is not there yet, and the page that says how it stands."""

    title: str
    url: str


Asked = Callable[..., Mapping[str, Missing]]
_asked: list[Asked] = []


def register(missing: Asked) -> None:
    """`missing(codes, on=)` gives of these rules those that do not stand on the day. Who registers last is asked."""
    _asked[:] = [missing]


def missing_ground(types: Collection["RequestType"], *, on: date) -> dict[str, list[Missing]]:
    """Code of a type → what it rests on and does not stand, for the types that cannot be applied for; asked once for all."""
    wanted = {code for type_ in types for code in type_.rests_on}
    gone = _asked[0](sorted(wanted), on=on) if wanted and _asked else {}
    found = {type_.code: [gone[code] for code in type_.rests_on if code in gone] for type_ in types}
    return {code: rows for code, rows in found.items() if rows}


def guard_ground(type_: "RequestType", *, on: date) -> None:
    """InvalidTransition naming what has to be set down first, and where."""
    rows = missing_ground([type_], on=on).get(type_.code)
    if rows:
        titles = "」「".join(row.title for row in rows)
        raise InvalidTransition(
            f"「{titles}」がまだ定められていないため、申請できません。"
            f"定めるべき規程の一覧（{rows[0].url}）で状況を確かめ、定める人に問い合わせてください。"
        )

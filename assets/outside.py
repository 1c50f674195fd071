"""What is outside tonight: the head of the page, and where the report of a loss begins (screens.md, journey 11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from assets.models import Move


@dataclass(frozen=True)
class Tally:
    """How many moves are outside, how many past their day, how many lost."""

    outside: int
    late: int
    lost: int

    @classmethod
    def of(cls, moves: Sequence[Move], *, on: date) -> "Tally":
        lost = [move for move in moves if move.status == Move.Status.LOST]
        late = [move for move in moves if move not in lost and move.is_late(on=on)]
        return cls(len(moves), len(late), len(lost))


def incident_url(move: Move) -> str:
    """Where the report of a loss on the way begins, half filled; the incidents stand on a higher floor, known by name only."""
    lines = list(move.lines.all())
    known = {
        "kind": "lost",
        "personal_information": "yes" if any(line.thing.has_personal for line in lines) else "unknown",
        "information": "、".join(line.label for line in lines)[:500],
        "asset_class": int(move.asset_class),
        "place": f"{move.destination}への移動中",
    }
    return f"{reverse('incidents:start')}?{urlencode(known)}"

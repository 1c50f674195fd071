"""What is outside tonight: the rows, the head of the page, the table that leaves (screens.md, journey 11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from assets.classification import AssetClass
from assets.marking import marked
from assets.models import Move
from musashimurayama_isms import spreadsheet
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.trail.record import record

TITLE = "庁外にあるもの"
HEADINGS = ("許可番号", "もの", "分類", "どうするか", "運ぶ人", "行き先", "所管課", "出た日", "期日", "状態")
TYPES = {"csv": spreadsheet.CSV_TYPE, "xlsx": spreadsheet.XLSX_TYPE}


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


def export(moves: Sequence[Move], suffix: str, *, by: User, at: datetime) -> tuple[str, bytes]:
    """Name and bytes, with the class of the highest in both (3.5.2.2); recorded in the caller's transaction."""
    highest = min((move.asset_class for move in moves), default=None)
    head = f"{marked(TITLE, highest)} {day_of(at).isoformat()}現在 {len(moves)}件"
    rows = [_row(move) for move in moves]
    record(by, "assets.move.exported", None, at=at, format=suffix, count=len(moves), asset_class=highest)
    name = marked(f"{TITLE}-{day_of(at):%Y%m%d}.{suffix}", highest)
    if suffix == "csv":
        return name, spreadsheet.as_csv([head], [HEADINGS, *rows])
    return name, spreadsheet.as_xlsx(TITLE, HEADINGS, rows, mark="見本" if settings.IS_TRIAL else "", note=head)


def _row(move: Move) -> list[spreadsheet.Cell]:
    return [
        move.number,
        "、".join(line.label for line in move.lines.all()),
        AssetClass(move.asset_class).label,
        "・".join(move.way_labels),
        move.carried_by,
        move.destination,
        move.department.full_name,
        day_of(move.departed_at) if move.departed_at else None,
        move.due_on,
        move.get_status_display(),
    ]


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

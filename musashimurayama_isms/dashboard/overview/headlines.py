"""The three lines on top: what to decide, what is grave with the nearest term, which exceptions end. Half a minute is enough."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from incidents.models import AuthorityReport
from musashimurayama_isms.prepared import Prepared

from .decisions import Decisions
from .look import Look
from .tile import Figure, address


@dataclass(frozen=True)
class Nearest:
    """The report to an authority whose term ends first; `is_over`: it has ended."""

    words: str
    due: date
    url: str
    is_over: bool = False

    @property
    def label(self) -> str:
        """How it is called, on the screen and on paper."""
        return "過ぎた報告期限" if self.is_over else "次の報告期限"


_NEAREST = Prepared(
    lambda told: (
        AuthorityReport.objects.filter(incident__in=told.rows().values("pk"), due_on__isnull=False)
        .live()
        .select_related("stage__authority", "incident")
        .by_due()[:1]
    )
)


class Headlines:
    """Asked for one look."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.decisions = Decisions(look)

    @cached_property
    def grave(self) -> Figure | None:
        """Open grave incidents; None for whom incidents are not told."""
        desk = self.look.incident_desk
        if desk is None:
            return None
        return Figure(
            self.look.open_incidents["grave"],
            "重大インシデント",
            address("incidents:desk", desk.slug, status="open", is_grave="true"),
            tone="late",
        )

    @cached_property
    def nearest(self) -> Nearest | None:
        """Of the incidents of this look."""
        if self.look.incident_desk is None:
            return None
        first = next(iter(_NEAREST(told=self.look.told)), None)
        if first is None:
            return None
        return Nearest(f"{first.incident.number} {first.stage}", first.due_on, first.get_absolute_url(), first.due_on < self.look.on)

    @cached_property
    def exceptions(self) -> list[Figure]:
        words = {"soon": ("30日以内に終わる例外措置", "soon"), "over": ("完了報告のない例外措置", "late")}
        return [
            Figure(self.look.exceptions_in(state), word, address("policy:exceptions", state=state), tone=tone)
            for state, (word, tone) in words.items()
        ]

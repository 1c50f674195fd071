"""What the pages of one move and of one disposal show to one person, asked with a bounded number of queries."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from assets.models import Disposal, Move
from assets.outside import incident_url
from assets.reach import Reach
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail.models import Entry

STEPS = (
    ("出発", Move.Status.PLANNED, "departed_at"),
    ("到着・受渡し", Move.Status.DEPARTED, "arrived_at"),
    ("返却", Move.Status.ARRIVED, "returned_at"),
    ("返却の確認", Move.Status.RETURNED, "closed_at"),
)


@dataclass
class MovePage:
    """One person's view of one move at a moment."""

    move: Move
    user: User
    at: datetime

    @cached_property
    def reach(self) -> Reach:
        return Reach.of(self.user, at=self.at)

    @cached_property
    def can_record(self) -> bool:
        return self.move.can_record(self.user, at=self.at, reach=self.reach)

    @cached_property
    def can_confirm(self) -> bool:
        return self.move.can_confirm(self.user, at=self.at, reach=self.reach)

    @property
    def can_depart(self) -> bool:
        is_running = self.move.request.status == Request.Status.RUNNING
        return self.can_record and self.move.status == Move.Status.PLANNED and is_running and self.move.leaves_on <= day_of(self.at)

    @property
    def waits_for_day(self) -> bool:
        return self.move.status == Move.Status.PLANNED and self.move.leaves_on > day_of(self.at)

    @property
    def can_arrive(self) -> bool:
        return self.can_record and self.move.status == Move.Status.DEPARTED and self.move.needs_arrival

    @property
    def can_return(self) -> bool:
        return self.can_record and self.move.status in Move.OUTSIDE

    @property
    def returns_undelivered(self) -> bool:
        """Coming back is the exception while it is still on its way to somewhere."""
        return self.move.status == Move.Status.DEPARTED and self.move.needs_arrival

    @property
    def can_lose(self) -> bool:
        is_out = self.move.status in (*Move.OUT, Move.Status.RETURNED)
        return is_out and self.move.can_lose(self.user, at=self.at, reach=self.reach)

    @property
    def can_settle(self) -> bool:
        return self.move.status == Move.Status.LOST and self.move.can_settle(self.user, at=self.at, reach=self.reach)

    @property
    def is_late(self) -> bool:
        return self.move.is_late(on=day_of(self.at))

    @property
    def incident_url(self) -> str:
        return incident_url(self.move)

    @cached_property
    def may_open_request(self) -> bool:
        return Request.objects.visible_to(self.user, at=self.at).filter(pk=self.move.request_id).exists()

    @property
    def route(self) -> list[dict]:
        """The stations of this move for components/route.html."""
        move = self.move
        wanted = {"departed_at": True, "arrived_at": move.needs_arrival, "returned_at": move.comes_back or move.returned_at is not None}
        wanted["closed_at"] = wanted["returned_at"]
        return [self._station(title, status, name) for title, status, name in STEPS if wanted[name]]

    def _station(self, title: str, status: str, name: str) -> dict:
        when = getattr(self.move, name)
        is_now = self.move.status == status or (
            name == "returned_at" and self.move.status == Move.Status.DEPARTED and not self.move.needs_arrival
        )
        state = "done" if when else "skipped" if self.move.is_over else "late" if is_now and self.is_late else "now" if is_now else "next"
        who = {"returned_at": self.move.returned_by, "closed_at": self.move.closed_by}.get(name)
        return {"title": title, "state": state, "when": when, "who": who.name if who and when else ""}

    @cached_property
    def entries(self) -> list[Entry]:
        return list(Entry.objects.about(self.move))


@dataclass
class DisposalPage:
    """One person's view of one disposal at a moment."""

    disposal: Disposal
    user: User
    at: datetime

    @cached_property
    def can_record(self) -> bool:
        return self.disposal.can_record(self.user, at=self.at)

    @cached_property
    def is_late(self) -> bool:
        return self.disposal.is_late(on=day_of(self.at))

    @cached_property
    def lines(self) -> list:
        return list(self.disposal.lines.select_related("recorded_by", "ledger_entry").prefetch_related("object"))

    @cached_property
    def files(self) -> list[StoredFile]:
        return list(StoredFile.objects.about(self.disposal))

    @cached_property
    def may_open_request(self) -> bool:
        return Request.objects.visible_to(self.user, at=self.at).filter(pk=self.disposal.request_id).exists()

    @cached_property
    def entries(self) -> list[Entry]:
        return list(Entry.objects.about(self.disposal))

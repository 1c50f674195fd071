"""What the pages of a committee ask once: the room, one meeting, one item, each seen by one person at one moment."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Prefetch

from musashimurayama_isms.accounts.models import Committee, User
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.parameters.values import value
from musashimurayama_isms.trail.models import Entry

from .committee_people import Insider
from .models import AgendaItem, Attendance, Circulation, Item, Meeting, Recusal, Request
from .models.attendance import Quorum
from .models.numbering import PROMOTION


def the_committee() -> Committee:
    """情報化推進委員会: the one committee of the policy (3.4.2.4)."""
    return Committee.objects.select_related("secretariat__parent").get(code=PROMOTION)


STANDING = Prefetch("item__recusals", Recusal.objects.standing().select_related("person"), to_attr="standing_recusals")


@dataclass
class AgendaRow:
    """One item on the agenda as a person sees it."""

    row: AgendaItem
    quorum: Quorum
    can_resolve: bool

    @property
    def item(self) -> Item:
        return self.row.item

    @property
    def resolution(self):
        return getattr(self.row, "resolution", None)

    @property
    def recusals(self) -> list[Recusal]:
        return self.row.item.standing_recusals


class MeetingPage:
    """A meeting with its agenda, attendance and minutes."""

    def __init__(self, meeting: Meeting, user: User, *, at: datetime) -> None:
        self.meeting, self.user, self.at = meeting, user, at

    @cached_property
    def insider(self) -> Insider:
        return Insider.of(self.user, self.meeting.committee, at=self.at)

    @cached_property
    def can_run(self) -> bool:
        return self.insider.may_call(*Meeting.CALLERS[Meeting.Kind(self.meeting.kind)])

    @cached_property
    def agenda(self) -> list[AgendaRow]:
        """In order, each with the quorum as it stands for this item."""
        rows = self.meeting.agenda.select_related("item__committee", "item__brought_by", "item__request__type", "resolution")
        percent = value("committee.quorum_percent")
        return [self._row(row, percent) for row in rows.prefetch_related(STANDING)]

    def _row(self, row: AgendaItem, percent: int) -> AgendaRow:
        excluded = {recusal.person_id for recusal in row.item.standing_recusals}
        quorum = Attendance.quorum(self.attendances, excluded=excluded, percent=percent)
        is_time = self.meeting.status == Meeting.Status.HELD and row.is_open
        return AgendaRow(row, quorum, is_time and self.insider.runs and self.user.pk not in excluded)

    @cached_property
    def attendances(self) -> list[Attendance]:
        rows = list(self.meeting.attendances.select_related("deputy"))
        for row in rows:
            row.meeting = self.meeting
        return rows

    @cached_property
    def members(self) -> list:
        """Who sits there, before it is held."""
        return self.meeting.sitting() if self.meeting.status == Meeting.Status.CALLED else []

    @property
    def guests(self) -> list[Attendance]:
        return [row for row in self.attendances if not row.is_member]

    @property
    def is_called(self) -> bool:
        return self.meeting.status == Meeting.Status.CALLED

    @property
    def is_held(self) -> bool:
        return self.meeting.status == Meeting.Status.HELD

    @property
    def is_minuted(self) -> bool:
        return self.meeting.status == Meeting.Status.MINUTED

    @property
    def can_mend(self) -> bool:
        """Attendance may be mended until a 議決 rests on it."""
        return self.can_run and self.is_held and not any(row.resolution for row in self.agenda)

    @property
    def left(self) -> int:
        """Items whose result is not recorded yet."""
        return sum(row.row.is_open for row in self.agenda)

    @cached_property
    def waiting(self) -> list[Item]:
        """What could still be placed on the agenda."""
        if not (self.can_run and self.meeting.takes_items):
            return []
        return list(self.meeting.committee.items.waiting())

    @cached_property
    def files(self) -> list[StoredFile]:
        return list(StoredFile.objects.about(self.meeting).select_related("uploaded_by"))

    @cached_property
    def notes(self) -> list:
        return list(self.meeting.notes.select_related("by"))

    @cached_property
    def entries(self) -> list[Entry]:
        return list(Entry.objects.about(self.meeting))


class ItemPage:
    """An item with what became of it."""

    def __init__(self, item: Item, user: User, *, at: datetime) -> None:
        self.item, self.user, self.at = item, user, at

    @cached_property
    def insider(self) -> Insider:
        return Insider.of(self.user, self.item.committee, at=self.at)

    @property
    def can_withdraw(self) -> bool:
        return self.item.is_live and not self.item.of_request and (self.insider.runs or self.item.brought_by_id == self.user.pk)

    @property
    def can_recuse(self) -> bool:
        return self.item.is_live and self.insider.runs

    @cached_property
    def recusals(self) -> list[Recusal]:
        return list(self.item.recusals.select_related("person", "by", "lifted_by"))

    @cached_property
    def agenda(self) -> list[AgendaItem]:
        return list(self.item.agenda.select_related("meeting__committee", "resolution__recorded_by").order_by("meeting__planned_at"))

    @cached_property
    def request(self) -> Request | None:
        """The request, where the person may read it."""
        if not self.item.request_id:
            return None
        return Request.objects.visible_to(self.user, at=self.at).for_list().filter(pk=self.item.request_id).first()

    @cached_property
    def circulations(self) -> list[Circulation]:
        rows = Circulation.objects.filter(resolution__agenda_item__item=self.item)
        return list(rows.visible_to(self.user, at=self.at))

    @cached_property
    def files(self) -> list[StoredFile]:
        return list(StoredFile.objects.about(self.item).select_related("uploaded_by"))

    @cached_property
    def entries(self) -> list[Entry]:
        return list(Entry.objects.about(self.item))

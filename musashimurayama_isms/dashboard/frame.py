"""What the frame of a page tells about the person in front of it; read once a page, and only when a page draws it."""

from datetime import datetime

from django.utils.functional import cached_property

from musashimurayama_isms.accounts.models import Appointment, User
from musashimurayama_isms.accounts.own import own
from musashimurayama_isms.accounts.standing import day_of, standings
from musashimurayama_isms.notifications.models import unread_count

from .rooms import ROOMS, Door, Visitor, doors


class Frame:
    """The top bar and the menu of one person at one moment."""

    def __init__(self, user: User, *, at: datetime, path: str) -> None:
        self.user = user
        self.at = at
        self.path = path

    @cached_property
    def visitor(self) -> Visitor:
        return Visitor(self.user, tuple(standings(self.user, at=self.at)))

    @cached_property
    def doors(self) -> list[Door]:
        return doors(ROOMS, self.visitor, self.path)

    @cached_property
    def post(self) -> str:
        """The main post, or any post held: 市民部市民課 課長."""
        rows = own(self.user, on=day_of(self.at)).appointments
        held = sorted(rows, key=lambda row: (row.kind != Appointment.Kind.MAIN, row.pk))
        return str(held[0].post) if held else ""

    @cached_property
    def deputy_for(self) -> list[str]:
        """The names of those in whose place the person may act now."""
        return list(dict.fromkeys(hat.in_place_of.name for hat in self.visitor.hats if hat.in_place_of))

    @cached_property
    def roles(self) -> list[str]:
        return list(dict.fromkeys(hat.label for hat in self.visitor.hats))

    @cached_property
    def unread(self) -> int:
        """How many notices are not read yet."""
        return unread_count(self.user)

"""What the page of the 緊急連絡網 shows one reader: the net of a day, what is wrong with it, whether one's papers are old."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from incidents.continuity.net import Net
from incidents.continuity.people import handles_net, in_net, may_hold_number
from incidents.models import Contact, NetRecord
from musashimurayama_isms.accounts.models import PersonnelChange, User
from musashimurayama_isms.accounts.standing import day_of, main_department


@dataclass(frozen=True)
class Paper:
    """A paper of the reader's, and where the net differs from it now."""

    record: NetRecord
    changes: list[str]

    @property
    def is_stale(self) -> bool:
        return bool(self.changes)


class NetPage:
    """One reader, one day."""

    def __init__(self, user: User, *, on: date, at: datetime) -> None:
        self.user, self.on, self.at = user, on, at
        self.sees_numbers = in_net(user, at=at)
        self.net = Net(on, with_numbers=self.sees_numbers)

    @property
    def today(self) -> date:
        return day_of(self.at)

    @property
    def is_today(self) -> bool:
        return self.on == self.today

    @cached_property
    def handles(self) -> bool:
        return handles_net(self.user, at=self.at)

    @cached_property
    def may_hold_number(self) -> bool:
        return self.sees_numbers or may_hold_number(self.user, at=self.at)

    @cached_property
    def my_contact(self) -> Contact | None:
        return Contact.objects.filter(person=self.user).first()

    @property
    def asks_me(self) -> bool:
        """Whether my own word is missing or old."""
        contact = self.my_contact
        return self.may_hold_number and (contact is None or contact.is_stale(on=self.today, months=self.net.months))

    @cached_property
    def papers(self) -> list[Paper]:
        """The latest paper of each kind that the reader made; compared with the net of today, or of its own later day."""
        rows: dict[str, NetRecord] = {}
        for row in NetRecord.objects.papers().filter(by=self.user).order_by("at", "pk"):
            rows[row.kind] = row
        return [Paper(row, self._net_for(row).changes_since(row.seats)) for row in rows.values()]

    def _net_for(self, row: NetRecord) -> Net:
        day = max(row.on, self.today)
        return self.net if (day, row.with_numbers) == (self.on, self.sees_numbers) else Net(day, with_numbers=row.with_numbers)

    def compared(self, code: str) -> tuple[str, list[str]] | None:
        """What the code of a paper says: current, old (with the differences), or unknown; None without a code."""
        code = code.strip().upper()
        if not code:
            return None
        wanted = code.replace("-", "").lower()
        row = NetRecord.objects.papers().filter(digest__startswith=wanted).first() if len(wanted) == len("01234567") else None
        if row is None:
            return "unknown", []
        changes = self._net_for(row).changes_since(row.seats)
        return ("old" if changes else "current"), changes

    @cached_property
    def last_check(self) -> NetRecord | None:
        return NetRecord.objects.checks().select_related("by").first()

    @property
    def days(self) -> list[tuple[str, date]]:
        """Days worth a look: today, tomorrow, and the days on which personnel lists wait."""
        waiting = PersonnelChange.objects.filter(status=PersonnelChange.Status.WAITING, effective_on__gt=self.today)
        found = {self.today: "今日", self.today + timedelta(days=1): "明日"}
        for day in waiting.order_by("effective_on").values_list("effective_on", flat=True)[:3]:
            found.setdefault(day, "人事異動の日")
        first = date(self.today.year + (self.today.month >= 4), 4, 1)
        found.setdefault(first, "4月1日")
        return [(word, day) for day, word in found.items()]

    @property
    def my_line(self):
        """Whom the reader rings, the nearest first."""
        return self.net.line_of(main_department(self.user, on=self.on))

"""Everything the page of one occurrence shows, asked with a bounded number of queries."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail.models import Entry

from .models import Occurrence
from .models.occurrence import DONE, SKIPPED
from .parties import Holder, Parties, Reach


@dataclass
class Overview:
    """One person's view of one occurrence at a moment."""

    occurrence: Occurrence
    user: User
    at: datetime

    @cached_property
    def reach(self) -> Reach:
        return Reach(self.user, at=self.at, parties=Parties(self.at))

    @cached_property
    def holders(self) -> list[Holder]:
        return self.occurrence.able(at=self.at, parties=self.reach.parties)

    @cached_property
    def is_one_up(self) -> bool:
        """Whether nobody holds the role itself, so that the one above is asked."""
        return bool(self.holders) and self.holders[0].owner != self.occurrence.duty.owner

    @cached_property
    def hand(self) -> User | None:
        return self.occurrence.in_hands_of(at=self.at)

    @cached_property
    def can_complete(self) -> bool:
        return self.occurrence.can_complete(self.user, at=self.at, reach=self.reach)

    @cached_property
    def can_decide(self) -> bool:
        return self.occurrence.can_decide(self.user, at=self.at, reach=self.reach)

    @cached_property
    def can_reopen(self) -> bool:
        return self.occurrence.can_reopen(self.user, at=self.at, reach=self.reach)

    @cached_property
    def files(self) -> list[StoredFile]:
        return list(StoredFile.objects.about(self.occurrence))

    @cached_property
    def is_early(self) -> bool:
        """Whether its time to be done has not come yet; it may be done all the same."""
        return self.occurrence.is_open and self.occurrence.appears_on > day_of(self.at)

    @cached_property
    def entries(self) -> list[Entry]:
        """The history with the words that went with each act."""
        words = {(row.verb, row.at): row.text for row in self.occurrence.remarks.all()}
        rows = list(Entry.objects.about(self.occurrence))
        for entry in rows:
            entry.note = words.get((entry.verb, entry.at), "")
        return rows

    @property
    def last_words(self) -> str:
        """What was written when it was done or left out."""
        return next((entry.note for entry in reversed(self.entries) if entry.verb in (DONE, SKIPPED)), "")

    @cached_property
    def subject_url(self) -> str:
        """The page of what the duty hangs on, if it has one."""
        subject = self.occurrence.duty.subject
        return subject.get_absolute_url() if hasattr(subject, "get_absolute_url") else ""

    @cached_property
    def before(self) -> Occurrence | None:
        """The round before this one, to look up how it was done."""
        row = self.occurrence
        earlier = Occurrence.objects.filter(duty=row.duty_id, department=row.department_id, due_on__lt=row.due_on)
        return earlier.filter(status=Occurrence.Status.DONE).select_related("duty").last()

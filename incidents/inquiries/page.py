"""What the page of a 横展開 shows one person: the own answer first, the roll-up for the asker's side."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Model
from django.urls import reverse

from incidents.alert_pages import with_files
from incidents.inquiries.parties import InquiryReach
from incidents.models import Inquiry, InquiryPlace
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail.models import Entry


@dataclass
class InquiryPage:
    """One inquiry before one person."""

    inquiry: Inquiry
    reach: InquiryReach
    at: datetime

    @cached_property
    def places(self) -> list[InquiryPlace]:
        """The answers that the person may read, each with its files and the acts that are open to the person."""
        user, on = self.reach.user, day_of(self.at)
        rows = InquiryPlace.objects.visible_to(user, at=self.at, reach=self.reach).filter(inquiry=self.inquiry)
        found = with_files(rows.for_list())
        for row in found:
            row.inquiry = self.inquiry
            row.may_answer = row.can_answer(user, at=self.at, reach=self.reach)
            row.may_finish = row.can_finish(user, at=self.at, reach=self.reach)
            row.overdue = row.is_late(on=on)
        return found

    @property
    def mine(self) -> list[InquiryPlace]:
        """The own sections' places that wait for an answer or for the end of a measure."""
        return [row for row in self.places if (row.may_answer and row.is_awaited) or row.may_finish]

    @cached_property
    def counts(self) -> list[tuple[str, int]]:
        """How many sections have answered what, in the order of the answers; those with none are left out."""
        found = Counter(row.status for row in self.places)
        return [(status.label, found[status]) for status in InquiryPlace.Status if found[status]]

    @property
    def late(self) -> int:
        return sum(row.overdue for row in self.places)

    @property
    def is_asking_side(self) -> bool:
        return self.reach.is_asking_side

    @property
    def can_change(self) -> bool:
        return self.is_asking_side and self.inquiry.is_open

    @cached_property
    def source(self) -> Model | None:
        return self.inquiry.source_for(self.reach.user) if self.is_asking_side else None

    @cached_property
    def files(self):
        return StoredFile.objects.about(self.inquiry)

    @cached_property
    def entries(self):
        """The history names the sections: for the asker's side."""
        return Entry.objects.about(self.inquiry) if self.is_asking_side else []

    @property
    def report_url(self) -> str:
        """The first page of a report, with where the question came from."""
        return f"{reverse('incidents:start')}?{urlencode({'information': f'{self.inquiry.number} {self.inquiry.title}'[:300]})}"

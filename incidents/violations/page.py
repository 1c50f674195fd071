"""What the page of a violation shows to whom: the whole file, one's own report, or what is spoken to the person named."""

from datetime import datetime
from functools import cached_property

from incidents.alert_pages import with_files
from incidents.chain import Party
from incidents.models import Violation, ViolationRecord, ViolationWord
from incidents.parties import Reach
from incidents.violations.acts import ACTS, Act
from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.files.models import StoredFile
from musashimurayama_isms.trail.models import Entry

FIRST = ("notify", "settle", "guide", "check", "state")  # the act that the state asks for, in this order
Status = Violation.Status


class ViolationPage:
    """Everything about one violation for one person at a moment."""

    def __init__(self, violation: Violation, user: User, *, at: datetime) -> None:
        self.violation, self.user, self.at = violation, user, at
        self.reach = Reach.of(user, at=at)
        self.is_handler = Violation.objects.handled_by(user, at=at, reach=self.reach).filter(pk=violation.pk).exists()
        self.is_reporter = violation.reporter_id == user.pk
        self.is_person = violation.person_id == user.pk

    @property
    def sees_reporter(self) -> bool:
        """The person named never does; the section does unless the reporter has asked otherwise."""
        if self.is_reporter:
            return True
        return self.is_handler and (self.reach.is_wide or not self.violation.hides_reporter)

    @property
    def hides_reporter(self) -> bool:
        """Then no name stands beside what the reporter has written or attached, nor beside any receipt.

        A receipt without a name among others would tell by its role and moment who has reported.
        """
        return not self.sees_reporter

    @property
    def sees_report(self) -> bool:
        """The words of the report: not for the person named, who would know by them who has written."""
        return self.is_handler or self.is_reporter

    # -- what is asked now -----------------------------------------------------------------------------------------
    @cached_property
    def acts(self) -> dict[str, Act]:
        """The acts that this person may do now."""
        return {slug: act for slug, act in ACTS.items() if act.may(self.violation, self.user, self.at)}

    @cached_property
    def first(self) -> tuple[str, Act] | None:
        """The act that the page asks for."""
        return next(((slug, self.acts[slug]) for slug in FIRST if slug in self.acts), None)

    @property
    def others(self) -> list[tuple[str, Act]]:
        """The rare ones."""
        first = self.first[0] if self.first else ""
        return [(slug, act) for slug, act in self.acts.items() if slug not in (first, "note")]

    @cached_property
    def oversees(self) -> bool:
        return self.violation.can_oversee(self.user, at=self.at)

    @property
    def decides_suspension(self) -> bool:
        return self.oversees and self.violation.status == Status.NOT_IMPROVED

    @property
    def can_ban(self) -> bool:
        return self.oversees and self.violation.kind == "software"

    @cached_property
    def my_words(self) -> list[ViolationWord]:
        """Words to read: one a party, and none where an act is awaited anyway."""
        if not self.is_handler or self.first or self.decides_suspension:
            return []
        mine = [word for word in self.words if word.actor(self.user, at=self.at)]
        return list({word.party: word for word in mine}.values())

    # -- how it stands ---------------------------------------------------------------------------------------------
    @cached_property
    def words(self) -> list[ViolationWord]:
        rows = list(self.violation.words.select_related("received_by"))
        for row in rows:
            row.violation = self.violation
        return rows

    @property
    def acts_next(self) -> str:
        """The words of the role whose act is awaited."""
        party = {
            **dict.fromkeys(Violation.OF_HANDLER, self.violation.handler),
            **dict.fromkeys(Violation.OF_OVERSEER, self.violation.overseer),
        }
        found = party.get(self.violation.status)
        return Party(found).label if found else ""

    @cached_property
    def records(self) -> list[ViolationRecord]:
        """What this person may read of the file, with what hangs on it; two queries."""
        rows = ViolationRecord.objects.visible_to(self.user, at=self.at).filter(violation=self.violation)
        found = with_files(rows.exclude(kind=ViolationRecord.Kind.REPORT).select_related("by"))
        for row in found:
            row.is_hidden = self.hides_reporter and row.by_id == self.violation.reporter_id
        return found

    @cached_property
    def report_files(self) -> list[StoredFile]:
        reports = with_files(self.violation.records.filter(kind=ViolationRecord.Kind.REPORT)) if self.sees_report else []
        return [file for report in reports for file in report.files]

    @cached_property
    def suspensions(self) -> list[Request]:
        rows = self.violation.suspensions.visible_to(self.user, at=self.at).select_related("type")
        return list(rows) if self.is_handler else []

    @cached_property
    def entries(self):
        """The history, for who reads the whole file; without the reporter's acts where that name is hidden."""
        if not self.is_handler:
            return Entry.objects.none()
        rows = Entry.objects.about(self.violation)
        return rows if self.sees_reporter else rows.exclude(actor=self.violation.reporter)

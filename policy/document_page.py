"""What the page of one document shows: first what is asked of the person, then what is in force."""

from datetime import datetime
from functools import cached_property

from musashimurayama_isms.accounts.models import User
from musashimurayama_isms.accounts.standing import day_of
from musashimurayama_isms.approvals.models import Request
from musashimurayama_isms.duties.models import Occurrence
from musashimurayama_isms.trail.models import Entry
from policy.clearance import Clearance
from policy.document_requests import live_request
from policy.models import DocumentVersion, SectionDocument
from policy.models.document_review import waiting
from policy.readers import Given, Readers


class DocumentPage:
    """One person's view of one document at a moment."""

    def __init__(self, document: SectionDocument, user: User, *, at: datetime) -> None:
        self.document, self.user, self.at, self.today = document, user, at, day_of(at)

    @cached_property
    def clearance(self) -> Clearance:
        return Clearance.of(self.user, at=self.at)

    @cached_property
    def versions(self) -> list[DocumentVersion]:
        """Those that the person may see, newest first, each with what it is today."""
        rows = DocumentVersion.objects.visible_to(self.user, at=self.at, clearance=self.clearance).filter(document=self.document)
        found = list(rows.select_related("drafted_by", "approved_by").order_by("-number"))
        for version in found:
            version.document = self.document
        return found

    @cached_property
    def newest(self) -> DocumentVersion | None:
        """The version whose day came last, in force unless the document is withdrawn."""
        rows = self.document.versions.once_in_force(self.today).select_related("approved_by")
        return rows.order_by("-effective_on", "-number").first()

    @property
    def in_force(self) -> DocumentVersion | None:
        return None if self.is_withdrawn else self.newest

    @cached_property
    def phases(self) -> list[tuple[DocumentVersion, DocumentVersion.Phase]]:
        """Each version with what it is today."""
        return [(version, version.phase(self.today, newest=self.newest)) for version in self.versions]

    @cached_property
    def unsettled(self) -> DocumentVersion | None:
        """The draft, or the version that waits for approval, where the person may see it."""
        return next((version for version in self.versions if version.is_unsettled), None)

    @cached_property
    def request(self) -> Request | None:
        return live_request(self.unsettled) if self.unsettled else None

    @property
    def is_withdrawn(self) -> bool:
        return self.document.is_withdrawn(self.today)

    @property
    def is_overdue(self) -> bool:
        return self.in_force is not None and self.document.review_on is not None and self.document.review_on < self.today

    @cached_property
    def may_write(self) -> bool:
        return self.document.can_write(self.user, at=self.at, clearance=self.clearance)

    @cached_property
    def may_manage(self) -> bool:
        return self.document.can_manage(self.user, at=self.at, clearance=self.clearance)

    @property
    def may_describe(self) -> bool:
        return self.may_manage if any(row.status == DocumentVersion.Status.APPROVED for row in self.versions) else self.may_write

    @cached_property
    def may_review(self) -> bool:
        return self.in_force is not None and self.document.can_review(self.user, at=self.at)

    @cached_property
    def review(self) -> Occurrence | None:
        """The duty of reviewing it, once its time to be seen has come."""
        due = waiting(self.document)
        return due if due and due.appears_on <= self.today else None

    @cached_property
    def readers(self) -> Readers:
        return Readers(self.document, at=self.at)

    @property
    def asleep(self) -> list[Given]:
        """Readers who have moved, for those who decide whether they still need it."""
        return [given for given in self.readers.grants if given.is_asleep and not given.is_over] if self.may_manage else []

    @cached_property
    def history(self) -> list[Entry]:
        """What happened to the document and to the versions that the person sees, oldest first."""
        of_versions = Entry.objects.filter(
            content_type__app_label="policy",
            content_type__model="documentversion",
            object_id__in=[str(version.pk) for version in self.versions],
        )
        return sorted([*Entry.objects.about(self.document), *of_versions], key=lambda entry: entry.number)

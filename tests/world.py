"""One of everything, for the table of URLs: made through the real transitions by the persons of the cast."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from incidents.models import Incident, IncidentKind, OralEntry
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.jobs.models import JobResult
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.notifications.models import Notification
from policy.models import Revision

from .cast import Cast


class World:
    """The key of each object stands under the word that the table of URLs uses for it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.at = timezone.now()
        reference.load()
        self.page, self.scope, self.number = "first-steps", "mine", "3.9.3.1.1"
        self.bearer, self.suffix = "TERMINAL_USER", "csv"
        self._incidents()
        self._jobs()
        self._notices()
        self._policy()

    def args(self, key: str | None) -> list:
        """The arguments of an address that speaks of the object under `key`."""
        if key is None:
            return []
        found = getattr(self, key)
        return [getattr(part, "pk", part) for part in (found if isinstance(found, tuple) else (found,))]

    def _incidents(self) -> None:
        kind = IncidentKind.objects.get(code="other")
        facts = {
            "kind": kind,
            "noticed_at": self.at,
            "personal_information": "no",
            "department": self.cast.section,
            "summary": "試験",
            "place": "窓口",
        }
        self.draft = Incident.objects.create(reporter=self.cast.clerk, **facts)
        self.incident = Incident.objects.create(reporter=self.cast.clerk, **facts).report(by=self.cast.clerk, at=self.at)
        receipt = self.incident.steps.get(code="report").receipts.get()
        spoken = {"spoken_by": self.cast.section_officer, "spoken_at": self.at, "content": ""}
        self.oral = OralEntry.enter(receipt, by=self.cast.clerk, at=self.at + timedelta(minutes=1), **spoken)
        other = Incident.objects.create(reporter=self.cast.clerk, **facts).report(by=self.cast.clerk, at=self.at)
        self.receipt = other.steps.get(code="report").receipts.get()
        self.step = self.incident.steps.get(code="pass_on")
        self.file = attach(self.incident, SimpleUploadedFile("記録.txt", "時刻と操作".encode()), by=self.cast.clerk)

    def _jobs(self) -> None:
        self.job = enqueue("incidents.report_sheet", by=self.cast.clerk, subject=self.incident, incident=str(self.incident.pk))
        run_job(self.job.pk)
        self.result = JobResult.objects.get(job=self.job)

    def _policy(self) -> None:
        self.revision = Revision.objects.get(status=Revision.Status.PUBLISHED)
        self.revision_clause = (self.revision, self.number)

    def _notices(self) -> None:
        self.notice = Notification.objects.filter(recipient=self.cast.section_officer).first()

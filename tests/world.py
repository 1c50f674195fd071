"""One of everything, for the table of URLs: made through the real transitions by the persons of the cast."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from incidents.models import Incident, IncidentKind, OralEntry
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import Absence, DeputyNaming, HandoverItem, PersonnelChange, Post
from musashimurayama_isms.accounts.personnel.file import read
from musashimurayama_isms.duties.models import Duty
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.jobs.models import JobResult
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters import catalogue
from musashimurayama_isms.parameters.models import ParameterChoice
from policy.models import Revision

from . import outside
from .cast import Cast


class World:
    """The key of each object stands under the word that the table of URLs uses for it."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.at = timezone.now()
        reference.load()
        for person in cast.everyone():
            person.set_password("tests-only-passphrase-2026")
            person.save(update_fields=["password"])
        self.page, self.scope, self.number = "first-steps", "mine", "3.9.3.1.1"
        self.bearer, self.suffix = "TERMINAL_USER", "csv"
        self._incidents()
        self._organisation()
        self._jobs()
        self._notices()
        self._policy()
        self._parameters()
        self._duties()
        self._services()

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

    def _organisation(self) -> None:
        """A head away with a deputy named, and a list of the 職員課 applied today that moves a colleague."""
        cast, today = self.cast, timezone.localdate(self.at)
        self.department, self.code, self.person = cast.section, "CISO", cast.clerk
        self.post = Post.objects.get(code="shimin-ka.head")
        self.absence = Absence.enter(
            cast.section_officer, starts_at=self.at + timedelta(days=1), ends_at=self.at + timedelta(days=2), reason="trip", at=self.at
        )
        self.deputyship = DeputyNaming.name(
            self.post, cast.colleague, since=today, until=today + timedelta(days=3), by=cast.section_officer, at=self.at
        )
        content = f"職員番号,氏名,区分,新所属,新職\n{cast.promoter.staff_number},{cast.promoter.name},異動,文書法制課,職員\n".encode()
        self.change = PersonnelChange.upload(
            read(content), effective_on=today, file_name="異動.csv", file_digest="0" * 64, by=cast.personnel, at=self.at
        )
        self.change.schedule(by=cast.personnel, at=self.at)
        self.change.apply(by=cast.personnel, at=self.at)
        self.handover_item = HandoverItem.objects.filter(person=cast.promoter).first()

    def _jobs(self) -> None:
        self.job = enqueue("incidents.report_sheet", by=self.cast.clerk, subject=self.incident, incident=str(self.incident.pk))
        run_job(self.job.pk)
        self.result = JobResult.objects.get(job=self.job)

    def _policy(self) -> None:
        self.reading = enqueue("policy.read", by=self.cast.administrator)
        run_job(self.reading.pk)
        self.revision = Revision.objects.get(status=Revision.Status.PUBLISHED)
        self.revision_clause = (self.revision, self.number)

    def _parameters(self) -> None:
        self.parameter = "approvals.step_working_days"
        parameter = catalogue.get(self.parameter)
        ParameterChoice.choose(parameter, 5, basis="委員会の議決", seen=0, by=self.cast.central_manager, at=self.at)

    def _duties(self) -> None:
        """A monthly duty of each section: this month's round open, next month's done."""
        self.tab, self.month = "mine", f"{self.at:%Y-%m}"
        rule = {"interval": Duty.Interval.MONTHLY, "day": 31, "lead_days": 62}
        facts = {"title": "ログの点検", "owner": Duty.Owner.SECTION_OFFICER, "per": Duty.Per.SECTIONS, "mechanism": "duty:log-inspection"}
        self.duty = Duty.set_up("log-inspection", by=self.cast.central_manager, at=self.at, **rule, **facts)
        self.occurrence, self.done_occurrence = self.duty.occurrences.filter(department=self.cast.section)[:2]
        self.done_occurrence.complete(by=self.cast.section_officer, at=self.at, note="異常なし")

    def _services(self) -> None:
        """One service, contract and account at each stage that an address asks for, all of 市民課; their manager is the colleague."""
        cast = self.cast
        self.considered_service = outside.considered(cast, name="検討中")
        outside.answer_all(self.considered_service, cast.clerk)
        self.checklist = outside.considered(cast, name="回答中").checklist
        self.checklist_item = self.checklist.items.first()
        self.service = outside.in_use(cast)
        self.built_service = outside.contracted(cast)
        outside.answer_all(self.built_service, cast.colleague)
        outside.answer_all(self.service, cast.colleague)
        self.ending_service = outside.in_use(cast)
        self.ending_service.begin_end(reason="移行", by=cast.colleague, at=self.at)
        outside.answer_all(self.ending_service, cast.colleague)
        self.contract, self.prepared_contract = outside.concluded(cast), outside.entered_contract(cast)
        self.contractor, self.ending_contract = self.contract.contractor, outside.concluded(cast)
        outside.answer_all(self.ending_contract, cast.clerk)
        self.account, self.hijacked_account = outside.account(cast), outside.account(cast, account="@second")
        self.hijacked_account.tell_hijack(by=cast.colleague, at=self.at)

    def _notices(self) -> None:
        self.notice = Notification.objects.filter(recipient=self.cast.section_officer).first()

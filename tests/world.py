"""One of everything, for the table of URLs: made through the real transitions by the persons of the cast."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from assets.ledgers.table import Line
from assets.models import Connection, DevelopmentFile, Device, IdCheck, LedgerEntry, LedgerImport, LogKept, System
from incidents.models import Incident, IncidentKind, OralEntry
from musashimurayama_isms.accounts import reference
from musashimurayama_isms.accounts.models import Absence, DeputyNaming, HandoverItem, PersonnelChange, Post
from musashimurayama_isms.accounts.personnel.file import read
from musashimurayama_isms.files.store import attach
from musashimurayama_isms.jobs.models import JobResult
from musashimurayama_isms.jobs.queue import enqueue
from musashimurayama_isms.jobs.run import run_job
from musashimurayama_isms.notifications.models import Notification
from musashimurayama_isms.parameters import catalogue
from musashimurayama_isms.parameters.models import ParameterChoice
from policy.models import Revision

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
        self._registers()

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

    def _registers(self) -> None:
        """A system of the section with what hangs on it, a medium in the ledger, a list to be taken in, a round about an ID."""
        cast, at, today = self.cast, self.at, timezone.localdate(self.at)
        facts = {"name": "住民記録", "purpose": "住民票の写しの交付", "network": "lgwan", "asset_class": 1, "manager": "市民課長"}
        self.system = System.enter(by=cast.clerk, at=at, department=cast.section, **facts)
        place = {"kind": "server", "name": "証明書のサーバ", "network": "lgwan", "place": "出張所", "is_off_site": True}
        self.device = Device.enter(by=cast.clerk, at=at, department=cast.section, **place)
        self.log = LogKept.enter(self.system, by=cast.clerk, at=at, kind="access", kept_days=365, place="ログサーバ")
        line = {"counterpart": "国の機関", "purpose": "副本", "limits": "特定の端末だけ", "firewall": "境界装置", "since": today}
        self.connection = Connection.enter(self.system, by=cast.central_manager, at=at, **line)
        period = {"starts_on": today, "ends_on": today + timedelta(days=60)}
        self.development = DevelopmentFile.open(self.system, by=cast.clerk, at=at, title="更新", kind="new", manager="市民課長", **period)
        self.item, self.settled_item = self.development.items.all()[:2]
        self.settled_item.complete(on=today, note="確かめた", evidence="書庫", by=cast.clerk, at=at)
        self.system_life, self.connection_act, self.device_act = (self.system, "start"), (self.connection, "cut"), (self.device, "store")
        self.ledger, medium = "media", {"label": "USB-01", "kind": "usb", "asset_class": 2, "place": "金庫"}
        self.row = LedgerEntry.enter(self.ledger, department=cast.section, data=medium, by=cast.clerk, at=at)
        self.ledger_row, self.ledger_export = (self.ledger, self.row), (self.ledger, "csv")
        self.ledger_act = (self.ledger, self.row, "lose")
        lines = [Line(2, {"label": "USB-02", "kind": "USBメモリ", "asset_class": "分類Ⅱ", "place": "金庫"})]
        self.taking = LedgerImport.read(self.ledger, lines, department=cast.section, file_name="媒体.csv", by=cast.clerk, at=at)
        key = {"system": self.system, "login_id": "a1", "person": cast.clerk, "kind": "normal", "rights": "照会"}
        key |= {"registered_on": today - timedelta(days=400)}
        LedgerEntry.enter("user-id", department=cast.section, data=key, by=cast.clerk, at=at)
        self.id_check = IdCheck.begin(months=6, due_on=today, by=cast.central_manager, at=at)
        self.id_line = self.id_check.lines.get()

    def _notices(self) -> None:
        self.notice = Notification.objects.filter(recipient=self.cast.section_officer).first()
